"""The page of one case, and what its acts have in common: access, the way back, and the form that was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.clock import local
from tracker.office import appeals, desk
from tracker.office import callback as callbacks
from tracker.office.desk import Folder
from tracker.rule import asking, conduct, facts, supervision
from tracker.rule.access import NotAllowed
from tracker.rule.checklists import STATES as STATES_OF_CHECKS
from tracker.rule.facts import METHODS
from tracker.rule.intake import BY_NAME, ROUTES, triage_missing
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import attachments, audit, callback, cases, categories, people, reminded, reorders, streets
from tracker.store.cases import Case, Changed, NoSuchCase
from tracker.web import (
    away,
    case_checks,
    case_extra,
    case_files,
    case_origin,
    case_replies,
    context,
    errors,
    forms_case,
    kept,
)
from tracker.web.case_offers import Offers
from tracker.web.case_timeline import Trail, timeline
from tracker.web.case_view import Shown
from tracker.web.case_visits_offers import Visits
from tracker.web.case_words import STATES, start_of
from tracker.web.forms_case import Form, Reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _
from tracker.web.words import listed

pages = Blueprint("case", __name__)
Answer = str | Response | tuple[str, int]
#: The key of a flashed message, before the stage that may be undone.
DONE = "done"


@dataclass(frozen=True)
class Done:
    """What an act says when it is done; ``undo`` is the stage that it can be taken back for."""

    text: str
    undo: str = ""


@route(pages, "/case/<no>", roles=CASE_ROLES)
def show(no: str) -> Answer:
    return page(opened(no))


@pages.errorhandler(NoSuchCase)
def _no_such_case(_error: NoSuchCase) -> Answer:
    # The same words whether there is no such case or it is another handler's.
    no = str((request.view_args or {}).get("no", ""))
    return errors.page(404, _("没有这个编号"), _("没有这个编号：%(no)s。请核对编号；不是由您承办的件也不显示。", no=no))


@pages.errorhandler(NotAllowed)
def _not_allowed(error: NotAllowed) -> Answer:
    names = listed(one.name for one in people.with_role(context.db(), "supervisor"))
    return errors.page(
        403, _("没有权限"), errors.said(error), *([_("督办人员：%(names)s", names=names)] if names else [])
    )


def opened(no: str) -> Folder:
    """The folder of a case that this person may see; NoSuchCase for every other."""
    folder = desk.read(context.db(), no)
    desk.check_access(folder.case, context.actor(), "see")
    return folder


def posted(key: str) -> Form:
    """The form that was sent."""
    seen = request.form.get("seen", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    return Form(key, request.form, version, case_files.sent(key), posted=True)


def reader(form: Form) -> Reader:
    """Reads a form on the office's clock."""
    return Reader(form, context.office().zone, context.now())


def act(no: str, form: Form, do: Callable[[], Done]) -> Answer:
    """Do it and go back to the case; what is refused comes back with the form as it was typed."""
    try:
        done = do()
    except (NoSuchCase, NotAllowed):
        raise
    except Changed as changed:
        folder = opened(no)
        case_files.keep(folder.case, form)
        # What the other person did is on the page now: sent again, the form goes through.
        return page(folder, replace(form, seen=folder.case.version), {"": _changed(changed)}), 409
    except (Refusal, Refusals) as problem:
        folder = opened(no)
        case_files.keep(folder.case, form)
        return page(folder, form, forms_case.by_name(form, errors.by_field(problem))), 400
    kept.drop()
    after = _after(no)
    # On a list nothing else says which case it was.
    flash(done.text if after.startswith(f"/case/{no}") else f"{no}　{done.text}", f"{DONE}:{done.undo}")
    return redirect(after, 303)


@route(pages, "/case/<no>/kept", roles=CASE_ROLES, methods=("POST",))
def drop_kept(no: str) -> Answer:
    """What was typed before the session ran out is not wanted."""
    opened(no)
    kept.drop()
    return redirect(url_for("case.show", no=no, **case_origin.kept()), 303)


def _after(no: str) -> str:
    """The page of the case; for somebody whose case it is no more, or who acts from a list, the list."""
    origin = case_origin.read()
    if request.form.get("then") == "list" and origin:
        return origin.path
    if not desk.may(cases.by_no(context.db(), no), context.actor(), "see"):
        return origin.path if origin else url_for("today.work")
    return url_for("case.show", no=no, **case_origin.kept())


def _changed(changed: Changed) -> str:
    at = changed.params["time"]
    zone = context.office().zone
    if isinstance(at, datetime) and local(at, zone).date() == local(context.now(), zone).date():
        at = local(at, zone).strftime("%H:%M")
    return errors.said(Refusal(changed.message, name=changed.params["name"], time=at))


def page(folder: Folder, sent: Form | None = None, found: dict[str, str] | None = None) -> str:
    """The page of the case, with the form that was sent and what is wrong with it."""
    db, actor, at = context.db(), context.actor(), context.now()
    shown = Shown(db, folder, actor, at)
    offers = Offers(shown, people.with_role(db, "supervisor"))
    extra = case_extra.acts(shown)

    def on_page() -> tuple[str, ...]:
        return (*shown.keys, *offers.forms, *case_extra.keys(shown))

    found_again = None if sent else kept.of_page()
    again = {key: typed for key in on_page() if (typed := kept.fields_of(found_again, key))}

    def first(key: str) -> Form:
        return Form(key, again[key], folder.case.version) if key in again else _first(key, shown)

    trail = Trail(audit.of_case(db, folder.case.id), reminded.of_case(db, folder.case.id))
    return render_template(
        "case.html",
        shown=shown,
        case=folder.case,
        folder=folder,
        errors=found or {},
        sent=sent.key if sent and found else "",
        points=lambda form: case_checks.points(folder.case, form),
        check_states=STATES_OF_CHECKS,
        tray=lambda key: case_files.waiting(folder.case, key),
        orphaned=sent.texts() if sent and found and sent.key not in on_page() else (),
        form=lambda key: sent if sent and sent.key == key else first(key),
        extra=extra,
        visits=Visits(shown),
        templates=case_replies.offered(shown),
        parts_at=lambda place: case_extra.parts(shown, place),
        origin=case_origin.read(),
        kept=case_origin.kept(),
        next_no=case_origin.following(folder.case),
        offers=offers,
        history=timeline(folder, trail, shown.may("decide"), request.args.get("log", "")),
        categories=categories.of_case(db, folder.case.id),
        all_categories=categories.by_medium(categories.in_use(db)),
        streets=[(one.id, one.name) for one in streets.every(db) if one.active or one.id == folder.case.street_id],
        joined=cases.joined(db, folder.case.id),
        handlers=away.choices(one for one in people.with_role(db, "handler") if one.id != folder.case.handler_id),
        texts=_texts(folder),
        calls=callback.of_case(db, folder.case.id),
        redo=callbacks.pending(db, folder),
        opened=next(iter(again), request.args.get("do", "")),
        found_again=found_again if again else None,
        start_of=partial(start_of, reordered=reorders.of_case(db, folder.case.id)),
        triage_missing=_untriaged(folder.case),
        contact_outcomes=[(value, _(word)) for value, word in forms_case.contact_outcomes(folder.standing)],
        states=STATES,
        facts=facts,
        asking=asking,
        conduct=conduct,
        supervision=supervision,
        intake_routes=ROUTES,
        appeals=lambda: appeals.holding(db, at) if "appeals" in context.features() else (),
    )


def _untriaged(case: Case) -> str:
    """What stage 2 still wants to know of the case, said above its form."""
    missing = triage_missing(case.street_id, case.categories)
    return errors.said(missing) if missing else ""


def _texts(folder: Folder) -> dict[int, str]:
    """The written notes among the evidence, by id; one whose file is gone is offered like a file and says so there."""
    home = context.attachments_folder()
    notes = {one.id: attachments.path_of(home, one.sha256) for one in folder.evidence if one.kind == "text"}
    return {id_: path.read_text(encoding="utf-8") for id_, path in notes.items() if path.is_file()}


def _first(key: str, shown: Shown) -> Form:
    now = local(context.now(), context.office().zone).strftime("%Y-%m-%d %H:%M")
    who = context.actor().name
    case = shown.case
    own = case_extra.first_values(key, shown)
    if key == "reply" and request.args.get("template"):
        own = {"text": case_replies.first_text(shown, request.args["template"])}
    if own:
        return forms_case.first_shown(key, case.version, **{"happened_at": now, **own})
    form = forms_case.first_shown(
        key,
        case.version,
        happened_at=now,
        who=who,
        officers=case_checks.officers() if key == "inspection" else who,
        mode=facts.ON_SITE,
        street=str(case.street_id or ""),
        handed_on=now[:10],
        place=case.place,
        subject_unit=case.subject_unit,
        received_at=local(case.received_at, context.office().zone).strftime("%Y-%m-%d %H:%M"),
        method=METHODS[0] if case.channel in BY_NAME and BY_NAME[case.channel].phone else "",
    )
    form.typed.setlist(form.n("categories"), list(case.categories))
    form.typed.setlist(form.n("stages"), ["inspection", "recheck", "resolution"])
    return form
