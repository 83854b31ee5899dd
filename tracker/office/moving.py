"""延期、中止、恢复、更正收到时间: the acts that move a due time. Nothing else does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import local, to_text
from tracker.office import clocking, desk, joining, requesting
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import asking, conduct
from tracker.rule.asking import EXTENSION, REPORT, REPORT_STAGE, SUSPENSION
from tracker.rule.moving import Counting, Limit, correct, extend, stop
from tracker.rule.moving import resume as run_again
from tracker.rule.refusals import N_, Refusal
from tracker.store import moving, requests, rules
from tracker.store.deadlines import Deadline
from tracker.store.settings import office

Moved = dict[str, tuple[str, str]]


def ask_extension(
    db: Database,
    actor: Actor,
    no: str,
    seen: int,
    key: str,
    days: int | None,
    reason: str,
    told: bool,
    at: datetime,
) -> Folder:
    """Ask, before it expires, for ``days`` more for the stage ``key``; ``told``: the citizen has been told so."""
    with desk.acting(db, actor, no, "ask_move", at, seen) as folder:
        asking.check_ask_extension(folder.standing, key, days, reason, at)
        stage = folder.stage(key)
        requesting.ask(db, actor, folder, EXTENSION, reason, at, stage=stage, days=days, told=told)
    return desk.read(db, no)


def decide_extension(
    db: Database, actor: Actor, no: str, seen: int, approved: bool, answer: str, told: bool, at: datetime
) -> Folder:
    """Grant or refuse an extension. Granted, it counts from the old due time, however late the decision."""
    with desk.acting(db, actor, no, "decide", at, seen) as folder:
        request = requesting.decidable(folder, actor, EXTENSION)
        moved: Moved = {}
        clock = clocking.asked_of(folder, request)
        if approved and clock is not None:
            moved = clocking.grant(db, clock, request)
        elif approved:
            asking.check_grant_extension(folder.standing, request.stage)
            before = _limits(folder, folder.stages)
            after = extend(before, request.stage, request.days or 0, _counting(db, folder))
            moved = _put(db, folder.stages, before, after)
        else:
            conduct.check_refusal(answer)
        if told:
            requests.tell(db, request.id, at)
        requesting.decide(db, actor, folder, request, approved, answer, at, stage=request.stage, moved=moved, told=told)
    return desk.read(db, no)


def preview(db: Database, folder: Folder) -> tuple[tuple[str, datetime, datetime], ...]:
    """What the extension that waits would move, if it were granted: its limit, due time of now and of then."""
    asked = folder.open_request
    if asked is None or asked.kind != EXTENSION:
        return ()
    clock = clocking.asked_of(folder, asked)
    if clock is not None:
        return (clocking.preview(db, clock, asked.days or 0),)
    before = _limits(folder, folder.stages)
    after = extend(before, asked.stage, asked.days or 0, _counting(db, folder))
    pairs = zip(before, after, strict=True)
    return tuple((a.key, a.due.due_at, b.due.due_at) for a, b in pairs if a.due.due_at != b.due.due_at)


def tell_citizen(db: Database, actor: Actor, no: str, seen: int, at: datetime) -> Folder:
    """已告知: the citizen has been told of the extension that was granted last."""
    with desk.acting(db, actor, no, "ask_move", at, seen) as folder:
        conduct.check_open(folder.standing)
        granted = untold(folder)
        if granted is None or not requests.tell(db, granted, at):
            raise Refusal(N_("没有需要告知的延期，可能已由他人记录"))
        desk.log(db, actor, folder, "told", at)
    return desk.read(db, no)


def untold(folder: Folder) -> int | None:
    """The extension granted last, if nobody has told the citizen of it."""
    granted = [one for one in folder.requests if one.kind == EXTENSION and one.decision == "approved"]
    return granted[-1].id if granted and granted[-1].told_at is None else None


def ask_suspension(db: Database, actor: Actor, no: str, seen: int, ground: str, reason: str, at: datetime) -> Folder:
    """Ask that the case stand still, or that stage 4 alone wait for the monitoring report."""
    with desk.acting(db, actor, no, "ask_move", at, seen) as folder:
        asking.check_ask_suspension(folder.standing, ground, reason, monitored=monitored(folder))
        requesting.ask(db, actor, folder, SUSPENSION, reason, at, ground=ground)
    return desk.read(db, no)


def decide_suspension(
    db: Database, actor: Actor, no: str, seen: int, approved: bool, answer: str, at: datetime
) -> Folder:
    """Grant or refuse a suspension. Granted, it holds from the instant at which it was asked."""
    with desk.acting(db, actor, no, "decide", at, seen) as folder:
        request = requesting.decidable(folder, actor, SUSPENSION)
        stopped: list[str] = []
        if approved:
            asking.check_stands(folder.standing, request.ground, monitored=monitored(folder))
            keys = (REPORT_STAGE,) if request.ground == REPORT else None
            before = _limits(folder, folder.stages)
            after = stop(before, request.asked_at, _counting(db, folder), keys)
            for stage, old, new in zip(folder.stages, before, after, strict=True):
                if new != old:
                    moving.put(db, stage.id, new)
                    moving.begin_pause(db, request.id, stage.id, new)
                    stopped.append(stage.key)
        else:
            conduct.check_refusal(answer)
        requesting.decide(db, actor, folder, request, approved, answer, at, ground=request.ground, stopped=stopped)
    return desk.read(db, no)


def resume(db: Database, actor: Actor, no: str, seen: int, note: str, at: datetime) -> Folder:
    """恢复: every limit that stood still runs again with what it had left; one that was late keeps its due time."""
    with desk.acting(db, actor, no, "resume", at, seen) as folder:
        asking.check_resume(folder.standing)
        conduct.refuse_too_long(note=note)
        before = _limits(folder, folder.stages)
        moved = _put(db, folder.stages, before, run_again(before, at, _counting(db, folder)))
        moving.end_pauses(db, folder.case.id, at)
        joining.share_from_lead(db, actor, folder.case, at)
        desk.log(db, actor, folder, "resume", at, ground=folder.standing.paused, note=note, moved=moved)
    return desk.read(db, no)


def withdraw(db: Database, actor: Actor, no: str, seen: int, at: datetime) -> Folder:
    """撤回申请: whoever asked for an extension or a suspension takes it back before it is decided."""
    with desk.acting(db, actor, no, "ask_move", at, seen) as folder:
        asking.check_withdraw(folder.standing, actor.person_id)
        request = folder.open_request
        if request is None or not requests.decide(db, request.id, "withdrawn", at=at, by=None):
            raise Refusal(N_("没有等待决定的申请，可能已由他人处理"))
        desk.log(db, actor, folder, f"withdraw_{request.kind}", at, stage=request.stage)
    return desk.read(db, no)


def correct_received_at(
    db: Database, actor: Actor, no: str, seen: int, received_at: datetime, reason: str, at: datetime
) -> Folder:
    """更正收到时间: the limits that run from it are counted anew; what was granted stays on top of them."""
    with desk.acting(db, actor, no, "correct", at, seen) as folder:
        case = folder.case
        recorded = (
            *(fact.happened_at for fact in folder.facts if not fact.undone),
            *(request.asked_at for request in folder.requests),
        )
        asking.check_correct(folder.standing, received_at, reason, registered_at=case.registered_at, recorded=recorded)
        first_round = tuple(one for one in folder.deadlines if one.kind == "stage" and one.round == 1)
        moved: Moved = {}
        if first_round:
            before = _limits(folder, first_round)
            moved = _put(db, first_round, before, correct(before, received_at, _counting(db, folder)))
        moved |= clocking.recount(db, folder, received_at)
        month = f"{local(received_at, office(db).zone):%Y-%m}"
        moving.set_received(db, case.id, case.received_at, received_at, month)
        changed = (to_text(case.received_at), to_text(received_at))
        desk.log(db, actor, folder, "correct", at, received_at=changed, reason=reason, moved=moved)
    return desk.read(db, no)


def monitored(folder: Folder) -> bool:
    """Has stage 3 arranged a monitoring, whose report stage 4 may wait for?"""
    arranged = [fact for fact in folder.facts if fact.kind == "recheck" and not fact.undone]
    return bool(arranged) and not arranged[-1].body.get("no_monitoring")


def _counting(db: Database, folder: Folder) -> Counting:
    version = folder.case.rule_version
    if version is None:
        raise Refusal(N_("本件不受时限规则约束"))
    return Counting(rules.rule(db, version), rules.calendar(db), office(db).zone)


def _limits(folder: Folder, stages: Iterable[Deadline]) -> tuple[Limit, ...]:
    return tuple(moving.limit(stage, folder.pauses) for stage in stages)


def _put(db: Database, stages: Iterable[Deadline], before: Iterable[Limit], after: Iterable[Limit]) -> Moved:
    """Keep what has changed; by stage, the due time of before and after for the trail."""
    moved: Moved = {}
    for stage, old, new in zip(stages, before, after, strict=True):
        if new != old:
            moving.put(db, stage.id, new)
        if new.due.due_at != old.due.due_at:
            moved[stage.key] = (to_text(old.due.due_at), to_text(new.due.due_at))
    return moved
