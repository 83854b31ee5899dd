"""登记: a complaint becomes a case with its number, its four limits, its trail and its reminders, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import local
from tracker.office import clocking, desk, dispatch, early, handlers, joining, returning
from tracker.office import clocks as other_clocks
from tracker.office.actors import Actor
from tracker.rule import access, clock_acts, clocks, intake, repeats
from tracker.rule.clock_acts import Wanted
from tracker.rule.conduct import BACKFILL_AFTER, DONE
from tracker.rule.dispatch import Line
from tracker.rule.facts import REACHED, SPOKEN, Contact
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.stages import deadlines
from tracker.store import audit, cases, choices, facts, grids, identity, repeated, rules
from tracker.store import clocks as outside
from tracker.store import deadlines as limits
from tracker.store.cases import Case
from tracker.store.clocks import Setting
from tracker.store.database import writing
from tracker.store.settings import Office, office

#: No register of this kind is older, and rule version 1 holds from then.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
#: The single lines of a complaint: how long they may be, and what is said of a longer one.
LINES = {
    "place": (intake.PLACE_MAX, N_("地点最多 %(limit)s 字，现有 %(size)s 字")),
    "subject_unit": (intake.PLACE_MAX, N_("投诉对象最多 %(limit)s 字，现有 %(size)s 字")),
    "name": (intake.NAME_MAX, N_("投诉人最多 %(limit)s 字，现有 %(size)s 字")),
    "title": (intake.PLACE_MAX, N_("标题最多 %(limit)s 字，现有 %(size)s 字")),
    "source_no": (intake.NAME_MAX, N_("来源编号最多 %(limit)s 字，现有 %(size)s 字")),
}
SPOKEN_REASON = N_("登记时已与来电来访人沟通，登记内容即为记录")


@dataclass(frozen=True)
class NewCase:
    """What the clerk took down. ``received_at`` and ``source_due_at`` are aware; ``phone`` is in plain digits."""

    channel: str
    received_at: datetime
    content: str
    place: str
    title: str = ""
    source_no: str = ""
    source_due_at: datetime | None = None
    kind: str = "投诉举报"
    grade: str = "一般"
    route: str = "举报查处"
    appeal_id: int | None = None  # the line of the list of appeals that the route was chosen by
    street_id: int | None = None
    grid_id: int | None = None
    categories: tuple[str, ...] = ()
    subject_unit: str = ""
    name: str = ""
    phone: str = ""
    confidential: bool = True
    anonymous: bool = False
    talked: bool = False
    handler_id: int | None = None
    by_table: bool = False  # without a handler: whom the office's table names for the street and the categories
    lead_no: str = ""
    clock: Wanted | None = None  # another limit that it comes with
    heads: int | None = 0  # of a group case, how many people; None for what is no number
    received_from: str = "dispatch"
    entry_key: str = ""  # of the form: the same form sent twice makes one case


def register(db: Database, actor: Actor, new: NewCase, at: datetime) -> Case:
    """Log a complaint; the new case. Raises Refusals that name every field at fault, or NotAllowed.

    A form that was sent before gives the case that it made then.
    """
    access.check(actor.roles, "register", own=True)
    with writing(db):
        if before := cases.by_entry(db, new.entry_key):
            return before
        found = list(problems(db, new, at))
        if found:
            raise Refusals(found)
        case = _write(db, actor, new, at, office(db))
        if new.talked:
            _talked(db, actor, case, at)
        joining.begin(db, actor, case, at)
        early.look(db, case, at)
        desk.follow(db, case.id, at, "register")
        return cases.by_id(db, case.id)


def problems(db: Database, new: NewCase, at: datetime) -> Iterator[Refusal]:
    """Everything that keeps ``new`` from being registered at ``at``, by field; nothing if it was registered before."""
    if cases.by_entry(db, new.entry_key):
        return
    yield from _said(new)
    yield from _when(new, at)
    yield from choices.unknown(db, new.street_id, new.categories)
    yield from grids.unknown(db, new.grid_id, new.street_id)
    if new.source_no and (taken := cases.by_source(db, new.channel, new.source_no)):
        no = cases.by_id(db, taken).no
        yield Refusal(N_("来源编号已存在：%(no)s，未重复登记"), field="source_no", no=no)
    if new.handler_id is not None:
        try:
            dispatch.handler(db, new.handler_id)
        except Refusal as refusal:
            yield refusal
    if new.heads != 0:
        try:
            repeats.heads(new.heads)
        except Refusal as refusal:
            yield refusal
    if new.lead_no:
        yield from joining.problems(db, new.lead_no)


def _said(new: NewCase) -> Iterator[Refusal]:
    channel = intake.BY_NAME.get(new.channel)
    if channel is None:
        yield Refusal(N_("请选择来源"), field="channel")
    if new.kind not in intake.KINDS:
        yield Refusal(N_("请选择类型：%(choices)s"), field="kind", choices=intake.KINDS)
    if new.grade not in intake.GRADES:
        yield Refusal(N_("请选择等级：%(choices)s"), field="grade", choices=intake.GRADES)
    if new.route not in intake.ROUTES:
        yield Refusal(N_("请选择途径：%(choices)s"), field="route", choices=intake.ROUTES)
    if not new.content:
        yield Refusal(N_("请填写投诉内容"), field="content")
    if len(new.content) > intake.CONTENT_MAX:
        limit = intake.CONTENT_MAX
        yield Refusal(
            N_("投诉内容最多 %(limit)s 字，现有 %(size)s 字"), field="content", limit=limit, size=len(new.content)
        )
    if not new.place:
        yield Refusal(N_("请填写地点"), field="place")
    for field, (limit, words) in LINES.items():
        if (size := len(getattr(new, field))) > limit:
            yield Refusal(words, field=field, size=size, limit=limit)
    if channel and channel.phone and not new.phone and not new.anonymous:
        yield Refusal(N_("请填写来电号码；来电人不愿留号码的，勾选“匿名”"), field="phone")
    if new.talked and channel and not channel.spoken:
        yield Refusal(N_("只有电话和来访可以在登记时完成先行联系"), field="talked")


def _when(new: NewCase, at: datetime) -> Iterator[Refusal]:
    if new.received_at > at:
        yield Refusal(N_("收到时间不能晚于现在"), field="received_at")
    if new.received_at < EARLIEST:
        yield Refusal(N_("收到时间早于2000年，请核对年份"), field="received_at")
    if new.source_due_at is not None and new.source_due_at <= new.received_at:
        yield Refusal(N_("应反时间应晚于收到时间"), field="source_due_at")
    if new.clock is not None:
        for problem in clock_acts.problems(new.clock, new.received_at, ()):
            yield Refusal(problem.message, field=f"clock_{problem.field}", **problem.params)
    if new.talked and at - new.received_at > BACKFILL_AFTER:
        yield Refusal(N_("收到已超过24小时，请登记后在案件页补录先行联系"), field="talked")


def _write(db: Database, actor: Actor, new: NewCase, at: datetime, ours: Office) -> Case:
    received = local(new.received_at, ours.zone)
    rule = rules.rule_for(db, new.kind, new.grade, received.date())
    street_id = new.street_id or grids.street_of(db, new.grid_id)
    by_table = new.by_table and new.handler_id is None
    line = handlers.propose(db, street_id, new.categories, new.grid_id) if by_table else None
    handler_id = line.handler_id if line else new.handler_id
    handler = dispatch.handler(db, handler_id) if handler_id else None
    lead = cases.by_no(db, new.lead_no) if new.lead_no else None
    case_id = cases.add(
        db,
        cases.NewRow(
            no=cases.next_no(db, ours.prefix, received.year),
            received_at=new.received_at,
            received_from=new.received_from,
            received_month=f"{received:%Y-%m}",
            registered_at=at,
            registered_by=actor.person_id,
            channel=new.channel,
            content=new.content,
            place=intake.place(new.place),
            title=new.title or intake.title(new.content),
            source_no=new.source_no,
            kind=new.kind,
            grade=new.grade,
            route=new.route,
            appeal_id=new.appeal_id,
            street_id=street_id,
            subject_unit=intake.place(new.subject_unit),
            categories=new.categories,
            confidential=new.confidential,
            anonymous=new.anonymous,
            rule_version=rule.version if rule else None,
            handler_id=handler.id if handler else None,
            unit_id=handler.unit_id if handler else actor.unit_id,
            lead_case_id=lead.id if lead else None,
            entry_key=new.entry_key,
            dispatched_at=at if handler else None,
            signed_at=at if handler and handler.id == actor.person_id else None,
        ),
    )
    if new.name or new.phone:  # somebody who wants to stay anonymous may still be called back
        identity.put(db, case_id, identity.Complainant(new.name, new.phone))
    if new.grid_id is not None:
        grids.put(db, case_id, new.grid_id)
    if rule:
        dues = deadlines(rule, new.received_at, rules.calendar(db), ours.zone)
        limits.add(db, case_id, 1, new.received_at, dues)
    if new.heads:
        repeated.set_heads(db, case_id, new.heads, at, actor.person_id)
    case = cases.by_id(db, case_id)
    _other_clocks(db, actor, case, new, at)
    _log(db, actor, case, new, line, at)
    return case


def _log(db: Database, actor: Actor, case: Case, new: NewCase, line: Line | None, at: datetime) -> None:
    """The first line of the trail; ``line`` is that of the office's table, where it named the handler."""
    detail: dict[str, Any] = {"no": case.no, "channel": case.channel, "handler": case.handler, "lead": case.lead_no}
    if new.heads:
        detail["heads"] = new.heads
    if line:
        detail["by_table"] = [line.street, line.grid, line.category_name]
    audit.append(
        db, at=at, person_id=actor.person_id, act="register", case_id=case.id, address=actor.address, detail=detail
    )


def _other_clocks(db: Database, actor: Actor, case: Case, new: NewCase, at: datetime) -> None:
    """By when the source wants its answer, by when its order may go back, and what the route brings."""
    if new.source_due_at:
        asked = clocks.given(intake.outside(new.channel), new.source_due_at, office(db).zone)
        setting = Setting(clocks.REPLY, new.channel, clocks.GIVEN, actor.person_id, at)
        outside.add(db, case.id, 1, new.received_at, asked, setting)
    returning.start_limit(db, actor, case, at)
    other_clocks.by_route(db, actor, case.id, new.route, at)
    if new.clock is not None:
        clocking.put(db, actor, case.id, new.clock, new.received_at, at)


def _talked(db: Database, actor: Actor, case: Case, at: datetime) -> None:
    """已在来电中沟通: the call itself was the first contact."""
    fact_id = facts.add(
        db,
        case_id=case.id,
        round_=1,
        kind="contact",
        happened_at=case.received_at,
        recorded_at=at,
        recorded_by=actor.person_id,
        body=Contact(method=SPOKEN, outcome=REACHED, who=actor.name).body(),
        reason=SPOKEN_REASON,
    )
    for deadline in limits.of_case(db, case.id):
        if deadline.key == "contact":
            limits.settle(db, deadline.id, DONE, done_at=case.received_at, fact_id=fact_id)
