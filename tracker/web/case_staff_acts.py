"""The acts on the people around a case: co-handlers, parties, the leader and their visits."""

from __future__ import annotations

from tracker.office import leading, parties
from tracker.web import context
from tracker.web.case import Answer, Done, act, opened, pages, posted, reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _


@route(pages, "/case/<no>/co-handler", roles=CASE_ROLES, methods=("POST",))
def add_co_handler(no: str) -> Answer:
    form = posted("co-handler")

    def do() -> Done:
        who = reader(form).number("person_id")
        parties.add_co_handler(context.db(), context.actor(), no, form.seen, who, context.now())
        return Done(_("已添加协办人"))

    return act(no, form, do)


@route(pages, "/case/<no>/co-handler/<int:person_id>/drop", roles=CASE_ROLES, methods=("POST",))
def drop_co_handler(no: str, person_id: int) -> Answer:
    form = posted("around")

    def do() -> Done:
        parties.drop_co_handler(context.db(), context.actor(), no, form.seen, person_id, context.now())
        return Done(_("已移除协办人"))

    return act(no, form, do)


@route(pages, "/case/<no>/party", roles=CASE_ROLES, methods=("POST",))
def add_party(no: str) -> Answer:
    form = posted("party")

    def do() -> Done:
        read = reader(form)
        name = read.line("name")
        read.done()
        parties.add_party(context.db(), context.actor(), no, form.seen, form.v("role"), name, context.now())
        return Done(_("已添加参与方"))

    return act(no, form, do)


@route(pages, "/case/<no>/party/<int:party_id>/drop", roles=CASE_ROLES, methods=("POST",))
def drop_party(no: str, party_id: int) -> Answer:
    form = posted("around")

    def do() -> Done:
        parties.drop_party(context.db(), context.actor(), no, form.seen, party_id, context.now())
        return Done(_("已移除参与方"))

    return act(no, form, do)


@route(pages, "/case/<no>/lead", roles=("supervisor",), methods=("POST",))
def lead(no: str) -> Answer:
    form = posted("lead")

    def do() -> Done:
        who = reader(form).number("person_id")
        leading.put(context.db(), context.actor(), no, form.seen, who, context.now())
        return Done(_("已指定责任领导") if who is not None else _("已取消责任领导"))

    return act(no, form, do)


@route(pages, "/case/<no>/visit", roles=CASE_ROLES, methods=("POST",))
def visit(no: str) -> Answer:
    form = posted("visit")

    def do() -> Done:
        read = reader(form)
        happened_at = read.happened_at((opened(no).case.received_at,))
        given = leading.Visit(happened_at, read.line("met"), read.text("said"), read.text("promised"))
        read.done()
        leading.visit(context.db(), context.actor(), no, form.seen, given, context.now())
        return Done(_("已记录下访"))

    return act(no, form, do)
