"""回来补录: every case that was visited on one page, each with its short form; the day's photographs sorted to them.

Each case is saved on its own: what is wrong in one keeps its text and takes nothing from the others.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.clock import local
from tracker.office import stages, tray
from tracker.rule import facts
from tracker.rule.checklists import STATES
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import attachments, pictures
from tracker.store.cases import Case, Changed
from tracker.store.kept_forms import KeptForm
from tracker.store.uploads import Upload
from tracker.web import case_checks, case_files, context, forms_case, kept
from tracker.web.case import DONE, reader
from tracker.web.case_stage import floors, recorded, rest
from tracker.web.errors import by_field, said
from tracker.web.forms_case import Form
from tracker.web.outdoors import OFFICERS, Visit, mine
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("evening", __name__)
#: What a form must hold to be taken for filled in: the rest of it is there from the beginning.
TYPED = {
    "inspection": ("happened_at", "finding", "note", "demand", "demand_until", "no_demand", "reason"),
    "recheck": ("happened_at", "rectified", "note", "body_name", "planned", "items", "no_monitoring", "reason"),
}
THUMB = 240
LAY_ASIDE = "x"
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Row:
    """One case on the page."""

    visit: Visit
    form: Form
    late: bool
    filled: bool
    wrong: bool


@route(pages, "/evening", roles=OFFICERS, feature="sheets")
def show() -> Answer:
    found = kept.of_page()
    forms = {visit.name: _again(visit, typed) for visit in mine() if (typed := kept.fields_of(found, visit.name))}
    return _page(forms, {}, found if forms else None)


@route(pages, "/evening/kept", roles=OFFICERS, feature="sheets", methods=("POST",))
def drop_kept() -> Response:
    """What was typed before the session ran out is not wanted."""
    kept.drop()
    return redirect(url_for("evening.show"), 303)


@route(pages, "/evening", roles=OFFICERS, feature="sheets", methods=("POST",))
def enter() -> Answer:
    """上传照片 keeps the photographs and all that is typed; 保存 saves what is filled in, case by case."""
    errors = _take_in()
    forms = {visit.name: _sent(visit) for visit in mine()}
    if request.form.get("do") == "save":
        saved = _save_all(forms, errors)
        for words in saved:
            flash(words, f"{DONE}:")
        if not saved and not errors:
            errors[""] = _("还没有填写任何一件")
        if not errors:
            kept.drop()
            return redirect(url_for("evening.show"), 303)
    return (_page(forms, errors), 400) if errors else _page(forms, errors)


@route(pages, "/evening/photo/<int:upload_id>", roles=OFFICERS, feature="sheets")
def thumb(upload_id: int) -> Response:
    """A small picture of a photograph that waits, for whoever sent it in."""
    found = next((one for one in tray.unsorted(context.db(), context.actor()) if one.id == upload_id), None)
    if found is None:
        abort(404)
    try:
        data = attachments.path_of(context.attachments_folder(), found.file.sha256).read_bytes()
        small = pictures.copy(data, THUMB)
    except (FileNotFoundError, pictures.Unreadable):
        abort(404)
    answer: Response = send_file(io.BytesIO(small), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _take_in() -> dict[str, str]:
    """Keep what was uploaded; what is wrong with the others."""
    files = ((one.name, one.data, one.said) for one in case_files.sent("batch"))
    wrong = tray.keep(context.db(), context.attachments_folder(), context.actor(), files, context.now())
    return {"batch-files": by_field(Refusals(wrong))["files"]} if wrong else {}


def _save_all(forms: dict[str, Form], errors: dict[str, str]) -> list[str]:
    """Save every form that is filled in; what was saved, in words. What was wrong goes to ``errors``."""
    db, actor, saved = context.db(), context.actor(), []
    waiting = tray.unsorted(db, actor)
    choice = {one.id: request.form.get(f"photo-{one.id}", "") for one in waiting}
    tray.lay_aside(db, actor, [id_ for id_, chosen in choice.items() if chosen == LAY_ASIDE], context.now())
    for visit in mine():
        form = forms[visit.name]
        photos = tuple(one for one in waiting if choice[one.id] == visit.name)
        if not photos and not _filled(visit, form):
            continue
        try:
            saved.append(_save(visit, form, photos))
            del forms[visit.name]
        except Changed as changed:
            forms[visit.name] = replace(form, seen=visit.folder.case.version)
            errors[visit.name] = _changed(changed)
        except (Refusal, Refusals) as problem:
            found = forms_case.by_name(form, by_field(problem))
            errors.update({name or visit.name: text for name, text in found.items()})
    return saved


def _save(visit: Visit, form: Form, photos: tuple[Upload, ...]) -> str:
    folder, no = visit.folder, visit.folder.case.no
    read = reader(form)
    happened_at = read.happened_at(floors(folder, visit.key))
    fact = forms_case.STAGES[visit.key](read)
    around = forms_case.around(read, happened_at, photos)
    if visit.key == "inspection" and not folder.standing.triaged:
        read.problems.append(Refusal(N_("请先在本件页面补上街道和污染类别")))
    if not isinstance(fact, facts.StageFact):
        raise TypeError(visit.key)
    read.done(rest(read, folder, fact, around))
    db, home, actor = context.db(), context.attachments_folder(), context.actor()
    after = stages.record(db, home, actor, no, form.seen, fact, around, context.now())
    return f"{no} {recorded(after, fact).text}"


def _changed(changed: Changed) -> str:
    at = changed.params["time"]
    told = local(at, context.office().zone).strftime("%H:%M") if isinstance(at, datetime) else at
    return said(Refusal(changed.message, name=changed.params["name"], time=told))


def _again(visit: Visit, typed: MultiDict[str, str]) -> Form:
    return Form(visit.name, typed, visit.folder.case.version, posted=True)


def _sent(visit: Visit) -> Form:
    seen = request.form.get(f"{visit.name}-seen", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    return Form(visit.name, request.form, version, posted=True)


def _filled(visit: Visit, form: Form) -> bool:
    typed = any(form.v(name).strip() for name in TYPED[visit.key])
    return typed or any(form.v(f"check-{n}") for n, _point in enumerate(form.many("point"), 1))


def _first(visit: Visit) -> Form:
    """A form before anybody has typed into it. Its time is left open: it was hours ago, and nobody knows when."""
    named = {"officers": case_checks.officers(), "mode": facts.ON_SITE}
    return forms_case.first_shown(visit.name, visit.folder.case.version, **named)


def _page(forms: Mapping[str, Form], errors: dict[str, str], again: KeptForm | None = None) -> str:
    rows = []
    for visit in mine():
        form = forms.get(visit.name) or _first(visit)
        late = context.now() >= visit.folder.stage(visit.key).due_at
        wrong = any(name.startswith(visit.name) for name in errors)
        rows.append(Row(visit, form, late, form.posted and _filled(visit, form), wrong))
    by_form = {row.form.key: row.visit.folder.case for row in rows}
    waiting = sorted(tray.unsorted(context.db(), context.actor()), key=lambda one: (one.file.taken, one.id))
    return render_template(
        "evening.html",
        rows=rows,
        waiting=waiting,
        chosen={one.id: request.form.get(f"photo-{one.id}", "") for one in waiting},
        errors=errors,
        again=again,
        told={name: _named(name, text, by_form) for name, text in errors.items()},
        points=lambda form: case_checks.points(by_form[form.key], form) if "-inspection" in form.key else (),
        check_states=STATES,
        facts=facts,
    )


def _named(name: str, text: str, by_form: Mapping[str, Case]) -> str:
    """A problem with the number of its case, for the summary above all forms."""
    case = by_form.get("-".join(name.split("-")[:2]))
    return f"{case.no} {text}" if case else text
