"""The reply, the early end, and the closed loop: apply, review by another, close or send back."""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from tracker.clock import local
from tracker.office import desk, requesting, visiting
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct, deciding, supervision
from tracker.rule.facts import Reply, complete
from tracker.rule.refusals import Refusals
from tracker.rule.replies import check_filled
from tracker.rule.stages import Rule, due
from tracker.store import cases, deadlines, facts, moving, requests, rules
from tracker.store.requests import More
from tracker.store.settings import office


def reply(
    db: Database, actor: Actor, no: str, seen: int, given: Reply, happened_at: datetime, reason: str, at: datetime
) -> Folder:
    """Record the reply, or the reason why nobody can be told. Handed back, it meets the source's own limit."""
    desk.admit(db, actor, no, "reply")
    complete(given)
    if left := tuple(check_filled(given.text)):
        raise Refusals(left)
    conduct.refuse_too_long(reason=reason)
    with desk.acting(db, actor, no, "reply", at, seen) as folder:
        conduct.check_reply(folder.standing)
        write_reply(db, actor, folder, given, happened_at, reason, at, "reply")
    return desk.read(db, no)


def write_reply(
    db: Database,
    actor: Actor,
    folder: Folder,
    given: Reply,
    happened_at: datetime,
    reason: str,
    at: datetime,
    act: str,
) -> None:
    """Write down what the citizen was told, inside the frame of the act that told it."""
    wrong = tuple(conduct.check_times(folder.standing, happened_at, at))
    if wrong:
        raise Refusals(wrong)
    backfilled = conduct.check_late_record(happened_at, at, reason)
    fact_id = facts.add(
        db,
        case_id=folder.case.id,
        round_=folder.case.round,
        kind="reply",
        happened_at=happened_at,
        recorded_at=at,
        recorded_by=actor.person_id,
        body=given.body(),
        reason=reason,
        backfilled=backfilled,
    )
    if given.handed_back:
        deadlines.meet_source(db, folder.case.id, happened_at)
    desk.log(db, actor, folder, act, at, fact=fact_id, handed_back=given.handed_back)


def ask_end(
    db: Database,
    actor: Actor,
    no: str,
    seen: int,
    ground: str,
    reason: str,
    at: datetime,
    *,
    receiver: str = "",
    handed_on: date | None = None,
) -> Folder:
    """Ask for an early end (转出、撤回投诉、不属实); another person with the supervisor role decides.

    What is handed over says to whom, and on which day (that of ``at`` unless given).
    """
    with desk.acting(db, actor, no, "ask_end", at, seen) as folder:
        conduct.check_ask_end(folder.standing, ground, reason)
        more = None
        if ground == deciding.TRANSFER:
            zone = office(db).zone
            today, received = local(at, zone).date(), local(folder.case.received_at, zone).date()
            more = More(receiver=receiver, handed_on=handed_on or today)
            deciding.check_transfer(receiver, handed_on or today, received, today)
        requesting.ask(db, actor, folder, "end", reason, at, ground=ground, more=more)
    return desk.read(db, no)


def decide_end(db: Database, actor: Actor, no: str, seen: int, approved: bool, answer: str, at: datetime) -> Folder:
    """Approve or refuse an early end. Approved, the open stages become 终止 with that reason."""
    with desk.acting(db, actor, no, "decide", at, seen) as folder:
        request = requesting.decidable(folder, actor, "end")
        if not approved:
            conduct.check_refusal(answer)
        requesting.decide(db, actor, folder, request, approved, answer, at)
        if approved:
            end_stages(db, folder, at)
    return desk.read(db, no)


def end_stages(db: Database, folder: Folder, at: datetime) -> None:
    """终止: the open stages end, whatever stood still with them, and the limit for sending the order back."""
    deadlines.end_open(db, folder.case.id)
    moving.end_pauses(db, folder.case.id, at)
    desk.end_return_limit(db, folder.case.id, at)


def apply_close(db: Database, actor: Actor, no: str, seen: int, summary: str, at: datetime) -> Folder:
    """申请销项: nothing may be missing; somebody else reviews."""
    with desk.acting(db, actor, no, "apply_close", at, seen) as folder:
        conduct.check_apply_close(folder.standing)
        conduct.refuse_too_long(summary=summary)
        requesting.ask(db, actor, folder, "close", summary, at)
        cases.set_state(db, folder.case.id, "applied", folder.case.round, None)
    return desk.read(db, no)


def close(
    db: Database,
    actor: Actor,
    no: str,
    seen: int,
    answer: str,
    at: datetime,
    *,
    settled: str = "",
    model: bool = False,
) -> Folder:
    """销项 by another person than the one who applied; ``settled`` is 实际解决, 解释说明 or unsaid."""
    supervision.check_settled(settled)
    with desk.acting(db, actor, no, "decide", at, seen) as folder:
        request = requesting.decidable(folder, actor, "close")
        conduct.check_close(folder.standing)
        requesting.decide(db, actor, folder, request, True, answer, at, settled=settled, model=model)
        requests.mark(db, request.id, settled, model=model)
        cases.set_state(db, folder.case.id, "closed", folder.case.round, at)
    return desk.read(db, no)


def send_back(
    db: Database, actor: Actor, no: str, seen: int, stages: tuple[str, ...], answer: str, at: datetime
) -> Folder:
    """退回重办: a new round of the named stages, counted from now. The old round keeps its stamps."""
    with desk.acting(db, actor, no, "decide", at, seen) as folder:
        request = requesting.decidable(folder, actor, "close")
        conduct.check_send_back(folder.standing, stages, answer)
        requesting.decide(db, actor, folder, request, False, answer, at)
        new_round(db, folder, stages, at)
    return desk.read(db, no)


def new_round(db: Database, folder: Folder, stages: tuple[str, ...], at: datetime) -> None:
    """Open the next round: the named stages of the case's own rule, counted from ``at``."""
    case = folder.case
    if case.rule_version is not None:
        rule: Rule = rules.rule(db, case.rule_version)
        calendar, zone = rules.calendar(db), office(db).zone
        dues = [due(rule, stage, at, calendar, zone) for stage in rule.stages if stage.key in stages]
        deadlines.add(db, case.id, case.round + 1, at, dues)
    cases.set_state(db, case.id, "open", case.round + 1, None)
    visiting.drop(db, case.id, at)
