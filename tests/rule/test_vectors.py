"""Three receipts around the holidays of 2026, in every convention."""

from __future__ import annotations

import pytest

from tests.rule.china import days, limits

FRIDAY_BEFORE_SPRING_FESTIVAL = "2026-02-13T10:00"
FRIDAY_BEFORE_A_MAKE_UP_SUNDAY = "2026-09-18T16:00"
EVE_OF_NATIONAL_DAY = "2026-09-30T23:59"


@pytest.mark.parametrize(
    ("received", "convention", "expected"),
    [
        (FRIDAY_BEFORE_SPRING_FESTIVAL, "natural", "02-14 02-16 02-23 02-28"),
        (FRIDAY_BEFORE_SPRING_FESTIVAL, "natural-roll", "02-14 02-24 02-24 02-28"),
        (FRIDAY_BEFORE_SPRING_FESTIVAL, "working", "02-14 02-25 03-05 03-12"),
        (FRIDAY_BEFORE_SPRING_FESTIVAL, "hours", "02-14 02-16 02-23 02-28"),
        (FRIDAY_BEFORE_A_MAKE_UP_SUNDAY, "natural", "09-19 09-21 09-28 10-03"),
        (FRIDAY_BEFORE_A_MAKE_UP_SUNDAY, "natural-roll", "09-20 09-21 09-28 10-08"),
        (FRIDAY_BEFORE_A_MAKE_UP_SUNDAY, "working", "09-20 09-22 10-09 10-15"),
        (FRIDAY_BEFORE_A_MAKE_UP_SUNDAY, "hours", "09-19 09-21 09-28 10-03"),
        (EVE_OF_NATIONAL_DAY, "natural", "10-01 10-03 10-10 10-15"),
        (EVE_OF_NATIONAL_DAY, "natural-roll", "10-08 10-08 10-10 10-15"),
        (EVE_OF_NATIONAL_DAY, "working", "10-08 10-10 10-20 10-27"),
        (EVE_OF_NATIONAL_DAY, "hours", "10-01 10-03 10-10 10-15"),
    ],
)
def test_the_four_limits_fall_on_the_published_days(received: str, convention: str, expected: str) -> None:
    assert [f"{day:%m-%d}" for day in days(limits(received, convention))] == expected.split()
