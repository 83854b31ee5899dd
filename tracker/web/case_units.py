"""On the page of a case: the complained-about unit with its grade, and the penalties that came of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tracker.office import units as office
from tracker.rule.refusals import N_
from tracker.rule.units import FILED
from tracker.store import penalties, units
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.store.penalties import Penalty
from tracker.web import context, view
from tracker.web.case_sentences import BAD, WARN, Told
from tracker.web.case_topic import Act, Part, Sentence
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _

SINCE = timedelta(days=365)


@dataclass(frozen=True)
class About:
    """The unit that the case is about, its grade ("" for none), and how many cases it had within a year."""

    name: str
    grade: str
    count: int


@dataclass(frozen=True)
class Fined:
    """The penalties of the case, and whether this person may say that one was entered wrongly."""

    penalties: tuple[Penalty, ...]
    may: bool


def about(shown: Shown) -> About | None:
    """Nothing where the case names no unit."""
    if not shown.case.subject_unit:
        return None
    db = context.db()
    names = office.known_as(db, shown.case.subject_unit)
    grades = units.grades(db, names)
    return About(names[0], grades[0].grade if grades else "", units.count(db, names, shown.at - SINCE))


def fined(shown: Shown) -> Fined | None:
    """Nothing where there is no penalty."""
    found = penalties.of_case(context.db(), shown.case.id)
    return Fined(found, shown.may("penalty")) if found else None


def _may_penalize(shown: Shown) -> bool:
    return shown.may("penalty") and not shown.case.historic and shown.folder.standing.next_step == FILED


def _penalty(record: Record, _fact: Fact | None) -> Told:
    detail = record.detail
    fine = ((_("罚款"), view.money(detail["amount"])),) if detail["amount"] is not None else ()
    lines = ((_("决定日期"), detail["decided_on"]), *fine, *(((_("说明"), detail["note"]),) if detail["note"] else ()))
    return Told(_("处罚 %(number)s", number=detail["number"]), lines, BAD)


def _withdrawn(record: Record, _fact: Fact | None) -> Told:
    return Told(_("撤销处罚"), ((_("理由"), record.detail["why"]),), WARN)


ACTS = (Act("penalty", N_("登记处罚"), "case/penalty.html", _may_penalize, feature="penalties"),)
PARTS = (
    Part("case/unit.html", about, feature="units"),
    Part("case/penalties.html", fined, feature="penalties"),
)
SENTENCES: dict[str, Sentence] = {"penalty": _penalty, "penalty_withdrawn": _withdrawn}
