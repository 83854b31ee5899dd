"""并入 and 关联 on the page of a case, and what takes them back."""

from __future__ import annotations

from tracker.office import grouping, joining, linking
from tracker.web import context
from tracker.web.case import Answer, Done, act, pages, posted, reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _


@route(pages, "/case/<no>/join", roles=CASE_ROLES, methods=("POST",))
def join(no: str) -> Answer:
    form = posted("join")

    def do() -> Done:
        after = joining.join(context.db(), context.actor(), no, form.seen, form.v("lead_no"), context.now())
        return Done(_("已并入 %(no)s", no=after.case.lead_no))

    return act(no, form, do)


@route(pages, "/case/<no>/unjoin", roles=CASE_ROLES, methods=("POST",))
def unjoin(no: str) -> Answer:
    def do() -> Done:
        joining.undo(context.db(), context.actor(), no, context.now())
        return Done(_("已撤销并入，时限不变"))

    return act(no, posted("unjoin"), do)


@route(pages, "/case/<no>/link", roles=CASE_ROLES, methods=("POST",))
def link(no: str) -> Answer:
    form = posted("link")

    def do() -> Done:
        read = reader(form)
        note = read.text("note")
        read.done()
        other = form.v("other")
        linking.link(context.db(), context.actor(), no, form.seen, other, note, context.now())
        return Done(_("已关联 %(no)s", no=other))

    return act(no, form, do)


@route(pages, "/case/<no>/unlink/<int:link_id>", roles=CASE_ROLES, methods=("POST",))
def unlink(no: str, link_id: int) -> Answer:
    def do() -> Done:
        linking.undo(context.db(), context.actor(), no, link_id, context.now())
        return Done(_("已撤销关联"))

    return act(no, posted("unlink"), do)


@route(pages, "/case/<no>/group", roles=CASE_ROLES, methods=("POST",))
def group(no: str) -> Answer:
    form = posted("group")

    def do() -> Done:
        grouping.set_heads(context.db(), context.actor(), no, form.seen, reader(form).number("heads"), context.now())
        return Done(_("已保存群体件人数"))

    return act(no, form, do)
