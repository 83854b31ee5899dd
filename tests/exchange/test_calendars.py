"""iCalendar text by RFC 5545: names that stay, lines that fold, text that ends nothing."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW
from tracker.exchange.calendars import LINE, Event, calendar, escaped, folded

EVENT = Event(
    "tracker:XH2026-000001:7", 1, date(2026, 6, 20), "XH2026-000001 现场检查 24:00前 新港街道", "http://t/case/1"
)


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_a_deadline_is_a_whole_day_without_an_alarm():
    assert unfolded(calendar("我的办理时限", [EVENT], NOW)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//tracker//deadlines//ZH",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:我的办理时限",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "UID:379de97f-1ccf-5ba5-a881-a0cfccafebfa",
        "DTSTAMP:20260617T022400Z",
        "SEQUENCE:1",
        "DTSTART;VALUE=DATE:20260620",
        "DTEND;VALUE=DATE:20260621",
        "SUMMARY:XH2026-000001 现场检查 24:00前 新港街道",
        "URL:http://t/case/1",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_what_would_end_a_value_is_escaped():
    assert escaped("a;b,c\\d\r\ne\nf\rg") == "a\\;b\\,c\\\\d\\ne\\nf\\ng"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=400))
def test_lines_fold_at_75_octets_and_unfold_to_what_they_were(line):
    parts = list(folded(line))
    assert all(len(part.encode()) <= LINE for part in parts)
    assert all(part.startswith(" ") for part in parts[1:])
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line
