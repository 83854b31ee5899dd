"""A calendar of one's own deadlines as iCalendar text (RFC 5545): whole days, without alarms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

#: Octets of a line without its end; a longer one is folded (RFC 5545, 3.1).
LINE = 75
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Event:
    """One deadline. ``name`` is unique and stays the same for ever, ``sequence`` grows when its day moves; ``day`` is
    the last good day, on the office's wall clock."""

    name: str
    sequence: int
    day: date
    summary: str
    url: str


def calendar(title: str, events: Iterable[Event], at: datetime) -> str:
    """The calendar as it is sent, made at ``at``."""
    return "".join(f"{part}\r\n" for line in _lines(title, events, at) for part in folded(line))


def _lines(title: str, events: Iterable[Event], at: datetime) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tracker//deadlines//ZH", "CALSCALE:GREGORIAN")
    yield f"X-WR-CALNAME:{escaped(title)}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    yield "X-PUBLISHED-TTL:PT1H"
    for event in events:
        yield "BEGIN:VEVENT"
        yield f"UID:{uuid5(NAMESPACE_URL, event.name)}"
        yield f"DTSTAMP:{at.astimezone(UTC).strftime(STAMP)}"
        yield f"SEQUENCE:{event.sequence}"
        yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
        yield f"SUMMARY:{escaped(event.summary)}"
        yield f"URL:{event.url}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def escaped(text: str) -> str:
    """A text value: backslashes, semicolons, commas and line breaks would end it."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> Iterator[str]:
    """The line in parts of at most LINE octets, each after the first begun by a blank; no character is cut in two."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE:
            yield part
            part, size = " ", 1
        part += character
        size += octets
    yield part
