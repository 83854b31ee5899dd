"""The forms of the case page, parsed at the door: what was typed becomes facts, or Refusals that name the fields.

The page holds several forms, so that a field carries the name of its form: ``inspection-officers``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from tracker.clock import local
from tracker.office.stages import Around, Upload
from tracker.rule.checklists import WORDS_MAX, Check
from tracker.rule.conduct import may_give_up
from tracker.rule.facts import (
    ATTEMPT_OUTCOMES,
    NOT_APPLICABLE,
    NOT_REACHED,
    REACHED,
    TEXT_MAX,
    Attempt,
    Contact,
    Inspection,
    Recheck,
    Reply,
    Resolution,
)
from tracker.rule.intake import clean
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.standing import Standing
from tracker.store import uploads
from tracker.web import moments

LINE_MAX = 200
#: More points than this no case has, whatever its categories.
CHECKS_MAX = 200
BETWEEN_NAMES = re.compile(r"[、，,；;/\n]+")
BETWEEN_HANZI = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")


@dataclass(frozen=True)
class Form:
    """One form as it was typed, or as it is first shown. ``seen`` is the version of the case it was filled in for."""

    key: str
    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    seen: int = 0
    files: tuple[Upload, ...] = ()
    posted: bool = False

    def n(self, name: str) -> str:
        """The name of a field on the page."""
        return f"{self.key}-{name}"

    def v(self, name: str) -> str:
        """The field as it was typed."""
        return self.typed.get(self.n(name), "")

    def texts(self) -> tuple[str, ...]:
        """Everything that was typed, field by field."""
        return tuple(text for name, text in self.typed.items(multi=True) if name.startswith(f"{self.key}-") and text)

    def many(self, name: str) -> tuple[str, ...]:
        """What was ticked, each value once."""
        return tuple(dict.fromkeys(self.typed.getlist(self.n(name))))


def first_shown(key: str, seen: int, **values: str) -> Form:
    """A form with its first values."""
    return Form(key, MultiDict({f"{key}-{name}": value for name, value in values.items()}), seen)


def by_name(form: Form, problems: dict[str, str]) -> dict[str, str]:
    """The problems of a form under the names that its fields have on the page."""
    aliases = {"triage": "street"}
    if form.key == "contact":
        aliases["note"] = "record"
    if form.v("outcome") == NOT_REACHED:
        aliases["cause"] = "unreached"
    return {form.n(aliases.get(name, name)) if name else "": text for name, text in problems.items()}


@dataclass
class Reader:
    """Reads the fields of one form; collects every one that cannot be read, so that all are named at once."""

    form: Form
    zone: ZoneInfo
    now: datetime
    problems: list[Refusal] = field(default_factory=list)

    def line(self, name: str) -> str:
        """A single line."""
        return self._short(name, clean(self.form.v(name)), LINE_MAX)

    def text(self, name: str) -> str:
        """Several lines."""
        return self._short(name, clean(self.form.v(name), lines=True), TEXT_MAX)

    def people(self, name: str) -> tuple[str, ...]:
        """Names between 、 or commas; between blanks where they are Chinese."""
        parts = BETWEEN_NAMES.split(BETWEEN_HANZI.sub("、", self.line(name)))
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def day(self, name: str) -> date | None:
        """A day, or None where nothing was typed."""
        typed = self.form.v(name).strip()
        with self._noting():
            return moments.day(typed, local(self.now, self.zone).date(), name) if typed else None
        return None

    def happened_at(self, floors: Iterable[datetime]) -> datetime:
        """When it happened; the present instant stands in for one that cannot be read, and the problem is noted."""
        with self._noting():
            return moments.moment(self.form.v("happened_at"), self.zone, self.now, "happened_at", floors)
        return self.now

    def instant(self, name: str, floors: Iterable[datetime] = ()) -> datetime | None:
        """An instant; None for one that cannot be read, and the problem is noted."""
        with self._noting():
            return moments.moment(self.form.v(name), self.zone, self.now, name, floors)
        return None

    def number(self, name: str) -> int | None:
        """The id behind a choice; None for what is no number."""
        typed = self.form.v(name)
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None

    def done(self, problems: Iterable[Refusal] = ()) -> None:
        """When a field could not be read, name it, with the other ``problems``."""
        if self.problems:
            raise Refusals((*self.problems, *problems))

    def _short(self, name: str, text: str, limit: int) -> str:
        if len(text) > limit:
            words = N_("文字过长：%(size)s 字，最多 %(limit)s 字")
            self.problems.append(Refusal(words, field=name, size=len(text), limit=limit))
        return text[:limit]

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except Refusal as problem:
            self.problems.append(problem)


def contact_outcomes(standing: Standing) -> tuple[tuple[str, str], ...]:
    """What the form of stage 1 offers as its result: each value and its word."""
    offered = [(REACHED, N_("已联系")), *((word, word) for word in ATTEMPT_OUTCOMES)]
    if may_give_up(standing):
        offered.append((NOT_REACHED, N_("未联系上，结束联系")))
    if standing.anonymous:
        offered.append((NOT_APPLICABLE, N_("不适用（匿名）")))
    return tuple(offered)


def contact(read: Reader) -> Contact | Attempt:
    """Stage 1; an attempt that failed is one of its outcomes."""
    method, outcome, note = read.form.v("method"), read.form.v("outcome"), read.text("record")
    if outcome in ATTEMPT_OUTCOMES:
        return Attempt(method, outcome, note)
    cause = read.form.v("unreached") if outcome == NOT_REACHED else read.line("cause")
    return Contact(method, outcome, read.line("who"), note, cause)


def checks(read: Reader) -> Iterator[Check]:
    """The points that were ticked or have a note, in the words that were shown."""
    for n, point in enumerate(read.form.many("point")[:CHECKS_MAX], 1):
        state, note = read.form.v(f"check-{n}"), read.line(f"check-{n}-note")
        if state or note:
            yield Check(clean(point)[:WORDS_MAX], state, note)


def inspection(read: Reader) -> Inspection:
    """Stage 2."""
    return Inspection(
        officers=read.people("officers"),
        mode=read.form.v("mode"),
        finding=read.form.v("finding"),
        note=read.text("note"),
        demand=read.text("demand"),
        demand_until=read.day("demand_until"),
        no_demand=read.text("no_demand"),
        visit=read.form.v("visit"),
        checks=tuple(checks(read)),
    )


def recheck(read: Reader) -> Recheck:
    """Stage 3."""
    return Recheck(
        officers=read.people("officers"),
        rectified=read.form.v("rectified"),
        note=read.text("note"),
        body_name=read.line("body_name"),
        planned=read.day("planned"),
        items=read.line("items"),
        no_monitoring=read.text("no_monitoring"),
    )


def resolution(read: Reader) -> Resolution:
    """Stage 4."""
    return Resolution(
        who=read.line("who"),
        result=read.form.v("result"),
        report_no=read.line("report_no"),
        report_date=read.day("report_date"),
        finding=read.form.v("finding"),
        next_step=read.form.v("next_step"),
        until=read.day("until"),
        note=read.text("note"),
    )


STAGES = {"contact": contact, "inspection": inspection, "recheck": recheck, "resolution": resolution}


def reply(read: Reader) -> Reply:
    """答复, or why nobody can be told."""
    form = read.form
    return Reply(form.v("form"), read.text("text"), bool(form.v("handed_back")), read.text("nobody"))


def around(read: Reader, happened_at: datetime, tray: tuple[uploads.Upload, ...] = ()) -> Around:
    """What surrounds a stage's fact; ``tray`` are the files that wait for it."""
    texts = read.text("record"), read.text("reason"), read.form.v("late_cause")
    return Around(happened_at, read.form.files, *texts, tray=tray, others=read.form.many("others"))
