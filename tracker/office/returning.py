"""退单 to the source: sent by one person, its confirmation written down by another; and the limits of the channels."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.office import clocks, closing, desk, reminding
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import clocks as clock_rule
from tracker.rule import returning as rule
from tracker.rule.facts import Reply
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.returning import CONFIRMED, Answer, Limit
from tracker.rule.stages import Due
from tracker.store import audit, order_returns, rules
from tracker.store import clocks as store_clocks
from tracker.store.cases import Case
from tracker.store.clocks import Setting
from tracker.store.database import writing
from tracker.store.order_returns import OrderReturn
from tracker.store.settings import office

#: What is written down as the reply where the source has taken its order back.
NOBODY = N_("来源单位已确认退单，由其答复投诉人")
TAKEN_BACK = N_("来源单位已确认退单")


def send(db: Database, actor: Actor, no: str, seen: int, ground: str, reason: str, at: datetime) -> Folder:
    """退单. The stages and their clocks run on until the source has confirmed; the limit for it is met."""
    with desk.acting(db, actor, no, "return_order", at, seen) as folder:
        case = folder.case
        rule.check_return(folder.standing, case.channel, ground, reason)
        order_returns.add(db, case.id, case.round, ground, reason, at=at, by=actor.person_id)
        desk.end_return_limit(db, case.id, at)
        desk.log(db, actor, folder, "return_order", at, ground=ground, reason=reason)
    return desk.read(db, no)


def answered(db: Database, actor: Actor, no: str, seen: int, said: Answer, at: datetime) -> Folder:
    """What the source said. Confirmed, by another person than the sender: the open stages become 终止, the other clocks
    are taken back, and the reply is the source's. Refused or taken back: the work goes on as it stood."""
    act = "decide" if said.outcome == CONFIRMED else "return_order"
    with desk.acting(db, actor, no, act, at, seen) as folder:
        sent = waiting(folder)
        rule.check_answer(
            folder.standing,
            said,
            returned_at=sent.returned_at if sent else at,
            returned_by=sent.returned_by if sent else 0,
            person_id=actor.person_id,
            at=at,
        )
        assert sent is not None
        if not order_returns.answer(db, sent.id, said, at=at, by=actor.person_id):
            raise Refusal(N_("没有等待确认的退单，可能已由他人处理"))
        desk.log(db, actor, folder, "return_answered", at, outcome=said.outcome, answer=said.text)
        if said.outcome == CONFIRMED:
            _let_go(db, actor, folder, at)
        detail = {"act": "order_return", "decision": said.outcome, "answer": said.text}
        reminding.tell(db, folder.case.id, (sent.returned_by,), "decided", at, detail)
    return desk.read(db, no)


def _let_go(db: Database, actor: Actor, folder: Folder, at: datetime) -> None:
    closing.end_stages(db, folder, at)
    for limit in folder.outside:
        if limit.state == "open":
            clocks.cancel(db, actor, limit.id, TAKEN_BACK, at)
    if not folder.standing.replied:
        closing.write_reply(db, actor, folder, Reply(nobody=NOBODY), at, "", at, "reply")


def waiting(folder: Folder) -> OrderReturn | None:
    """The 退单 that waits for its answer."""
    return next((one for one in folder.returns if not one.outcome), None)


def start_limit(db: Database, actor: Actor, case: Case, at: datetime) -> None:
    """The clock within which an order of this channel may go back, from its receipt, where the office has set one."""
    limit = order_returns.limit_of(db, case.channel)
    if limit is None:
        return
    due = _due(db, limit, case.received_at)
    convention = "working" if limit.unit == rule.WORKING else clock_rule.GIVEN
    setting = Setting(clock_rule.HAND_BACK, case.channel, convention, actor.person_id, at)
    store_clocks.add(db, case.id, case.round, case.received_at, due, setting)


def _due(db: Database, limit: Limit, received_at: datetime) -> Due:
    zone, key = office(db).zone, clock_rule.KINDS[clock_rule.HAND_BACK].name
    until = rule.given_until(limit, received_at)
    if until is not None:
        return clock_rule.given(key, until, zone)
    return clock_rule.counted(key, limit.amount, "working", received_at, rules.calendar(db), zone)


def save_limits(db: Database, actor: Actor, wanted: Iterable[tuple[str, Limit]], at: datetime) -> bool:
    """Keep the limits as they were typed, each under the name of its field; whether anything is different.

    What is registered from now on has them; no clock that runs is moved.
    """
    bad: list[Refusal] = []
    table: dict[str, Limit] = {}
    for field, limit in wanted:
        try:
            rule.check_limit(limit)
        except Refusal as refusal:
            bad.append(Refusal(refusal.message, field=field, **refusal.params))
        table[limit.channel] = limit
    if bad:
        raise Refusals(bad)
    with writing(db):
        before = order_returns.limits(db)
        after = tuple(sorted(table.values(), key=lambda limit: limit.channel))
        if sorted(before, key=lambda limit: limit.channel) == list(after):
            return False
        order_returns.put_limits(db, after)
        said = {
            name: [[one.channel, one.amount, one.unit] for one in some]
            for name, some in (("before", before), ("after", after))
        }
        audit.append(
            db, at=at, person_id=actor.person_id, act="return_limits.changed", address=actor.address, detail=said
        )
    return True
