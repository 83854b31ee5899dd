"""What must hold for every receipt, calendar and convention. Exceptions are drawn near the start, where they bite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.rule.china import rule
from tracker.rule.calendar import Calendar
from tracker.rule.stages import CONVENTIONS, Due, Rule, Stage, due, explain

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
ZONES = [ZoneInfo(key) for key in ("Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
ELSEWHERE = [ZoneInfo(key) for key in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/Havana")]

numbers = st.integers(1, 40)
instants = st.datetimes(datetime(2014, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
clocks = st.times(time(6), time(22)).map(lambda clock: clock.replace(second=0, microsecond=0))


@dataclass(frozen=True)
class Count:
    """One count of days with everything it depends on."""

    rule: Rule
    received_at: datetime
    calendar: Calendar
    zone: ZoneInfo

    def due(self, n: int, received_at: datetime | None = None) -> Due:
        return due(self.rule, Stage("contact", n), received_at or self.received_at, self.calendar, self.zone)

    def start(self) -> date:
        return self.received_at.astimezone(self.zone).date()


@st.composite
def calendars(draw: st.DrawFn, start: date) -> Calendar:
    near = st.integers(-3, 60).map(lambda n: start + n * DAY)
    exceptions = draw(st.dictionaries(near, st.booleans(), max_size=40))
    published = draw(st.frozensets(st.integers(start.year, start.year + 2)))
    return Calendar(exceptions, published)


@st.composite
def counts(draw: st.DrawFn, *conventions: str) -> Count:
    convention = draw(st.sampled_from(conventions or CONVENTIONS))
    closes = draw(st.none() | clocks) if convention != "hours" else None
    zone = draw(st.sampled_from(ZONES))
    received_at = draw(instants)
    calendar = draw(calendars(received_at.astimezone(zone).date()))
    return Count(rule(convention, closes), received_at, calendar, zone)


@given(counts(), numbers)
def test_more_days_are_never_due_earlier(count: Count, n: int) -> None:
    sooner, later = count.due(n), count.due(n + 1)
    assert sooner.due_at <= later.due_at
    assert sooner.unrolled_day < later.unrolled_day


@given(counts(), numbers, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_later_receipt_is_never_due_earlier(count: Count, n: int, wait: timedelta) -> None:
    assert count.due(n).due_at <= count.due(n, count.received_at + wait).due_at


@given(counts(), numbers)
def test_every_limit_lies_after_the_receipt(count: Count, n: int) -> None:
    assert count.due(n).due_at > count.received_at


@given(counts("natural"), numbers)
def test_a_natural_limit_is_the_local_day_of_receipt_plus_n(count: Count, n: int) -> None:
    limit = count.due(n)
    assert limit.due_day == limit.unrolled_day == count.start() + n * DAY
    assert not limit.provisional


@given(counts("working"), numbers)
def test_a_working_limit_falls_on_a_day_that_works_with_n_of_them_since_the_receipt(count: Count, n: int) -> None:
    limit = count.due(n)
    since = [count.start() + k * DAY for k in range(1, (limit.due_day - count.start()).days + 1)]
    assert count.calendar.works(limit.due_day)
    assert sum(map(count.calendar.works, since)) == n


@given(counts("natural-roll"), numbers)
def test_a_rolled_limit_moves_over_rest_days_only_and_lands_on_none(count: Count, n: int) -> None:
    limit = count.due(n)
    moved = [limit.unrolled_day + k * DAY for k in range((limit.due_day - limit.unrolled_day).days)]
    assert limit.unrolled_day == count.start() + n * DAY
    assert count.calendar.works(limit.due_day)
    assert not any(map(count.calendar.works, moved))


@given(counts("hours"), numbers)
def test_an_hours_limit_is_a_whole_minute_n_times_24_hours_after_that_of_the_receipt(count: Count, n: int) -> None:
    due_at = count.due(n).due_at
    assert due_at == (count.received_at + n * DAY).replace(second=0, microsecond=0)


@given(counts(), numbers)
def test_the_due_day_is_that_of_the_last_instant_on_time(count: Count, n: int) -> None:
    limit = count.due(n)
    before, after = (at.astimezone(count.zone) for at in (limit.due_at - INSTANT, limit.due_at))
    assert before.date() == limit.due_day
    if count.rule.closes:
        assert (after.date(), after.time()) == (limit.due_day, count.rule.closes)
    elif count.rule.convention != "hours":
        assert after.date() == limit.due_day + DAY


@given(counts(), numbers, st.sampled_from(ELSEWHERE))
def test_the_zone_an_instant_is_written_in_changes_nothing(count: Count, n: int, elsewhere: ZoneInfo) -> None:
    assert count.due(n, count.received_at.astimezone(elsewhere)) == count.due(n)


@given(counts(), numbers)
def test_the_explanation_ends_on_the_due_day_and_counts_every_number_once(count: Count, n: int) -> None:
    limit = count.due(n)
    rows = explain(count.rule, Stage("contact", n), count.received_at, count.calendar, count.zone)
    assert rows[0].n is None
    assert rows[-1].day == limit.due_day
    assert [row.n for row in rows if row.n] == list(range(1, n + 1))
    assert next(row.day for row in rows if row.n == n) == limit.unrolled_day


@given(counts("natural", "natural-roll", "working"), numbers)
def test_the_explanation_leaves_no_day_out(count: Count, n: int) -> None:
    rows = explain(count.rule, Stage("contact", n), count.received_at, count.calendar, count.zone)
    assert rows[0].day == count.start()
    assert all(later.day - sooner.day == DAY for sooner, later in pairwise(rows))


@given(counts("working"), numbers)
def test_the_explanation_counts_the_days_that_work_and_no_other(count: Count, n: int) -> None:
    rows = explain(count.rule, Stage("contact", n), count.received_at, count.calendar, count.zone)
    assert all((row.n is not None) == count.calendar.works(row.day) for row in rows[1:])


@given(counts(), numbers, st.data())
def test_no_publication_moves_a_limit_that_is_not_provisional(count: Count, n: int, data: st.DataObject) -> None:
    """Whatever the missing arrangements turn out to say, a limit that was shown as certain stands."""
    limit = count.due(n)
    if limit.provisional:
        return
    unknown = [day for k in range(200) if not count.calendar.known(day := count.start() + k * DAY)]
    says = data.draw(st.dictionaries(st.sampled_from(unknown), st.booleans())) if unknown else {}
    years = frozenset(range(2014, 2035))
    published = Calendar({**count.calendar.exceptions, **says}, years)
    later = due(count.rule, Stage("contact", n), count.received_at, published, count.zone)
    assert later == limit
