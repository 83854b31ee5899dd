"""Kind, grade and route on the page of a case: the forms, and what a correction would move, before it is decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.office import classifying as office
from tracker.rule import classifying as rule
from tracker.rule.appeals import Appeal
from tracker.rule.classifying import CHANGES, KEPT, RECLASSIFY
from tracker.rule.conduct import STAGE_NAMES, check_nothing_asked, check_open
from tracker.rule.intake import GRADES, KINDS, ROUTES
from tracker.rule.refusals import N_
from tracker.store import appeals, people
from tracker.store.audit import Record
from tracker.store.deadlines import Deadline
from tracker.store.requests import Request
from tracker.web import context, view
from tracker.web.case_offers_moving import why_not
from tracker.web.case_topic import Act, Part
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _
from tracker.web.words import listed


@dataclass(frozen=True)
class Row:
    """One stage under the rule that is asked for."""

    name: str
    before: str
    after: str
    what: str
    moves: bool


@dataclass(frozen=True)
class Asked:
    """A correction that waits: from what to what, what it would move, and who decides."""

    request: Request
    rows: tuple[Row, ...]
    decides: bool
    others: str


def may_ask(shown: Shown) -> bool:
    standing = shown.folder.standing
    lawful = not why_not(check_open, standing) and not why_not(check_nothing_asked, standing)
    return shown.may("classify") and lawful and not standing.ended and not standing.paused


def may_route(shown: Shown) -> bool:
    return shown.may("classify") and not why_not(check_open, shown.folder.standing)


def asked(shown: Shown) -> Asked | None:
    request = shown.folder.open_request
    if request is None or request.kind != RECLASSIFY:
        return None
    found = office.preview(context.db(), shown.folder, request.new_kind, request.new_grade, shown.at)
    supervisors = people.with_role(context.db(), "supervisor")
    return Asked(
        request=request,
        rows=tuple(_row(change) for change in found),
        decides=shown.may("decide") and request.asked_by != shown.actor.person_id,
        others=listed(one.name for one in supervisors if one.id != request.asked_by),
    )


def put_by(shown: Shown) -> Appeal | None:
    """The line of the list of appeals that the case was put by."""
    return appeals.by_id(context.db(), shown.case.appeal_id) if shown.case.appeal_id else None


def _row(change: rule.Change) -> Row:
    before, after = (view.due_short(one.due_at) if one else "—" for one in (change.before, change.after))
    return Row(_(STAGE_NAMES[change.key]), before, after, _(CHANGES[change.what]), change.what != KEPT)


def version_of(limit: Deadline, current: int | None, records: Iterable[Record]) -> int | None:
    """The rule version that a limit was counted by: a correction of kind or grade leaves what it does not move."""
    told = sorted((one for one in records if one.act == "decide_reclassify" and "version" in one.detail), key=_when)
    if not told:
        return current
    version: int | None = told[0].detail["version"][0]
    for one in told:
        if limit.key in one.detail["moved"] or limit.starts_at >= one.at:
            version = one.detail["version"][1]
    return version


def _when(record: Record) -> int:
    return record.seq


def _now(shown: Shown) -> dict[str, str]:
    return {"kind": shown.case.kind, "grade": shown.case.grade}


def _choices(_shown: Shown) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return KINDS, GRADES


ACTS = (
    Act("route", N_("改途径"), "case/route.html", may_route, lambda s: {"route": s.case.route}, lambda _s: ROUTES),
    Act("reclassify", N_("申请更正类型、等级"), "case/reclassify.html", may_ask, _now, _choices),
)
PARTS = (
    Part("case/reclassified.html", asked, "top"),
    Part("case/appeal.html", put_by, feature="appeals"),
)
