"""What a case says at once: to whom it is given, to who leads it when it is urgent, and what is late with its entry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from tracker.clock import to_text
from tracker.rule.ladder import HANDLER, LEADER, People, Rung, addressees, applying
from tracker.rule.reminders import RAISED, owed_key, passed
from tracker.store import reminders
from tracker.store.board import Board
from tracker.store.planning import Standing
from tracker.store.reminders import Kept, Planned

GIVEN = Rung("dispatch", "act", 0, (HANDLER,))


def at_once(
    case: Standing,
    board: Board,
    kept: tuple[Kept, ...],
    people: People,
    since: datetime,
    at: datetime,
    *,
    late_now: bool,
) -> Iterator[Planned]:
    """What is told at ``at``: the dispatch to whoever has just been given the case or been named its leader, and of a
    case that is late with its entry or by the act of now (``late_now``), in one message, what is late. Who has the
    notice of the dispatch keeps it."""
    day = board.hours.duty_day(at)
    given_to = addressees(GIVEN, people, day)
    told = _told(case, kept, "dispatch")
    given = bool(told) and _given_to(told[-1], case) == case.handler_id and not _last(told, case).isdisjoint(given_to)
    for rung in applying(board.ladder, ("dispatch",), case.grade):
        recipients = _new_leaders(rung, case, kept, since) if given else addressees(rung, people, day)
        for recipient in recipients:
            yield replace(of_case(case, rung.key, at, at, recipient), body=reminders.body(handler=case.handler_id))
    if late_now or (not kept and any(limit.due_at <= at for limit in case.limits)):
        for rung in applying(board.ladder, ("entry",), case.grade):
            reached = dict.fromkeys(
                (*addressees(rung, people, day), *(_by_now(case, board, people, at) if kept else ()))
            )
            for recipient in reached:
                if given or recipient not in given_to:  # the dispatch says it
                    yield of_case(case, rung.key, at, at, recipient)


def _by_now(case: Standing, board: Board, people: People, at: datetime) -> Iterator[int]:
    """Whom the steps would have told by ``at`` that an act has put into the past: they are not owed any more."""
    day = board.hours.duty_day(at)
    yield from addressees(GIVEN, people, day)
    for limit in case.limits:
        for due in passed(limit, board.steps(case, limit), board.hours, at):
            yield from addressees(due.rung, people, day)


def of_case(case: Standing, key: str, occurrence: datetime, at: datetime, recipient: int) -> Planned:
    """A step that is about the case itself, for one person."""
    named = owed_key(case.id, case.round, "case", 0, key, to_text(occurrence), recipient)
    return Planned(named, key, recipient, at, case.id)


def _told(case: Standing, kept: tuple[Kept, ...], *rungs: str) -> tuple[Kept, ...]:
    """The notices of these kinds in this round, in the order in which they were owed."""
    this_round = f"{case.id}|{case.round}|"
    notices = (one for one in kept if one.rung in rungs and one.owed_key.startswith(this_round))
    return tuple(sorted((one for one in notices if one.withdrawn_at is None), key=lambda one: (one.owed_at, one.id)))


def _given_to(notice: Kept, case: Standing) -> int | None:
    """To whom the case was given with a notice."""
    handler = json.loads(notice.body).get("handler", case.handler_id)
    return None if handler is None else int(handler)


def _last(told: tuple[Kept, ...], case: Standing) -> set[int]:
    """Who has been told since the case was last given to somebody."""
    found: set[int] = set()
    for one in reversed(told):
        if _given_to(one, case) != case.handler_id:
            break
        found.add(one.recipient_id)
    return found


def _new_leaders(rung: Rung, case: Standing, kept: tuple[Kept, ...], since: datetime) -> tuple[int, ...]:
    """Whoever was named its leader after the case was given to its handler has not heard of it with the handler, nor
    that it has become urgent."""
    if LEADER not in rung.roles or case.led_since is None or case.led_since < since:
        return ()
    known = {one.recipient_id for one in _told(case, kept, "dispatch", RAISED)}
    return tuple(one for one in case.leaders if one not in known)
