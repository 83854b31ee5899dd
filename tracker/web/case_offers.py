"""What the page of a case offers to this person now, and why something is not offered."""

from __future__ import annotations

from tracker.office import requesting
from tracker.rule import conduct
from tracker.rule.conduct import BACKFILL, END_GROUNDS, OPEN, STAGE_NAMES
from tracker.rule.dispatch import RETURN_GROUNDS
from tracker.store import standins
from tracker.store.people import Person
from tracker.web import context, errors
from tracker.web.case_offers_moving import Moving, why_not
from tracker.web.case_view import Shown, Stage
from tracker.web.words import gettext as _
from tracker.web.words import listed

#: The form in which what was asked is decided.
DECISIONS = {
    "end": "decide",
    "close": "review",
    "extension": "decide-extension",
    "suspension": "decide-suspension",
    "refuse": "decide-refusal",
    "reclassify": "decide-reclassify",
}


class Offers:
    """The acts around the stages, for one person on one case. ``supervisors`` may decide what others ask."""

    def __init__(self, shown: Shown, supervisors: tuple[Person, ...]) -> None:
        self.shown, self.standing = shown, shown.folder.standing
        self.supervisors = supervisors
        self.moving = Moving(shown)

    @property
    def acts(self) -> tuple[str, ...]:
        """The folded forms under the stages, in their order."""
        shown, standing = self.shown, self.standing
        open_ = not why_not(conduct.check_open, standing)
        any_open = any(stage.state == OPEN for stage in standing.stages)
        unsettled = any_open or bool(standing.paused)
        asks = open_ and shown.may("ask_move") and not standing.open_request
        offered = (
            ("note", shown.may("note") and not standing.historic),
            ("reply", open_ and shown.may("reply") and not standing.replied and not standing.refused),
            ("close", open_ and shown.may("apply_close") and not standing.open_request),
            ("assign", open_ and shown.may("reassign")),
            ("triage", open_ and shown.may("triage")),
            ("extend", asks and any_open),
            ("suspend", asks and any_open and not standing.paused),
            ("correct", open_ and shown.may("correct")),
            ("end", open_ and shown.may("ask_end") and not standing.open_request and unsettled),
        )
        return tuple(name for name, on in offered if on)

    @property
    def signs(self) -> bool:
        """May this person sign for the case, or give it back?"""
        return self.shown.may("sign") and not why_not(conduct.check_open, self.standing)

    @property
    def return_grounds(self) -> tuple[tuple[str, str], ...]:
        """Why a dispatch may be given back."""
        return tuple((key, _(name)) for key, name in RETURN_GROUNDS.items())

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form beside those of the stages that stands on the page."""
        asked = DECISIONS.get(self.standing.open_request, "")
        late = (f"backfill-{stage.key}" for stage in self.shown.stages if self.confirms(stage))
        signs = ("return",) if self.signs and self.shown.case.unsigned else ()
        return (*self.acts, *signs, *((asked,) if asked and self.decides else ()), *self.moving.forms, *late)

    @property
    def missing(self) -> tuple[str, ...]:
        """What the closing still wants."""
        return tuple(errors.said(item) for item in conduct.missing_for_close(self.standing))

    @property
    def grounds(self) -> tuple[tuple[str, str], ...]:
        """The grounds on which the case may be ended now."""
        return tuple((key, _(name)) for key, name in END_GROUNDS.items() if not self._unlawful(key))

    @property
    def not_grounds(self) -> tuple[str, ...]:
        """Why the other grounds may not be used yet."""
        return tuple(text for key in END_GROUNDS for text in self._unlawful(key))

    def _unlawful(self, ground: str) -> tuple[str, ...]:
        return why_not(conduct.check_ask_end, self.standing, ground, "-")

    @property
    def decides(self) -> bool:
        """May this person decide what was asked?"""
        return self._decides("decide", self.standing.asked_by, self.standing.asked_for)

    def confirms(self, stage: Stage) -> bool:
        """Is there a late entry of the stage that this person may hold against its evidence?"""
        waits = stage.fact is not None and stage.deadline.state == BACKFILL
        asked = (stage.fact.recorded_by, stage.fact.recorded_for) if stage.fact else ()
        return waits and self._decides("backfill", *asked)

    def redoes(self, asked_by: int) -> bool:
        """May this person decide whether the case is done over?"""
        return self._decides("decide", asked_by)

    def _decides(self, act: str, *asked: int | None) -> bool:
        shown = self.shown
        return shown.may(act) and not why_not(requesting.authority, shown.folder, shown.actor, asked)

    def others(self, asker: int | None) -> str:
        """The names of those whom something waits for: the supervisors without the one who asked, and their deputies
        who have not worked on the case themselves."""
        asked = {asker, self.standing.asked_for}
        names = [one.name for one in self.supervisors if one.id not in asked]
        for one in standins.deputies(context.db(), self.shown.at):
            if not {one.for_id, one.by_id} & asked and one.by_id not in self.standing.worked:
                names.append(_("%(name)s（代%(other)s审批）", name=one.by_name, other=one.for_name))
        return listed(names)

    @property
    def redo(self) -> tuple[tuple[str, str], ...]:
        """The stages that may be done over."""
        return tuple((stage.key, _(STAGE_NAMES[stage.key])) for stage in self.standing.stages)
