"""The register form, parsed at the door: what was typed becomes a NewCase, or Refusals that name each field."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlite_utils import Database
from werkzeug.datastructures import MultiDict

from tracker.office import appeals as office_appeals
from tracker.office import register
from tracker.office.register import NewCase
from tracker.rule import appeals, intake
from tracker.rule.appeals import Appeal
from tracker.rule.clock_acts import Wanted
from tracker.rule.clocks import OWN
from tracker.rule.intake import clean
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import categories, features, streets
from tracker.store.settings import Office
from tracker.web import moments
from tracker.web.matching import match_category, match_street, named
from tracker.web.words import gettext as _

#: How much of a wrong entry its error repeats.
SHOWN = 30
#: A day without its year is read as the nearest one, but not so far away.
YEARLESS = timedelta(days=90)
#: 暂不派单, also where the table of handlers names somebody.
NOBODY = "0"
FLAGS = ("confidential", "anonymous", "talked")
BETWEEN = re.compile(r"[\s,，、;；/]+")
HAS_YEAR = re.compile(r"^\s*\d{4}\D")


@dataclass(frozen=True)
class Typed:
    """The form as it was typed, in the order of the page; flags are "1" or ""."""

    channel: str = intake.CHANNELS[0].name
    phone: str = ""
    name: str = ""
    confidential: str = "1"
    anonymous: str = ""
    talked: str = ""
    street: str = ""
    grid: str = ""
    place: str = ""
    subject_unit: str = ""
    categories: str = ""
    content: str = ""
    received_at: str = ""
    source_no: str = ""
    source_due_at: str = ""
    heads: str = ""
    kind: str = ""
    grade: str = ""
    route: str = ""
    appeal: str = ""
    clock_label: str = ""
    clock_source: str = ""
    clock_due_at: str = ""
    handler_id: str = ""
    lead_no: str = ""
    entry_key: str = ""


ORDER = [field.name for field in fields(Typed)]


def blank(received_at: str) -> Typed:
    """A form to begin with; its key tells it from every other."""
    return Typed(received_at=received_at, entry_key=secrets.token_urlsafe(12))


def posted(form: MultiDict[str, str]) -> Typed:
    """The form as it was sent."""
    return Typed(**{name: form.get(name, "") for name in ORDER})


def parse(db: Database, typed: Typed, office: Office, now: datetime) -> NewCase:
    """The complaint that was typed. Raises Refusals, in the order of the page, with everything that is wrong."""
    reader = Reader(db, typed, office, now)
    new = reader.read()
    named = {problem.field for problem in reader.problems}
    found = [*reader.problems, *(p for p in register.problems(db, new, now) if p.field not in named)]
    if found:
        raise Refusals(sorted(found, key=lambda problem: ORDER.index(problem.field)))
    return new


class Reader:
    """Reads the fields of one form and keeps what could not be read."""

    def __init__(self, db: Database, typed: Typed, office: Office, now: datetime) -> None:
        self.db, self.typed, self.office, self.now = db, typed, office, now
        self.problems: list[Refusal] = []
        self.appeal: Appeal | None = None

    def read(self) -> NewCase:
        """The complaint; what cannot be read is left at its default, and the problem is noted."""
        typed = self.typed
        self.appeal = self.find_appeal() if typed.appeal else None
        return NewCase(
            channel=typed.channel,
            received_at=self.instant("received_at") or self.now,
            content=clean(typed.content, lines=True),
            place=intake.place(typed.place),
            source_no=source_no(typed),
            source_due_at=self.instant("source_due_at"),
            street_id=self.street(),
            grid_id=self.grid(),
            categories=self.categories(),
            subject_unit=intake.place(typed.subject_unit),
            name=clean(typed.name),
            phone=self.phone(),
            confidential=bool(typed.confidential),
            anonymous=bool(typed.anonymous),
            talked=bool(typed.talked),
            handler_id=self.handler(),
            by_table=not self.typed.handler_id,
            clock=self.clock(),
            heads=self.heads(),
            kind=typed.kind or intake.KINDS[0],
            grade=typed.grade or intake.GRADES[0],
            route=self.route(),
            appeal_id=self.appeal.id if self.appeal else None,
            lead_no=clean(typed.lead_no).upper()[:SHOWN],
            entry_key=typed.entry_key[:SHOWN],
        )

    def route(self) -> str:
        """The route that was picked; one left as it stood follows the line of the list of appeals."""
        typed = self.typed.route or intake.ROUTES[0]
        return self.appeal.route if self.appeal and typed == intake.ROUTES[0] else typed

    def find_appeal(self) -> Appeal | None:
        """The line of the list that was typed, where the office uses the list."""
        try:
            return appeals.chosen(office_appeals.holding(self.db, self.now), self.typed.appeal)
        except Refusal as problem:
            self.note(problem)
            return None

    def note(self, problem: Refusal) -> None:
        self.problems.append(problem)

    def phone(self) -> str:
        """The number in plain digits, "" for none or a wrong one."""
        try:
            return phone(self.typed.phone)
        except Refusal as problem:
            self.note(problem)
            return ""

    def instant(self, field: str) -> datetime | None:
        """A time that was typed, None for none or a wrong one."""
        try:
            return instant(getattr(self.typed, field), field, self.office, self.now)
        except Refusal as problem:
            self.note(problem)
            return None

    def clock(self) -> Wanted | None:
        """Another limit that the complaint comes with; None where nothing was typed of one."""
        label, source = clean(self.typed.clock_label), clean(self.typed.clock_source)
        if not (label or source or self.typed.clock_due_at) or not features.on(self.db, "clocks"):
            return None
        due_at = self.instant("clock_due_at")
        if due_at is None and not any(problem.field == "clock_due_at" for problem in self.problems):
            self.note(Refusal(N_("请填写这项时限的到期时间"), field="clock_due_at"))
        return Wanted(OWN, label, source, due_at)

    def handler(self) -> int | None:
        """The id that was picked; one that nobody has for what is no id."""
        text = self.typed.handler_id
        if text in ("", NOBODY):
            return None
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def heads(self) -> int | None:
        """How many people stand behind the case: 0 for nothing typed, None for what is no number."""
        text = unicodedata.normalize("NFKC", self.typed.heads).strip()
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        return None if text else 0

    def grid(self) -> int | None:
        """The grid that was picked; one that nobody has for what is no id."""
        text = self.typed.grid
        if not text:
            return None
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def street(self) -> int | None:
        """The street by its name, its letters or the beginning of either."""
        text = clean(self.typed.street)
        if not text:
            return None
        known = [street for street in streets.every(self.db) if street.active]
        if not known:
            self.note(Refusal(N_("还没有街道，请留空，或请系统管理员添加"), field="street"))
            return None
        found = match_street(text, known)
        if len(found) == 1:
            return found[0].id
        names = named(street.name for street in found or known)
        words = (
            N_("“%(value)s”可能是 %(names)s，请写全名") if found else N_("没有街道“%(value)s”，可填 %(names)s，或留空")
        )
        self.note(Refusal(words, field="street", value=text[:SHOWN], names=names))
        return None

    def categories(self) -> tuple[str, ...]:
        """The codes behind what was typed: codes or names, several between blanks or commas."""
        known = categories.in_use(self.db)
        codes: dict[str, None] = {}
        for part in BETWEEN.split(clean(self.typed.categories)):
            if not part:
                continue
            found = match_category(part, known)
            if len(found) == 1:
                codes[found[0].code] = None
                continue
            names = named(f"{one.code} {_(one.parent)}·{_(one.name)}" for one in found)
            words = (
                N_("污染类别“%(value)s”可能是 %(names)s，请填代码")
                if found
                else N_("没有污染类别“%(value)s”，请填代码或名称，如 11 或 恶臭异味")
            )
            self.note(Refusal(words, field="categories", value=part[:SHOWN], names=names))
            break
        return tuple(codes)


UNREADABLE = {
    "received_at": N_("收到时间“%(value)s”看不懂，请写成 2026-06-18 10:24、06-18 10:24 或 10:24"),
    "source_due_at": N_("应反时间“%(value)s”看不懂，请写成 2026-06-18 10:24、06-18 10:24 或 10:24"),
    "clock_due_at": N_("到期时间“%(value)s”看不懂，请写成 2026-06-18 10:24、06-18 10:24 或 10:24"),
}
YEAR_MISSING = {
    "received_at": N_("收到时间“%(value)s”离现在超过90天，请写明年份，如 2026-06-18 10:24"),
    "source_due_at": N_("应反时间“%(value)s”离现在超过90天，请写明年份，如 2026-06-18 10:24"),
    "clock_due_at": N_("到期时间“%(value)s”离现在超过90天，请写明年份，如 2026-06-18 10:24"),
}


def instant(typed: str, field: str, office: Office, now: datetime) -> datetime | None:
    """A time as people write it: with its date or, for today, without. Refusal for what cannot be read."""
    text = clean(typed)
    if not text:
        if field == "received_at":
            raise Refusal(N_("请填写收到时间，例如 2026-06-18 10:24"), field=field)
        return None
    try:
        at = moments.moment(text, office.zone, now, field)
    except Refusal:
        raise Refusal(UNREADABLE[field], field=field, value=text[:SHOWN]) from None
    if abs(at - now) > YEARLESS and not HAS_YEAR.match(unicodedata.normalize("NFKC", text)):
        raise Refusal(YEAR_MISSING[field], field=field, value=text[:SHOWN])
    return at


def source_no(typed: Typed) -> str:
    """The number of the source as it is kept."""
    return clean(unicodedata.normalize("NFKC", typed.source_no))


def phone(typed: str) -> str:
    """The number in plain digits, "" for none. Refusal for what is no number."""
    return intake.phone(typed) if clean(typed) else ""
