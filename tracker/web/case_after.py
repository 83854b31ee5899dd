"""What the page of a closed case adds: the spot check it was drawn for, its 回头看, and doing it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tracker.office import revisits as visiting
from tracker.office import spot as checking
from tracker.office.visiting import today
from tracker.rule.redo import GROUNDS
from tracker.rule.refusals import N_
from tracker.rule.revisits import RESULTS as VISITED
from tracker.rule.spot import RESULTS as CHECKED
from tracker.store import people, revisits, spot
from tracker.store.revisits import Visit
from tracker.store.spot import Check
from tracker.web import context
from tracker.web.case_topic import Act, Part
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _

CHECKS, VISITS = "spot_checks", "revisits"
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Checked:
    """The checks of a case; where one waits for its result, whether this person may say it or why not."""

    checks: tuple[Check, ...]
    waits: bool
    judges: bool
    involved: bool
    results: Choices

    @property
    def forms(self) -> tuple[str, ...]:
        return ("spot",) if self.judges else ()


@dataclass(frozen=True)
class Visits:
    """The visits of a case; ``open`` is the one to be made, ``records`` whether this person may say what was seen."""

    visits: tuple[Visit, ...]
    open: Visit | None
    records: bool
    results: Choices

    @property
    def forms(self) -> tuple[str, ...]:
        return ("visited",) if self.records else ()


def _closed(shown: Shown) -> bool:
    return shown.case.state == "closed" and not shown.case.historic


def checks(shown: Shown) -> Checked | None:
    found = spot.of_case(shown.db, shown.case.id)
    if not found:
        return None
    waits = checking.waiting(shown.db, shown.folder) is not None
    involved = checking.involved(shown.folder, shown.actor.person_id)
    may = waits and shown.may("spot")
    return Checked(found, waits, may and not involved, may and involved, _words(CHECKED))


def visits(shown: Shown) -> Visits | None:
    found = revisits.of_case(shown.db, shown.case.id)
    if not found:
        return None
    to_make = visiting.open_of(shown.db, shown.folder)
    return Visits(found, to_make, to_make is not None and shown.may("revisit"), _words(VISITED))


def _words(results: dict[str, str]) -> Choices:
    return tuple((key, _(word)) for key, word in results.items())


def _day(shown: Shown) -> dict[str, str]:
    """The day that is set and who goes, else the office's own so many days from now and the handler."""
    to_make = visiting.open_of(shown.db, shown.folder)
    ahead = today(shown.db, shown.at) + timedelta(days=context.office().revisit_days)
    goes = to_make.person_id if to_make else shown.case.handler_id
    return {"day": (to_make.due_day if to_make else ahead).isoformat(), "who": str(goes or "")}


def _who(shown: Shown) -> tuple[tuple[str, str], ...]:
    return tuple((str(one.id), one.name) for one in people.with_role(shown.db, "handler"))


def _grounds(shown: Shown) -> Choices:
    """Why the case may be done over: what a check or a visit found comes first."""
    found = {
        "spot": checking.failed(shown.db, shown.folder),
        "revisit": visiting.relapsed(shown.db, shown.folder),
        "other": True,
    }
    return tuple((key, _(GROUNDS[key])) for key, stands in found.items() if stands)


ACTS: tuple[Act, ...] = (
    Act(
        "revisit",
        N_("定回头看"),
        "case/revisit_set.html",
        lambda shown: _closed(shown) and shown.may("revisit"),
        values=_day,
        more=_who,
        rare=False,
        feature=VISITS,
    ),
    Act(
        "reopen",
        N_("重办"),
        "case/reopen.html",
        lambda shown: _closed(shown) and shown.may("reopen"),
        values=lambda shown: {"ground": _grounds(shown)[0][0]},
        more=_grounds,
        rare=False,
    ),
)
PARTS: tuple[Part, ...] = (
    Part("case/spot.html", checks, place="main", feature=CHECKS, forms=lambda found: found.forms),
    Part("case/revisits.html", visits, place="main", feature=VISITS, forms=lambda found: found.forms),
)
