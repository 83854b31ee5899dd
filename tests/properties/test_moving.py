"""Whatever is granted in whatever order: the stages keep their order, nothing granted is taken away, and the due time
is always the count of the stage's days and of all that was granted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.test_days import ZONES, calendars, clocks
from tests.rule.china import rule
from tracker.rule.lights import State
from tracker.rule.moving import Counting, Limit, Pause, correct, extend, resume, spent, stop
from tracker.rule.stages import CONVENTIONS, deadlines

starts = st.datetimes(datetime(2014, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda start: start.replace(microsecond=0)
)
waits = st.timedeltas(timedelta(0), timedelta(days=12)).map(lambda wait: timedelta(seconds=int(wait.total_seconds())))
UNSETTLED = (State.OPEN, State.PAUSED)


@dataclass(frozen=True)
class Act:
    """``wait`` passes before it; ``later`` passes between asking and deciding."""

    kind: str
    key: str
    days: int
    wait: timedelta
    later: timedelta


acts = st.builds(
    Act,
    st.sampled_from(["extend", "suspend", "report", "resume", "done"]),
    st.sampled_from(["contact", "inspection", "recheck", "resolution"]),
    st.integers(1, 20),
    waits,
    waits,
)


@st.composite
def countings(draw: st.DrawFn) -> tuple[Counting, datetime]:
    convention = draw(st.sampled_from(CONVENTIONS))
    closes = draw(st.none() | clocks) if convention != "hours" else None
    zone = draw(st.sampled_from(ZONES))
    start = draw(starts)
    calendar = draw(calendars(start.astimezone(zone).date()))
    return Counting(rule(convention, closes), calendar, zone), start


def opened(counting: Counting, start: datetime) -> tuple[Limit, ...]:
    dues = deadlines(counting.rule, start, counting.calendar, counting.zone)
    return tuple(Limit(due, start, due.due_at) for due in dues)


def of(limits: tuple[Limit, ...], key: str) -> Limit:
    return next(limit for limit in limits if limit.key == key)


def done(limits: tuple[Limit, ...], key: str) -> tuple[Limit, ...]:
    return tuple(
        replace(one, state=State.DONE) if one.key == key and one.state == State.OPEN else one for one in limits
    )


def played(limits: tuple[Limit, ...], act: Act, at: datetime, counting: Counting) -> tuple[Limit, ...]:
    """The act at ``at`` where the rule allows it, else nothing."""
    stage = of(limits, act.key)
    paused = any(limit.state == State.PAUSED for limit in limits)
    if act.kind == "extend" and stage.state == State.OPEN and not stage.extended and at < stage.due.due_at:
        return extend(limits, act.key, act.days, counting)
    if act.kind == "suspend" and not paused:
        return stop(limits, at, counting)
    if act.kind == "report" and not paused:
        return stop(limits, at, counting, keys=("resolution",))
    if act.kind == "resume":
        return resume(limits, at + act.later, counting)
    if act.kind == "done":
        return done(limits, act.key)
    return limits


def course(counting: Counting, start: datetime, sequence: list[Act]) -> list[tuple[Act, datetime, tuple[Limit, ...]]]:
    """The limits after every act, with the instant at which it was asked."""
    limits, at = opened(counting, start), start
    found = []
    for act in sequence:
        at += act.wait
        limits = played(limits, act, at, counting)
        found.append((act, at, limits))
        at += act.later
    return found


sequences = st.lists(acts, max_size=12)


@given(countings(), sequences)
def test_no_sequence_of_acts_lets_an_unsettled_stage_overtake_the_one_before_it(case, sequence):
    for _act, _at, limits in course(*case, sequence):
        unsettled = [limit for limit in limits if limit.state in UNSETTLED]
        running = [limit.due for limit in unsettled]
        assert all(a.due_at <= b.due_at and a.unrolled_day <= b.unrolled_day for a, b in pairwise(running))


@given(countings(), sequences)
def test_no_sequence_of_acts_makes_anything_due_earlier(case, sequence):
    before = opened(*case)
    for _act, _at, limits in course(*case, sequence):
        for old, new in zip(before, limits, strict=True):
            assert new.due.due_at >= old.due.due_at
            assert new.due.unrolled_day >= old.due.unrolled_day
            assert new.first_due_at == old.first_due_at
        before = limits


@given(countings(), sequences)
def test_only_an_extension_and_a_resumption_move_a_due_time(case, sequence):
    before = opened(*case)
    for act, _at, limits in course(*case, sequence):
        moved = {limit.key for old, limit in zip(before, limits, strict=True) if old.due != limit.due}
        if act.kind == "extend":
            assert moved in (set(), {one.key for one in before if one.state in UNSETTLED or one.key == act.key} & moved)
            order = [limit.key for limit in limits]
            assert all(order.index(key) >= order.index(act.key) for key in moved)
        elif act.kind == "resume":
            assert moved <= {limit.key for limit in before if limit.state == State.PAUSED}
        else:
            assert not moved
        before = limits


@given(countings(), sequences)
def test_a_due_time_is_always_the_count_of_all_that_was_granted(case, sequence):
    """Corrected to the receipt time that it has, a case stays as it is: nothing that was granted is forgotten, and
    nothing is counted twice."""
    counting, start = case
    for _act, _at, limits in course(counting, start, sequence):
        again = correct(limits, start, counting)
        assert [(one.due.due_at, one.due.unrolled_day) for one in again] == [
            (one.due.due_at, one.due.unrolled_day) for one in limits
        ]


@given(countings(), sequences, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_a_later_receipt_is_never_due_earlier_whatever_was_granted(case, sequence, wait):
    counting, start = case
    for _act, _at, limits in course(counting, start, sequence):
        for old, new in zip(limits, correct(limits, start + wait, counting), strict=True):
            assert new.due.due_at >= old.due.due_at
            assert (new.state, new.extended, new.extended_by) == (old.state, old.extended, old.extended_by)


@given(countings(), sequences)
def test_what_was_on_time_when_it_stopped_is_on_time_when_it_resumes_and_what_was_late_stays_late(case, sequence):
    counting, start = case
    for _act, at, limits in course(counting, start, sequence):
        for old, new in zip(limits, resume(limits, at + timedelta(days=9), counting), strict=True):
            if old.state != State.PAUSED:
                assert new == old
            elif old.left is None:
                assert new.due == old.due
            else:
                assert new.due.due_at > at + timedelta(days=9)


@given(countings(), sequences)
def test_only_the_asked_stage_uses_its_extension(case, sequence):
    used: set[str] = set()
    before = opened(*case)
    for act, _at, limits in course(*case, sequence):
        if act.kind == "extend" and limits != before:
            used.add(act.key)
        assert {limit.key for limit in limits if limit.extended} == used
        before = limits


@given(starts, st.lists(st.tuples(waits, waits), max_size=6), waits)
def test_net_and_suspended_time_make_up_the_gross_time(start, spans, rest):
    at, pauses, stood = start, [], timedelta(0)
    for before, length in spans:
        pauses.append(Pause(at + before, at + before + length))
        at, stood = at + before + length, stood + length
    found = spent(start, at + rest, pauses)
    assert found.gross == at + rest - start
    assert found.net == found.gross - stood
