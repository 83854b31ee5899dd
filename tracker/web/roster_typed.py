"""The roster as people type it: names with or without marks between, turns, and lines of a day and its people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import date

from tracker.rule.refusals import N_, Refusal
from tracker.rule.roster import Wish, in_line
from tracker.web import moments

BETWEEN = re.compile(r"[、,;\t]+")
TOGETHER = re.compile(r"\+")
LINE = re.compile(r"(\d\S*?)(?:\s*\(?(?:周|星期)[一二三四五六日天]\)?)?[\s,;]+(.+)")
MOST_LINES = 500


def turns(text: str, known: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """``张三、李四+王五``: one after another, those joined by + together."""
    return tuple(
        tuple(name.strip() for name in TOGETHER.split(group) if name.strip()) for group in names(text, known) if group
    )


def names(text: str, known: Collection[str]) -> tuple[str, ...]:
    """The names in a line; a space parts two of them, where it is not in a name that is ``known``."""
    parts = (part.strip() for part in BETWEEN.split(unicodedata.normalize("NFKC", text)))
    return tuple(name for part in parts for name in ([part] if part in known else part.split()))


def lines(text: str, today: date, known: Collection[str]) -> tuple[tuple[Wish, ...], tuple[Refusal, ...]]:
    """Lines such as ``2026-06-18 张三``, and those that cannot be read, by number; empty ones are passed over."""
    found: list[Wish] = []
    wrong: list[Refusal] = []
    for n, line in enumerate(text.splitlines()[: MOST_LINES + 1], 1):
        if not (said := unicodedata.normalize("NFKC", line).strip()):
            continue
        try:
            found.append(_line(said, n, today, known))
        except Refusal as problem:
            wrong.append(in_line(problem, n, "lines"))
    if not found and not wrong:
        raise Refusal(N_("请粘贴值班安排，每行一天，例如 2026-06-18 张三"), field="lines")
    return tuple(found), (*_too_many(text), *wrong)


def _line(said: str, n: int, today: date, known: Collection[str]) -> Wish:
    parts = LINE.fullmatch(said)
    if parts is None:
        raise Refusal(N_("“%(line)s”应为日期、空格、姓名，例如 2026-06-18 张三"), line=said[:40])
    return Wish(moments.day(parts[1], today, "lines"), names(parts[2], known), n)


def _too_many(text: str) -> Iterator[Refusal]:
    if len(text.splitlines()) > MOST_LINES:
        yield Refusal(N_("一次最多 %(n)s 行，请分几次粘贴"), field="lines", n=MOST_LINES)
