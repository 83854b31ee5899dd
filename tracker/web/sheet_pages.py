"""Papers of a case: the internal record, and what is handed to the unit and to the laboratory."""

from __future__ import annotations

import io

from flask import abort, render_template, request, send_file
from werkzeug.wrappers import Response

from tracker.office import desk, sheets
from tracker.office import units as office_units
from tracker.office.desk import Folder
from tracker.rule.intake import clean
from tracker.rule.units import GRADES
from tracker.store import attachments, categories, pictures, units
from tracker.store.facts import Evidence
from tracker.web import case_origin, context
from tracker.web.case import opened, pages
from tracker.web.case_sentences import of_fact
from tracker.web.case_sheets import RECORD, TITLES
from tracker.web.case_view import Shown
from tracker.web.routes import route
from tracker.web.sheet_rows import lines
from tracker.web.words import gettext as _
from tracker.web.words import listed

#: On paper a photograph is a hand wide.
WIDE = 1200
OFFICERS = ("handler", "supervisor")


@route(pages, "/case/<no>/sheet/<key>", roles=OFFICERS)
def sheet(no: str, key: str) -> str:
    folder = opened(no)
    if key != RECORD and key not in sheets.possible(folder):
        abort(404)
    every = sheets.photographs(folder)
    chosen = tuple(one for one in every if str(one.id) in request.args.getlist("photo"))
    common = {
        "key": key,
        "title": _(TITLES[key]),
        "case": folder.case,
        "every": every,
        "chosen": chosen,
        "kept": case_origin.kept(),
        "head": context.office().letterhead or context.office().name,
    }
    if key == RECORD:
        return render_template("sheet_record.html", **common, **_record(folder))
    return render_template("sheet.html", **common, **_outside(folder, key))


@route(pages, "/sheet/photo/<int:case_id>/<int:evidence_id>", roles=OFFICERS)
def photo(case_id: int, evidence_id: int) -> Response:
    """A photograph from the site drawn anew: no EXIF, no name, no number in its address."""
    folder = desk.read_id(context.db(), case_id)
    desk.check_access(folder.case, context.actor(), "see")
    found: Evidence | None = next((one for one in sheets.photographs(folder) if one.id == evidence_id), None)
    if found is None:
        abort(404)
    try:
        data = attachments.path_of(context.attachments_folder(), found.sha256).read_bytes()
        drawn = pictures.copy(data, WIDE)
    except (FileNotFoundError, pictures.Unreadable):
        abort(404)
    answer: Response = send_file(io.BytesIO(drawn), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _record(folder: Folder) -> dict[str, object]:
    """What the internal record shows beside the case: the stages, and everything that was recorded."""
    shown = Shown(context.db(), folder, context.actor(), context.now())
    hide = sheets.hiding(context.db(), folder)
    alive = (fact for fact in folder.facts if not fact.undone and fact.kind != "undo")
    told = [(fact, [(word, hide(text)) for word, text in of_fact(fact)]) for fact in alive]
    return {
        "shown": shown,
        "folder": folder,
        "told": [(fact, lines) for fact, lines in told if lines],
        "categories": categories.of_case(context.db(), folder.case.id),
        "content": hide(folder.case.content),
    }


def _outside(folder: Folder, key: str) -> dict[str, object]:
    """What a paper for outside says. Its place is that of the case only where no unit has a place of its own."""
    known = "" if folder.case.subject_unit else folder.case.place
    place = clean(request.args.get("place", known))[:100]
    paper = sheets.paper(context.db(), folder, key, place)
    return {
        "paper": paper,
        "place": place,
        "withheld": listed(_(word) for word in paper.withheld),
        "lines": tuple(lines(paper, _grade(folder))),
    }


def _grade(folder: Folder) -> str:
    """The grade of the unit, where the office keeps any."""
    if "units" not in context.features() or not folder.case.subject_unit:
        return ""
    names = office_units.known_as(context.db(), folder.case.subject_unit)
    grades = units.grades(context.db(), names)
    return GRADES[grades[0].grade] if grades else ""
