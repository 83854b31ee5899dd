"""What several commands have in common: an instant as it is typed, how they refuse, and columns that stand in line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from unicodedata import east_asian_width, normalize
from zoneinfo import ZoneInfo

import click

from tracker.clock import local
from tracker.rule.refusals import N_, Refusal, filled

INSTANT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?", re.IGNORECASE)


def instant(text: str, zone: ZoneInfo, field: str) -> datetime:
    """The instant that was typed as ``field``. Without an offset it is the wall clock of ``zone``; a day alone begins
    at 00:00."""
    plain = normalize("NFKC", text)
    if not INSTANT.fullmatch(plain):
        raise Refusal(N_("“%(value)s”不是日期和时间，请写成 2026-09-30T23:59 的形式"), field=field, value=text)
    try:
        typed = datetime.fromisoformat(plain.upper())
        at = (typed if typed.tzinfo else typed.replace(tzinfo=zone)).astimezone(UTC)
    except ValueError:
        raise Refusal(N_("没有“%(value)s”这个时间，请核对月、日、时、分"), field=field, value=text) from None
    except OverflowError:
        raise Refusal(N_("%(value)s 超出历法范围，请核对年份"), field=field, value=text) from None
    if not typed.tzinfo and local(at, zone).replace(tzinfo=None) != typed:
        raise Refusal(
            N_("“%(value)s”在时区 %(zone)s 不存在：当天时钟拨快，跳过了这一刻。请核对时间或写明与UTC的差，例如 +08:00"),
            field=field,
            value=text,
            zone=zone.key,
        )
    return at


def misused(
    refusal: Refusal, translate: Callable[[str], str], names: Mapping[str, str] | None = None
) -> click.UsageError:
    """The refusal as click says it, naming the argument; ``names`` gives the argument of a field."""
    place = (names or {}).get(refusal.field, refusal.field)
    message = filled(refusal.message, refusal.params, translate)
    return click.UsageError(translate(N_("%(place)s：%(message)s")) % {"place": place, "message": message})


@contextmanager
def named(translate: Callable[[str], str], names: Mapping[str, str] | None = None) -> Iterator[None]:
    """Say every refusal of an argument as `misused` does; one that names none passes."""
    try:
        yield
    except Refusal as refusal:
        if not refusal.field:
            raise
        raise misused(refusal, translate, names) from None


def aligned(texts: Sequence[str]) -> list[str]:
    """Padded to one width on a terminal, where a Chinese character takes two columns."""
    widths = [sum(1 + (east_asian_width(c) in "FW") for c in text) for text in texts]
    return [text + " " * (max(widths) - width) for text, width in zip(texts, widths, strict=True)]
