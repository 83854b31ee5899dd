"""The acts of the sample office: what its people write when something is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from tracker.office import closing, desk, dispatch, handlers, intake, register, stages
from tracker.office.actors import Actor
from tracker.office.register import NewCase
from tracker.office.sample_facts import picture
from tracker.office.sample_plan import Draw, Plan
from tracker.office.stages import Around
from tracker.rule.facts import Attempt, Reply, StageFact
from tracker.rule.instants import local
from tracker.rule.intake import BY_NAME
from tracker.rule.standing import Standing
from tracker.store import attachments, cases
from tracker.store.attachments import Stored

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
#: How far back a lead case may lie to which a repeat is joined.
JOINED_WITHIN = timedelta(days=5)
CALL_NOTES = (
    "电话联系，已告知承办人姓名和办理安排。",
    "通话约三分钟，投诉人补充说气味多在后半夜。",
    "已联系，投诉人愿意配合现场指认。",
    "已联系，说明了1-3-10-15的办理时限。",
    "加微信联系，投诉人发来视频一段。",
    "已联系，投诉人要求对身份保密。",
)
REPLIES = {
    "": "已对反映的情况现场检查并要求整改，整改情况已复查，请您继续监督。",
    "达标": "经监测符合标准，已要求对方进一步减少影响，并向您说明了监测结果。",
    "超标": "经监测超过标准，已依法处理并要求整改，我们会回头看。",
    "无法判定": "监测条件受限无法判定，已要求对方采取措施，我们会继续关注。",
    "not_ours": "您反映的情况属其他部门职责，已转请办理，转办单位会与您联系。",
    "withdrawn": "按您的意愿不再办理，检查情况已向您说明。",
    "unfounded": "两次到场检查均未发现所反映的情况，已向您说明。",
}
REASONS = {"not_ours": "属住建部门职责，转区建设管理委。", "withdrawn": "投诉人称问题已解决，来电撤回。"}
UNFOUNDED = "两次到场均未发现反映的情况，周边走访也无人反映。"


@dataclass
class Desk:
    """Where the sample office works: its register, its people, the dice, and the instant that it is now (``at``)."""

    db: Database
    folder: Path
    draw: Draw
    staff: tuple[Actor, ...]
    streets: dict[str, int]
    until: datetime
    at: datetime = field(init=False)
    kept: dict[str, Stored] = field(default_factory=dict)
    leads: list[tuple[datetime, str, Plan]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = self.until

    def of(self, role: str) -> list[Actor]:
        return [actor for actor in self.staff if role in actor.roles]

    def any_of(self, role: str) -> Actor:
        return self.draw.dice.choice(self.of(role))

    def named(self, plan: Plan) -> Actor | None:
        """Whom the office's table names for the case."""
        line = handlers.propose(self.db, self.streets[plan.street], plan.codes)
        return next((actor for actor in self.staff if line and actor.person_id == line.handler_id), None)

    def supervisor_beside(self, asker: Actor) -> Actor:
        return next(actor for actor in self.of("supervisor") if actor.person_id != asker.person_id)

    def standing(self, no: str) -> Standing:
        return desk.read(self.db, no).standing

    def version(self, no: str) -> int:
        return cases.version(self.db, no)

    def today(self) -> date:
        return self.draw.day_of(self.at)

    def opens(self, received_at: datetime) -> datetime:
        """When a complaint is registered: soon after its receipt, else first thing in the morning."""
        clock = local(received_at, self.draw.zone)
        if 8 <= clock.hour < 21:
            return received_at + self.draw.dice.randint(3, 70) * _MINUTE
        return self.draw.on(clock.date() + (clock.hour >= 21) * _DAY, 8.5, 9.4)

    def lead_for(self, plan: Plan) -> tuple[str, Plan] | None:
        """An open case to which a repeat is joined, if it is to be joined to one."""
        fresh = [(no, lead) for at, no, lead in self.leads if self.at - at < JOINED_WITHIN and lead.codes]
        return self.draw.dice.choice(fresh) if plan.joins and fresh else None

    def calling_hour(self, at: datetime) -> datetime:
        """``at``, or the next morning where nobody would call."""
        hour = local(at, self.draw.zone).hour
        if 8 <= hour < 20:
            return at
        return self.draw.on(self.draw.day_of(at) + (hour >= 20) * _DAY, 8.6, 10.5)

    def office_hour(self, at: datetime) -> datetime:
        """``at``, or a working hour after it."""
        day = self.draw.calendar.next_working(self.draw.day_of(at))
        hour = local(at, self.draw.zone).hour
        return at if day == self.draw.day_of(at) and 9 <= hour < 17 else max(at, self.draw.on(day, 9, 16))

    # Evidence: a few dozen notes and pictures, each written to disk once.

    def note(self, text: str) -> Stored:
        if text not in self.kept:
            self.kept[text] = attachments.save_text(self.folder, "文字记录", text)
        return self.kept[text]

    def photo(self) -> Stored:
        n = self.draw.dice.randint(1, 8)
        name = f"现场照片{n}.png"
        if name not in self.kept:
            self.kept[name] = attachments.save(self.folder, name, picture(n))
        return self.kept[name]

    # The acts.

    def register(self, plan: Plan, clerk: Actor, handler: Actor | None, lead_no: str = "") -> str:
        later = self.draw.on(
            self.draw.day_of(plan.received_at) + (4 if "short" in plan.traits else 15) * _DAY, 17, 17.1
        )
        number = f"{plan.received_at:%Y%m%d}{self.draw.dice.randint(0, 99999):05d}"
        open_ = "untriaged" in plan.traits
        by_table = handler is not None and not open_  # as the register form does it
        spoken = BY_NAME[plan.channel].spoken and not plan.anonymous
        new = NewCase(
            channel=plan.channel,
            received_at=plan.received_at,
            content=plan.content,
            place=plan.place,
            source_no=number if plan.channel in ("12345热线", "12369平台", "信访系统转办") else "",
            source_due_at=later if plan.source_due else None,
            kind=plan.kind,
            grade=plan.grade,
            street_id=None if open_ else self.streets[plan.street],
            categories=() if open_ else plan.codes,
            subject_unit=plan.unit,
            name=plan.name,
            phone=plan.phone,
            confidential=self.draw.chance(60),
            anonymous=plan.anonymous,
            talked=spoken and not plan.attempts and self.at - plan.received_at < _DAY,
            handler_id=handler.person_id if handler and not by_table else None,
            by_table=by_table,
            lead_no=lead_no,
        )
        return register.register(self.db, clerk, new, self.at).no

    def triage(self, no: str, plan: Plan) -> None:
        clerk, street = self.any_of("clerk"), self.streets[plan.street]
        told = {"street_id": street, "categories": plan.codes, "place": plan.place, "subject_unit": plan.unit}
        intake.triage(self.db, clerk, no, self.version(no), at=self.at, **told)  # type: ignore[arg-type]

    def assign(self, no: str, handler: Actor, reason: str = "") -> None:
        dispatch.assign(self.db, self.any_of("clerk"), no, self.version(no), handler.person_id, reason, self.at)

    def attempt(self, no: str, handler: Actor) -> None:
        tried = Attempt(method="电话", outcome=self.draw.dice.choice(("未接通", "未接通", "关机")))
        stages.attempt(self.db, handler, no, self.version(no), tried, self.at, self.at)

    def record(
        self, no: str, handler: Actor, fact: StageFact, happened_at: datetime, late: str = "", reason: str = ""
    ) -> None:
        kept = [self.note(getattr(fact, "note", "") or self.draw.dice.choice(CALL_NOTES))]
        if fact.key in ("inspection", "recheck"):
            kept += [self.photo() for _ in range(self.draw.dice.randint(1, 2))]
        if self.draw.chance(8):
            kept, reason = [], reason or "现场手机没电，未能拍照，回单位后补写。"
        around = Around(happened_at, reason=reason, late_cause=late)
        version = self.version(no)
        stages.record(self.db, self.folder, handler, no, version, fact, around, self.at, tuple(kept))

    def say(self, no: str, handler: Actor) -> None:
        text = "已与当事单位约好下次检查时间。"
        stages.note(self.db, self.folder, handler, no, text, Around(self.at), self.at)

    def reply(self, no: str, handler: Actor, plan: Plan, about: str) -> None:
        given = Reply(form="电话答复", text=REPLIES[about], handed_back=plan.source_due)
        if plan.anonymous and not plan.phone:
            given = Reply(nobody="匿名，没有联系方式，无法答复。", handed_back=plan.source_due)
        closing.reply(self.db, handler, no, self.version(no), given, self.at, "", self.at)

    def ask_end(self, no: str, handler: Actor, ground: str) -> None:
        reason = REASONS.get(ground, UNFOUNDED)
        to = "区建设管理委" if ground == "not_ours" else ""
        closing.ask_end(self.db, handler, no, self.version(no), ground, reason, self.at, receiver=to)

    def decide_end(self, no: str, asker: Actor, approved: bool) -> None:
        answer = "" if approved else "属本单位职责，请按时限办理。"
        who = self.supervisor_beside(asker)
        closing.decide_end(self.db, who, no, self.version(no), approved, answer, self.at)
