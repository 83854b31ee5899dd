"""其他时限 as acts of people: one is set, met, put to another day, taken back, and its extension asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.office import clocks, desk, requesting, stages
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import clock_acts as rule
from tracker.rule import conduct
from tracker.rule.asking import EXTENSION
from tracker.rule.clock_acts import Wanted
from tracker.rule.clocks import counted, runs_no_more
from tracker.rule.moving import Counting, later
from tracker.rule.refusals import N_, Refusal
from tracker.rule.stages import RULE_1, Due
from tracker.store import clocks as kept
from tracker.store import facts, rules
from tracker.store.deadlines import Deadline
from tracker.store.requests import Request
from tracker.store.settings import office

Moved = dict[str, tuple[str, str]]


def add(db: Database, actor: Actor, no: str, seen: int, wanted: Wanted, at: datetime) -> Folder:
    """加一个时限, with its reason. What the regulation counts runs from the receipt, whatever else was typed."""
    with desk.acting(db, actor, no, "clock", at, seen) as folder:
        conduct.check_open(folder.standing)
        running = {one.clock for one in folder.outside if one.state == "open"}
        rule.check_wanted(wanted, folder.case.received_at, running)
        if not wanted.reason:
            raise Refusal(N_("请写明理由"), field="reason")
        conduct.refuse_too_long(reason=wanted.reason)
        put(db, actor, folder.case.id, wanted, folder.case.received_at, at)
    return desk.read(db, no)


def put(db: Database, actor: Actor, case_id: int, wanted: Wanted, received_at: datetime, at: datetime) -> int:
    """Set a clock that was found right; the id of its limit."""
    if wanted.counts_itself:
        return clocks.start(
            db, actor, case_id, wanted.kind, at, starts_at=received_at, source=wanted.source, reason=wanted.reason
        )
    return clocks.start(
        db,
        actor,
        case_id,
        wanted.kind,
        at,
        due_at=wanted.due_at,
        days=wanted.days,
        convention=wanted.convention,
        source=wanted.source,
        label=wanted.label,
        starts_at=wanted.starts_at or (received_at if wanted.due_at else at),
        reason=wanted.reason,
    )


def meet(
    db: Database, home: Path, actor: Actor, no: str, seen: int, deadline_id: int, around: stages.Around, at: datetime
) -> Folder:
    """记录完成: when it was met (``around.happened_at``), with words (``around.note``) or evidence to show for it."""
    files = stages.keep_evidence(home, stages.Around(around.happened_at, around.files))
    with desk.acting(db, actor, no, "clock", at, seen) as folder:
        conduct.check_open(folder.standing)
        clock = running(folder, deadline_id)
        backfilled = rule.check_met(folder.standing, around.note, len(files), around.happened_at, at)
        fact_id = facts.add(
            db,
            case_id=folder.case.id,
            round_=folder.case.round,
            kind="note",
            happened_at=around.happened_at,
            recorded_at=at,
            recorded_by=actor.person_id,
            body={"text": around.note, "clock": clock.key},
            backfilled=backfilled,
        )
        for file in files:
            facts.add_evidence(db, case_id=folder.case.id, fact_id=fact_id, file=file, at=at, by=actor.person_id)
        clocks.finish(db, actor, deadline_id, at, done_at=around.happened_at, fact_id=fact_id, tells=True)
    return desk.read(db, no)


def move(
    db: Database, actor: Actor, no: str, seen: int, deadline_id: int, due_at: datetime | None, reason: str, at: datetime
) -> Folder:
    """改期, by a supervisor: whoever set the limit has set it anew."""
    with desk.acting(db, actor, no, "clock_change", at, seen) as folder:
        conduct.check_open(folder.standing)
        clock = running(folder, deadline_id)
        rule.check_moved(clock.due_at, due_at, folder.case.received_at, reason)
        assert due_at is not None  # as check_moved says
        clocks.move(db, actor, deadline_id, due_at, reason, at)
    return desk.read(db, no)


def cancel(db: Database, actor: Actor, no: str, seen: int, deadline_id: int, reason: str, at: datetime) -> Folder:
    """取消, by a supervisor, for a reason that stays on record."""
    with desk.acting(db, actor, no, "clock_change", at, seen) as folder:
        conduct.check_open(folder.standing)
        running(folder, deadline_id)
        conduct.refuse_too_long(reason=reason)
        clocks.cancel(db, actor, deadline_id, reason, at)
    return desk.read(db, no)


def ask_extension(
    db: Database,
    actor: Actor,
    no: str,
    seen: int,
    deadline_id: int,
    days: int | None,
    reason: str,
    told: bool,
    at: datetime,
) -> Folder:
    """延期 of a clock whose law knows one; decided by another person (moving.decide_extension)."""
    with desk.acting(db, actor, no, "ask_move", at, seen) as folder:
        clock = running(folder, deadline_id)
        may_be = rule.may_extend(clock.clock, clock.state, clock.extended, clock.due_at, at)
        rule.check_ask_extension(folder.standing, clock.key, clock.clock, may_be, days, reason)
        requesting.ask(db, actor, folder, EXTENSION, reason, at, stage=clock, days=days, told=told)
    return desk.read(db, no)


def asked_of(folder: Folder, request: Request) -> Deadline | None:
    """The clock whose extension was asked for; None where it is a stage's."""
    return next((one for one in folder.outside if one.id == request.deadline_id), None)


def preview(db: Database, clock: Deadline, days: int) -> tuple[str, datetime, datetime]:
    """What granting ``days`` more would make of a clock: its key, its due time of now and of then."""
    return clock.key, clock.due_at, _later(db, clock, days).due_at


def grant(db: Database, clock: Deadline, request: Request) -> Moved:
    """The extension is granted: ``days`` more from the old due time, once. No other limit moves."""
    rule.check_grant_extension(clock.key, clock.state, clock.done_at, clock.due_at)
    due = _later(db, clock, request.days or 0)
    kept.extend(db, clock.id, due, request.days or 0)
    return {clock.key: (to_text(clock.due_at), to_text(due.due_at))}


def recount(db: Database, folder: Folder, received_at: datetime) -> Moved:
    """The receipt time was corrected: what is counted from it is counted anew, with what was granted on top. A given
    instant stands, and so does what was counted from another start."""
    moved: Moved = {}
    for clock in folder.outside:
        if clock.convention and clock.days and clock.starts_at == folder.case.received_at and clock.state != "ended":
            count = partial(
                counted,
                clock.key,
                convention=clock.convention,
                start_at=received_at,
                calendar=rules.calendar(db),
                zone=office(db).zone,
            )
            first, due = count(clock.days), count(clock.days + clock.extended_by)
            kept.recount(db, clock.id, first, due)
            if due.due_at != clock.due_at:
                moved[clock.key] = (to_text(clock.due_at), to_text(due.due_at))
    return moved


def running(folder: Folder, deadline_id: int) -> Deadline:
    """The clock of this case with that id, if it runs and people see to it by hand; Refusal otherwise."""
    found = next((one for one in folder.outside if one.id == deadline_id), None)
    if found is None:
        raise Refusal(N_("请选择时限"), field="clock")
    if found.state != "open":
        raise runs_no_more(found.key)
    rule.check_by_hand(found.key, found.clock)
    return found


def _later(db: Database, clock: Deadline, days: int) -> Due:
    counting = Counting(replace(RULE_1, convention=clock.convention or "natural"), rules.calendar(db), office(db).zone)
    return later(clock.due, days, counting)
