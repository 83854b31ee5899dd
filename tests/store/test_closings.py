"""完成率 and 销项率: applied for and closed, of what was received."""

from __future__ import annotations

from datetime import timedelta

from tests.factories import NOW
from tests.office.conftest import team  # noqa: F401
from tests.office.entries import FACTS
from tracker.office import closing
from tracker.store import closings
from tracker.store.closings import Rates
from tracker.store.database import rows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_applied_and_closed_are_two_rates(team):  # noqa: F811
    def rates():
        return closings.rates(team.db, NOW - DAY, NOW + DAY)

    def apply(no):
        closing.apply_close(team.db, team.handler, no, team.version(no), "", NOW + 3 * HOUR)

    no = team.case().no
    team.case(NOW + DAY)  # of another time
    assert rates() == Rates(1, 0, 0)
    for fact in FACTS.values():
        team.record(no, fact, NOW + HOUR)
    team.reply(no, NOW + 2 * HOUR)
    apply(no)
    assert rates() == Rates(1, 1, 0)
    closing.send_back(team.db, team.supervisor, no, team.version(no), ("resolution",), "未附报告", NOW + 4 * HOUR)
    assert rates() == Rates(1, 0, 0)
    team.record(no, FACTS["resolution"], NOW + 5 * HOUR)
    team.reply(no, NOW + 5 * HOUR)
    apply_at = NOW + 6 * HOUR
    closing.apply_close(team.db, team.handler, no, team.version(no), "", apply_at)
    closing.close(team.db, team.supervisor, no, team.version(no), "", apply_at)
    assert rates() == Rates(1, 1, 1)


def test_they_are_a_range_of_an_index(register):
    asked = {"since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
    (plan, *_rest) = [r["detail"] for r in rows(register, "EXPLAIN QUERY PLAN " + closings.RATES, asked)]
    assert "cases_received (received_at>? AND received_at<?)" in plan
