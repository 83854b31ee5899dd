"""What stands beside the register form: the earlier cases it may repeat, and the limits it will have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.clock import local
from tracker.office import handlers
from tracker.rule import intake
from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.dispatch import Line
from tracker.rule.intake import clean
from tracker.rule.ladder import ROLES, SUPERVISOR, applying, in_use
from tracker.rule.lights import light
from tracker.rule.refusals import Refusal
from tracker.rule.repeats import worth_asking
from tracker.rule.stages import CONVENTION_WORDS, deadlines
from tracker.store import categories, grids, ladder, repeats, rules, streets
from tracker.store.repeats import Repeat
from tracker.web import context, errors, forms_new, lines, scope
from tracker.web.forms_new import Typed
from tracker.web.scope import ORDINARY
from tracker.web.words import gettext as _
from tracker.web.words import listed

#: How many earlier cases are shown.
SHOWN = 3


@dataclass(frozen=True)
class Found:
    """An earlier case as the form shows it: how it stands, and what may be done with it."""

    case: Repeat
    standing: str
    light: str
    same: str
    may_join: bool


@dataclass(frozen=True)
class Repeats:
    """The earlier cases; ``summary`` counts them by what they share. ``asked``: there was something to ask."""

    asked: bool
    days: int
    summary: str = ""
    found: tuple[Found, ...] = ()
    others: int = 0


def look_up(typed: Typed) -> Repeats:
    """The cases of the last days (a setting) with the same phone, place or unit."""
    days = context.office().repeat_days
    phone = _phone(typed.phone)
    place, unit = worth_asking(intake.place(typed.place), intake.place(typed.subject_unit))
    if not (phone or place or unit):
        return Repeats(False, days)
    since = context.now() - timedelta(days=days)
    found = repeats.look_up(context.db(), since, phone=phone, place=place, unit=unit)
    counts = (
        (_("同一号码 %(n)s 件"), sum(one.same_phone for one in found)),
        (_("同一地址 %(n)s 件"), sum(one.same_place for one in found)),
        (_("同一对象 %(n)s 件"), sum(one.same_unit for one in found)),
    )
    return Repeats(
        True,
        days,
        listed(words % {"n": n} for words, n in counts if n),
        tuple(shown(one) for one in found[:SHOWN]),
        max(len(found) - SHOWN, 0),
    )


def _phone(typed: str) -> str:
    try:
        return forms_new.phone(typed)
    except Refusal:
        return ""  # not all of it typed yet, or wrong: the form will say so


def shown(case: Repeat) -> Found:
    """How it stands, and what it has in common with the other."""
    same = ((_("同号码"), case.same_phone), (_("同地址"), case.same_place), (_("同对象"), case.same_unit))
    return Found(
        case=case,
        standing=_standing(case),
        light=_light(case),
        same=listed(word for word, is_so in same if is_so),
        may_join=case.open and not case.lead_no,
    )


def _standing(case: Repeat) -> str:
    if case.historic:
        return str(_("历史件"))
    if case.state == "closed":
        return str(_("已销项"))
    if case.state == "applied":
        return str(_("待审核"))
    limit = lines.limit_name(case.next_limit) if case.next_limit else _("待答复或申请销项")
    return str(_("在办，%(limit)s", limit=limit))


def _light(case: Repeat) -> str:
    if not case.open or case.next_due_at is None:
        return ""
    return light(case.next_limit, case.next_due_at, "open", None, context.now(), scope.ordinary_rule()).value


@dataclass(frozen=True)
class Limit:
    """One due time; ``rest``: the day is not a working day."""

    name: str
    due_at: datetime
    rest: bool
    provisional: bool


@dataclass(frozen=True)
class Limits:
    """The due times of a case received at the typed time, and how the days are counted; or why there are none.

    ``note`` says that the grade has no rule of its own and how it gets one, ``told`` who hears of the case at once.
    """

    rows: tuple[Limit, ...] = ()
    convention: str = ""
    problem: str = ""
    note: str = ""
    told: str = ""


def limits(typed: Typed) -> Limits:
    """The limits that the rule gives a case of this kind and grade received then."""
    db, office, now = context.db(), context.office(), context.now()
    try:
        received = forms_new.instant(typed.received_at, "received_at", office, now) or now
        kind, grade = typed.kind or ORDINARY[0], typed.grade or ORDINARY[1]
        rule = rules.rule_for(db, kind, grade, local(received, office.zone).date())
        if rule is None and kind != ORDINARY[0]:
            return Limits(note=str(_("%(kind)s没有办理时限", kind=_(kind))))
        if rule is None:
            return Limits(problem=str(_("这个收到时间没有对应的时限规则，请核对年份")))
        calendar = rules.calendar(db)
        dues = deadlines(rule, received, calendar, office.zone)
    except Refusal as refusal:
        return Limits(problem=errors.said(refusal))
    return Limits(
        tuple(Limit(_(STAGE_NAMES[d.key]), d.due_at, not calendar.works(d.due_day), d.provisional) for d in dues),
        str(_(CONVENTION_WORDS[rule.convention])),
        note=grade_note(grade, rule.grade),
        told=told_at_once(grade),
    )


def grade_note(grade: str, of_rule: str) -> str:
    """Said where a grade has no rule of its own."""
    if grade == of_rule:
        return ""
    words = _("%(grade)s没有单独的时限规则，按一般计时", grade=_(grade))
    way_out = _("如需单独的时限，请系统管理员用 tracker rule add 添加（docs/operations.md）")
    return f"{words}{_('。')}{way_out}"


def told_at_once(grade: str) -> str:
    """Whom the ladder tells of a case of this grade at its dispatch, at any hour."""
    rungs = [rung for rung in applying(ladder.rungs(context.db()), ("dispatch",), grade) if rung.urgent]
    told = (role if in_use(role, context.features()) else SUPERVISOR for rung in rungs for role in rung.roles)
    names = [_(ROLES[role]) for role in dict.fromkeys(told)]
    return str(_("派单时立即告知%(who)s，不论几点", who=listed(names))) if names else ""


@dataclass(frozen=True)
class Proposal:
    """Whom the office's table names for what was typed so far. ``street`` is the street that the typed letters mean, ""
    where they are its name; ``problem`` says why a street or a category is not known; ``nobody`` names the place or
    matter that the table gives to nobody."""

    line: Line | None = None
    street: str = ""
    problem: str = ""
    nobody: str = ""


def proposal(typed: Typed) -> Proposal:
    """Whom the office's table names for the street and categories typed so far."""
    db = context.db()
    reader = forms_new.Reader(db, typed, context.office(), context.now())
    grid = reader.grid()
    street_id, kinds = reader.street() or grids.street_of(db, grid), reader.categories()
    street = next((one.name for one in streets.every(db) if one.id == street_id), "")
    line = handlers.propose(db, street_id, kinds, grid)
    known = {one.code: one.name for one in categories.in_use(db)}
    names = (street, *(str(_(known[kind])) for kind in kinds))
    return Proposal(
        line,
        street if clean(typed.street) not in ("", street) else "",
        "　".join(map(errors.said, reader.problems)),
        "" if line else listed([name for name in names if name]),
    )
