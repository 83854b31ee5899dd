"""The files of a form on the case page: a form that is refused keeps those that are good, for the next try."""

from __future__ import annotations

from flask import request

from tracker.office import tray
from tracker.office.stages import Upload as Sent
from tracker.store.cases import Case
from tracker.store.uploads import Upload
from tracker.web import context
from tracker.web.forms_case import Form


def sent(key: str) -> tuple[Sent, ...]:
    """The files that came with a form. Where the browser made photographs smaller it says of each what it told."""
    files = request.files.getlist(f"{key}-files")
    said = request.form.getlist(f"{key}-told")
    if len(said) != len(files):
        said = [""] * len(files)
    return tuple(Sent(file.filename, file.read(), it) for file, it in zip(files, said, strict=True) if file.filename)


def keep(case: Case, form: Form) -> None:
    """Keep what came with a form that was refused. What is wrong with the other files, the form itself says."""
    if form.files:
        home, at = context.attachments_folder(), context.now()
        files = ((one.name, one.data, one.said) for one in form.files)
        tray.keep(context.db(), home, context.actor(), files, at, case_id=case.id, form=form.key)


def waiting(case: Case, key: str) -> tuple[Upload, ...]:
    """What waits for this form of this case."""
    return tray.of_form(context.db(), context.actor(), case.id, key)


def ticked(case: Case, form: Form) -> tuple[Upload, ...]:
    """What waited for this form and goes with it now. What was offered and is no longer ticked is laid aside."""
    offered = waiting(case, form.key)
    if not form.many("tray"):
        return ()
    wanted = tuple(one for one in offered if str(one.id) in form.many("tray"))
    tray.lay_aside(context.db(), context.actor(), [one.id for one in offered if one not in wanted], context.now())
    return wanted
