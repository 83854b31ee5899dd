"""The other clocks of a case: set, met, moved and taken back. None of it ever moves a stage.

Every function joins the transaction of the act that it belongs to. That act's frame (``desk.acting``) sees to the
nearest limit and the reminders; whoever writes without one calls ``desk.follow`` at the end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.office.actors import Actor
from tracker.rule import clocks as rule
from tracker.rule.facts import GO_ON, Resolution
from tracker.rule.refusals import N_, Refusal
from tracker.rule.stages import ends
from tracker.store import audit, cases, clocks, rules
from tracker.store.cases import Case
from tracker.store.clocks import Clock, Setting
from tracker.store.database import writing
from tracker.store.settings import office


def start(
    db: Database,
    actor: Actor,
    case_id: int,
    kind: str,
    at: datetime,
    *,
    due_at: datetime | None = None,
    days: int | None = None,
    convention: str = "",
    source: str = "",
    label: str = "",
    starts_at: datetime | None = None,
    reason: str = "",
) -> int:
    """Set a clock of a kind of ``rule.clocks.KINDS``; the id of its limit.

    Either ``due_at``, the first instant that is late (aware), or ``days`` counted by ``convention`` from ``starts_at``
    (``at`` unless said); with neither, what the kind counts. ``source`` says who or what sets it, ``label`` names a
    clock of the kind ``own`` or the channel of an 应反; ``reason`` is why it was set, for the trail. Raises Refusal.
    """
    called = rule.named(kind, label)
    of_kind = rule.KINDS[kind]
    days, convention = days or of_kind.days, convention or of_kind.convention or "natural"
    with writing(db):
        case, ours = cases.by_id(db, case_id), office(db)
        key = rule.key_for(called, clocks.keys(db, case_id, case.round))
        begins = starts_at or at
        if due_at is not None:
            due, convention = rule.given(key, due_at, ours.zone), rule.GIVEN
        elif days is not None:
            due = rule.counted(key, days, convention, begins, rules.calendar(db), ours.zone)
        else:
            raise Refusal(N_("请填写天数或到期时间"), field="days")
        setting = Setting(kind, source or of_kind.source, convention, actor.person_id, at)
        deadline_id = clocks.add(db, case_id, case.round, begins, due, setting)
        said = {"clock": key, "due_at": to_text(due.due_at), "source": setting.source, "reason": reason}
        _log(db, actor, case_id, "clock_start", at, deadline=deadline_id, **said)
    return deadline_id


def finish(
    db: Database,
    actor: Actor,
    deadline_id: int,
    at: datetime,
    *,
    done_at: datetime | None = None,
    fact_id: int | None = None,
    tells: bool = False,
) -> None:
    """The clock is met at ``done_at`` (``at`` unless said), shown by the fact ``fact_id``. Refusal unless it runs.

    ``tells``: the timeline tells the fact with the clock, since no other act does.
    """
    with writing(db):
        clock = of_id(db, deadline_id)
        met = done_at or at
        if not clocks.finish(db, deadline_id, met, fact_id):
            raise rule.runs_no_more(clock.key)
        said = {"done_at": to_text(met), "late": met >= clock.due_at, "fact": fact_id if tells else None}
        _log(db, actor, clock.case_id, "clock_finish", at, deadline=deadline_id, clock=clock.key, **said)


def move(db: Database, actor: Actor, deadline_id: int, due_at: datetime, reason: str, at: datetime) -> None:
    """Give a clock that runs another due time, for a reason; the first one is kept, the reminders are planned anew."""
    rule.check_reason(reason)
    with writing(db):
        clock = of_id(db, deadline_id)
        if not clocks.move(db, deadline_id, rule.given(clock.key, due_at, office(db).zone)):
            raise rule.runs_no_more(clock.key)
        said = {"due_at": (to_text(clock.due_at), to_text(due_at)), "reason": reason}
        _log(db, actor, clock.case_id, "clock_move", at, deadline=deadline_id, clock=clock.key, **said)


def cancel(db: Database, actor: Actor, deadline_id: int, reason: str, at: datetime) -> None:
    """Take a clock back for a reason that stays on record. Refusal when it runs no more."""
    rule.check_reason(reason)
    with writing(db):
        clock = of_id(db, deadline_id)
        if not clocks.cancel(db, deadline_id, reason):
            raise rule.runs_no_more(clock.key)
        _log(db, actor, clock.case_id, "clock_cancel", at, deadline=deadline_id, clock=clock.key, reason=reason)


def by_route(db: Database, actor: Actor, case_id: int, route: str, at: datetime) -> tuple[int, ...]:
    """What the route of a case brings: 信访事项 sets 信访告知 and 信访办结, both from the receipt. Another route takes
    back those that still run. The ids of the clocks that were set now; said twice, none is set twice."""
    wanted = rule.ROUTES.get(route, ())
    with writing(db):
        for kind in rule.OF_ROUTES:
            for deadline_id in () if kind in wanted else clocks.running(db, case_id, kind):
                cancel(db, actor, deadline_id, N_("办理途径已变更"), at)
        begins = cases.by_id(db, case_id).received_at
        missing = tuple(kind for kind in wanted if not clocks.ever(db, case_id, kind))
        return tuple(start(db, actor, case_id, kind, at, starts_at=begins) for kind in missing)


def follow_up(
    db: Database, actor: Actor, case: Case, fact: Resolution, fact_id: int, met: datetime, at: datetime
) -> None:
    """A next step recorded meets the clock of the 继续整改 before it; 继续整改 again sets one of its own day."""
    for deadline_id in clocks.running(db, case.id, rule.FOLLOW):
        finish(db, actor, deadline_id, at, done_at=met, fact_id=fact_id)
    if fact.next_step == GO_ON and fact.until is not None and case.rule_version is not None:
        last = ends(rules.rule(db, case.rule_version), fact.until, office(db).zone)
        start(db, actor, case.id, rule.FOLLOW, at, due_at=last, starts_at=met)


def take_back_follow_up(db: Database, actor: Actor, case_id: int, at: datetime) -> None:
    """A next step undone takes its clock with it, before the one that it had met runs again."""
    for deadline_id in clocks.running(db, case_id, rule.FOLLOW):
        cancel(db, actor, deadline_id, N_("已撤销后续处理"), at)


def of_id(db: Database, deadline_id: int) -> Clock:
    """The clock with this id; LookupError for a stage or for nothing."""
    found = clocks.by_id(db, deadline_id)
    if found is None:
        raise LookupError(f"no clock {deadline_id}")
    return found


def _log(db: Database, actor: Actor, case_id: int, act: str, at: datetime, **detail: Any) -> None:
    said = {"no": cases.by_id(db, case_id).no, **detail}
    audit.append(db, at=at, person_id=actor.person_id, act=act, case_id=case_id, address=actor.address, detail=said)
