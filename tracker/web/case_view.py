"""A case as its page shows it: the four stages, the light, and who may do what now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import asking, conduct, lights
from tracker.rule.conduct import BACKFILL, DONE, OPEN, STAGE_NAMES, STAGE_ORDER
from tracker.rule.lights import Light
from tracker.rule.refusals import Refusal
from tracker.rule.stages import CONVENTION_WORDS, RULE_1, Rule
from tracker.store import rules
from tracker.store.deadlines import Deadline
from tracker.store.facts import Evidence, Fact
from tracker.web import case_moved, view
from tracker.web.case_words import KINDS_OF_FILE
from tracker.web.words import gettext as _
from tracker.web.words import listed

TONES = {Light.DONE: "done", Light.DONE_LATE: "done late", Light.NEAR: "near", Light.OVERDUE: "late"}
NOT_BEGUN = "todo"


@dataclass(frozen=True)
class Stage:
    """One stage in the stepper. ``light`` is a kind of parts/light.html, ``text`` what follows its word."""

    key: str
    n: int
    name: str
    deadline: Deadline
    light: str
    text: str
    tone: str
    lasted: str  # “用时 5小时10分”, “已用 5天1小时”, “剩余 5天13小时”
    who: str
    fact: Fact | None
    evidence: str
    current: bool
    may_undo: bool
    due_word: str  # “应完成”, “延期后应完成” …


@dataclass(frozen=True)
class Status:
    """The light of the whole case: a kind of light with its text, or a plain word with its shape and colour."""

    light: str = ""
    text: str = ""
    shape: str = ""
    colour: str = ""


class Shown:
    """All that the templates ask of a case, for one person at one instant."""

    def __init__(self, db: Database, folder: Folder, actor: Actor, at: datetime) -> None:
        self.db, self.folder, self.case, self.actor, self.at = db, folder, folder.case, actor, at
        self.rule: Rule | None = rules.rule(db, self.case.rule_version) if self.case.rule_version else None
        self.recordable = conduct.recordable(folder.standing)
        self.current = min(self.recordable, key=lambda key: folder.stage(key).due_at, default="")
        self.stages = tuple(self._stage(deadline) for deadline in folder.stages)
        self.earlier = tuple(
            self._stage(deadline)
            for deadline in folder.deadlines
            if deadline.kind == "stage" and deadline not in folder.stages
        )

    def may(self, act: str) -> bool:
        """Is the act this person's, on this case?"""
        return desk.may(self.case, self.actor, act)

    @property
    def convention(self) -> str:
        """How the days are counted."""
        word: str = _(CONVENTION_WORDS[(self.rule or RULE_1).convention])
        return word

    @property
    def keys(self) -> tuple[str, ...]:
        """The stages that the case runs under."""
        return tuple(stage.key for stage in self.stages)

    @property
    def forms(self) -> tuple[str, ...]:
        """The stages whose form stands on the page, the most urgent first."""
        mine = [key for key in self.recordable if self.may("contact" if key == "contact" else "stage")]
        return tuple(sorted(mine, key=lambda key: self.folder.stage(key).due_at))

    @property
    def begun(self) -> Deadline:
        """The limit whose start is told above the stages: of the stage that is current, else of the latest round."""
        if self.current:
            return self.folder.stage(self.current)
        return max(self.folder.stages, key=lambda limit: limit.round)

    def stage(self, key: str) -> Stage:
        return next(stage for stage in self.stages if stage.key == key)

    def late_now(self, key: str) -> bool:
        """Is the stage open past its limit?"""
        stage = self.folder.stage(key)
        return stage.state == OPEN and self.at >= stage.due_at

    @property
    def status(self) -> Status:
        """Of the case as a whole, by its nearest limit."""
        case, standing = self.case, self.folder.standing
        if case.state == "closed":
            return Status(text=_("已销项") if not case.historic else _("已办结"), shape="✓", colour="g")
        if case.next_due_at is not None:
            return self._running(case.next_due_at)
        if standing.paused:
            return Status(Light.PAUSED, case_moved.since(self.folder))
        if case.state == "applied":
            return Status(text=self.waits, shape="○", colour="y")
        if case.historic:
            return Status(text=_("未办结"), shape="○", colour="p")
        owed = _("待告知不予受理") if standing.refused else _("待答复")
        return Status(text=_("待申请销项") if standing.replied else owed, shape="○", colour="y")

    def _running(self, due_at: datetime) -> Status:
        # An earlier round of the same stage may have ended on the same day.
        running = (one for one in self.folder.deadlines if one.state in (OPEN, BACKFILL))
        limit = next(one for one in running if one.due_at == due_at and one.key == self.case.next_limit)
        kind = self._kind(limit)
        name = view.limit_name(limit.key)
        if kind is Light.BACKFILL:
            return Status(kind, name)
        text = view.span(self.at - due_at) if kind is Light.OVERDUE else self._left(due_at)
        return Status(kind, text if limit.kind == "stage" else f"{name} {text}")

    def _left(self, due_at: datetime) -> str:
        text: str = _("剩余 %(span)s", span=view.span(due_at - self.at))
        return text

    @property
    def waits(self) -> str:
        """What waits for another person's decision, in a word."""
        words = {
            "end": _("已申请终止，待审批"),
            "close": _("已申请销项，待审核"),
            "extension": _("已申请延期，待审批"),
            "suspension": _("已申请中止，待审批"),
            "refuse": _("已申请不予受理，待审批"),
            "reclassify": _("已申请更正，待审批"),
        }
        return words.get(self.folder.standing.open_request, "")

    @property
    def pause(self) -> str:
        """Beside the light of a limit that runs on: what stands still."""
        if not self.folder.standing.paused or self.case.next_due_at is None:
            return ""
        return _(asking.GROUNDS[self.folder.standing.paused])

    def _stage(self, deadline: Deadline) -> Stage:
        fact = self.folder.fact(deadline.fact_id) if deadline.state in (DONE, BACKFILL) else None
        kind, text = self._light(deadline)
        return Stage(
            key=deadline.key,
            n=STAGE_ORDER.index(deadline.key) + 1,
            name=_(STAGE_NAMES[deadline.key]),
            deadline=deadline,
            light=kind,
            text=text,
            tone=TONES.get(Light(kind), "") if kind != NOT_BEGUN else "",
            lasted=self._lasted(deadline, fact),
            who=self._who(deadline, fact),
            fact=fact,
            evidence=counted(self.folder.evidence, fact),
            current=deadline.key == self.current and deadline in self.folder.stages,
            may_undo=self._may_undo(deadline, fact),
            due_word=case_moved.due_word(deadline),
        )

    def _kind(self, deadline: Deadline) -> Light:
        waiting = self.folder.open_request
        return lights.light(
            deadline.key,
            deadline.due_at,
            deadline.state,
            deadline.done_at,
            self.at,
            self.rule or RULE_1,
            asked=waiting is not None and waiting.deadline_id == deadline.id,
        )

    def _light(self, deadline: Deadline) -> tuple[str, str]:
        kind = self._kind(deadline)
        if kind is Light.PAUSED:
            return kind, case_moved.left(self.folder, deadline, (self.rule or RULE_1).convention)
        if kind is Light.OVERDUE:
            return kind, view.span(self.at - deadline.due_at)
        if kind is Light.DONE_LATE and deadline.done_at:
            return kind, _("超期 %(span)s", span=view.span(deadline.done_at - deadline.due_at))
        if kind is Light.NEAR:
            return kind, self._left(deadline.due_at)
        if kind is Light.NORMAL:
            return (kind, self._left(deadline.due_at)) if deadline.key in self.recordable else (NOT_BEGUN, "")
        if kind is Light.DONE and deadline.backfilled:
            return kind, _("（补录）")
        return kind, ""

    def _lasted(self, deadline: Deadline, fact: Fact | None) -> str:
        ended = deadline.done_at or (fact.happened_at if fact else None)
        if ended is not None:
            text: str = _("用时 %(span)s", span=view.span(ended - deadline.starts_at))
            return text + case_moved.net(self.folder, deadline, ended)
        if deadline.state != OPEN:
            return ""
        if self.at >= deadline.due_at:
            used: str = _("已用 %(span)s", span=view.span(self.at - deadline.starts_at))
            return used + case_moved.net(self.folder, deadline, self.at)
        return self._left(deadline.due_at)

    def _who(self, deadline: Deadline, fact: Fact | None) -> str:
        if fact is not None:
            named = fact.body.get("officers") or ([fact.body["who"]] if fact.body.get("who") else [])
            return listed(named) or fact.by_name
        return (self.case.handler or _("待派单")) if deadline.state == OPEN else ""

    def _may_undo(self, deadline: Deadline, fact: Fact | None) -> bool:
        if fact is None or not self.may("undo"):
            return False
        try:
            conduct.check_undo(self.folder.standing, deadline.key, self.actor.person_id, self.at)
        except Refusal:
            return False
        return True


def counted(evidence: tuple[Evidence, ...], fact: Fact | None) -> str:
    """The evidence of a fact by kind: “照片 2 份、文字记录 1 份”."""
    kinds = Counter(_(KINDS_OF_FILE[one.kind]) for one in evidence if fact is not None and one.fact_id == fact.id)
    return listed(_("%(kind)s %(n)s 份", kind=kind, n=n) for kind, n in kinds.items())
