"""外出检查单: whom to visit today, a printed sheet for each, and where the evening begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request

from tracker.office import desk, sheets
from tracker.office.desk import Folder
from tracker.rule import facts
from tracker.rule.checklists import STATES
from tracker.rule.conduct import recordable
from tracker.store import categories, checklists, overdue, spans
from tracker.store.cases import NoSuchCase
from tracker.store.categories import Category
from tracker.store.database import reading
from tracker.store.overdue import Wanted
from tracker.web import case_checks, context
from tracker.web.routes import route

pages = Blueprint("outdoors", __name__)
OFFICERS = ("handler", "supervisor")
#: The stages that want a visit.
VISITS = ("inspection", "recheck")
#: More nobody visits before the next evening, nor prints at once.
MOST = 60


@dataclass(frozen=True)
class Visit:
    """One case to go to, and the stage that its visit is for."""

    folder: Folder
    key: str

    @property
    def name(self) -> str:
        """The name of its form in the evening."""
        return f"c{self.folder.case.id}-{self.key}"


@dataclass(frozen=True)
class Sheet:
    """What is printed for a visit: the case, its stage, and the points to look at; nothing of who complained."""

    visit: Visit
    categories: tuple[Category, ...]
    points: tuple[str, ...]
    matter: str


@route(pages, "/outdoors", roles=OFFICERS, feature="sheets")
def pick() -> str:
    return render_template("outdoors.html", visits=mine())


@route(pages, "/outdoors/print", roles=OFFICERS, feature="sheets")
def printed() -> str | tuple[str, int]:
    """A page of paper for each case that was ticked."""
    folders = _asked_for()
    if not folders:
        return render_template("outdoors.html", visits=mine(), nothing=True), 422
    wording = "matter" in request.args
    return render_template(
        "outdoors_print.html",
        sheets=[_sheet(one, wording) for one in _visits(folders)],
        left_out=[folder.case.no for folder in folders if not _wants(folder)],
        chosen=request.args.getlist("no"),
        wording=wording,
        head=context.office().letterhead or context.office().name,
        officers=case_checks.officers(),
        facts=facts,
        check_states=STATES,
    )


def _asked_for() -> list[Folder]:
    """The cases that were ticked, as far as this person may see them."""
    found = []
    for no in request.args.getlist("no")[:MOST]:
        try:
            folder = desk.read(context.db(), no)
            desk.check_access(folder.case, context.actor(), "see")
        except NoSuchCase:
            abort(404)
        found.append(folder)
    return found


def mine() -> tuple[Visit, ...]:
    """The cases of the one signed in that want a visit now, the most urgent first."""
    db, me = context.db(), context.actor().person_id
    with reading(db):
        found = overdue.live(db, context.now(), Wanted(handler_id=me), span=spans.between(None, None), size=MOST)
        return tuple(_visits(desk.read_id(db, line.case_id) for line in found))


def _visits(folders: Iterable[Folder]) -> list[Visit]:
    return [Visit(folder, key) for folder in folders for key in _wants(folder)]


def _wants(folder: Folder) -> tuple[str, ...]:
    """The stage that wants a visit now, if any: the re-check waits for the inspection."""
    return tuple(key for key in VISITS if key in recordable(folder.standing))[:1]


def _sheet(visit: Visit, wording: bool) -> Sheet:
    db, case = context.db(), visit.folder.case
    on = "checklists" in context.features() and visit.key == "inspection"
    return Sheet(
        visit,
        categories.of_case(db, case.id),
        checklists.of(db, case.categories) if on else (),
        sheets.hiding(db, visit.folder)(case.content) if wording else "",
    )
