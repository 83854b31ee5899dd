"""What a cell says: numbers that are words, and times in every form in which exports write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.rule.intake import clean
from tracker.rule.refusals import N_, Refusal

#: A spreadsheet keeps 15 digits of a number; what follows them was lost before the file got here.
EXACT_BELOW = 10**15
SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")
SERIAL = re.compile(r"\d{5}(\.\d+)?")
#: Day 0 of the 1900 date system, with its 29 February 1900 that never was (days from March 1900 on are right).
SERIAL_START = datetime(1899, 12, 30)
SERIAL_FROM, SERIAL_TO = 20_000, 80_000  # 1954 to 2119: any other number is no date
WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:\s*T?\s*(?P<half>上午|下午)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})?\s*分?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
DIGITS = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?)?")
NOON = 12


@dataclass(frozen=True)
class Moment:
    """An instant in UTC that a cell names; ``day_only`` where it names a day, which then begins at 00:00."""

    at: datetime
    day_only: bool = False


def text(cell: object, *, lines: bool = False) -> str:
    """A cell as words: a whole number without its ``.0``, no control characters, no runs of blanks."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean(str(cell), lines=lines)


def number(cell: object) -> str:
    """A number that names something (a case, a telephone). Refusal where the sheet has lost digits of it."""
    if isinstance(cell, int | float) and abs(cell) >= EXACT_BELOW:
        raise Refusal(N_("超过15位的编号以数字保存，末尾几位已丢失。请把该列设为文本，重新导出"))
    written = text(cell)
    if SCIENTIFIC.fullmatch(written):
        raise Refusal(N_("编号写成了科学计数法，末尾几位已丢失。请把该列设为文本，重新导出"))
    return written


def moment(cell: object, zone: ZoneInfo) -> Moment | None:
    """The instant in a cell, None when it is empty. A time without its zone is the office's.

    Reads dates of the sheet, serial numbers, and text such as `2019/4/25 9:32:09` and `2025年1月3日 14:05`.
    Raises Refusal for anything else: a time is never guessed.
    """
    try:
        return _moment(cell, zone)
    except (ValueError, OverflowError):
        raise Refusal(N_("没有这个时间，请核对年、月、日、时、分")) from None


def _moment(cell: object, zone: ZoneInfo) -> Moment | None:
    if isinstance(cell, datetime):
        return Moment(_instant(cell, zone))
    if isinstance(cell, date):
        return Moment(_instant(datetime.combine(cell, time()), zone), day_only=True)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial(float(cell), zone)
    written = unicodedata.normalize("NFKC", text(cell))
    if not written:
        return None
    if SERIAL.fullmatch(written):
        return _serial(float(written), zone)
    found = WRITTEN.fullmatch(written) or DIGITS.fullmatch(written)
    if found is None:
        raise _unreadable()
    return _from_parts(found.groupdict(), zone)


def _from_parts(parts: dict[str, str | None], zone: ZoneInfo) -> Moment:
    year, month, day, hour, minute, second = (
        int(parts[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    half = parts.get("half")
    if half and hour > NOON:
        raise _unreadable()
    if half:
        hour = hour % NOON + (NOON if half == "下午" else 0)
    wall = datetime(year, month, day, hour, minute, second)
    if offset := parts.get("zone"):
        return Moment(datetime.fromisoformat(f"{wall.isoformat()}{offset}").astimezone(UTC))
    return Moment(_instant(wall, zone), day_only=parts["hour"] is None)


def _serial(days: float, zone: ZoneInfo) -> Moment:
    if not SERIAL_FROM <= days < SERIAL_TO:
        raise _unreadable()
    return Moment(_instant(SERIAL_START + timedelta(days=days), zone), day_only=days.is_integer())


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    # A serial number is a binary fraction of a day: to the nearest second it is what was typed.
    rounded = (wall + timedelta(microseconds=500_000)).replace(microsecond=0)
    return (rounded if rounded.tzinfo else rounded.replace(tzinfo=zone)).astimezone(UTC)


def _unreadable() -> Refusal:
    return Refusal(N_("不是能识别的时间，请写成 2019-04-25 09:32"))
