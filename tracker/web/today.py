"""今日待办: what presses first, what this week asks for, what waits for my decision, and what no limit presses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request

from tracker.clock import local
from tracker.office import callback as callbacks
from tracker.rule import access
from tracker.rule.asking import GROUNDS
from tracker.rule.dispatch import RETURN_GROUNDS
from tracker.rule.instants import end_of
from tracker.rule.standins import Principal
from tracker.rule.supervision import SETTLED
from tracker.store import callback, dispatches, intake, lists, overdue, parties, spans
from tracker.store.database import reading
from tracker.store.dispatches import Returned, Unsigned
from tracker.store.overdue import Wanted
from tracker.store.parties import CoHandled
from tracker.store.spans import Span
from tracker.web import away, case_accepting, context, questions, scope
from tracker.web.lines import Row, Words
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

pages = Blueprint("today", __name__)
PRESSING = timedelta(hours=24)
#: How many lines a section shows.
FIRST, WEEK, LATER, IDLE, WAITING = 30, 20, 10, 20, 20
ME, TEAM = "me", "team"


@dataclass(frozen=True)
class Section:
    """Some of the cases that fall due in a stretch of time; ``count`` is how many there are."""

    title: str
    count: int
    rows: tuple[Row, ...]
    more: str


@route(pages, "/today", roles=CASE_ROLES)
def work() -> str:
    db, now = context.db(), context.now()
    whose, calls = _whose(), access.may(context.actor().roles, "callback", own=False)
    first_look = bool(access.reach(context.actor().roles, "accept"))
    dispatching = access.may(context.actor().roles, "reassign", own=False)
    wanted, rule = _wanted(whose), scope.ordinary_rule()
    words = Words(now, rule, f"today?scope={whose}", told=True)
    with reading(db):
        pressing, week, later = _spans(now)
        return render_template(
            "today.html",
            whose=whose,
            choices=_choices(),
            lights=overdue.lights(db, now, rule, wanted),
            first=_section(_("先办这些（超期和24小时内）"), pressing, wanted, words, FIRST, whose),
            week=_section(_("本周到期"), week, wanted, words, WEEK, whose),
            later=_section(_("今后"), later, wanted, words, LATER, whose),
            settled_as=SETTLED,
            waiting=questions.waiting(WAITING, words.came_from),
            intake=intake.waiting(db, WAITING) if first_look else (),
            intake_count=intake.count_waiting(db) if first_look else 0,
            left_open=case_accepting.missing,
            unsigned=_unsigned(),
            covered=tuple(_covered(one, words) for one in context.actor().covers),
            co_handled=_co_handled(),
            undispatched=dispatches.undispatched(db, WAITING) if dispatching else (),
            undispatched_count=dispatches.count_undispatched(db) if dispatching else 0,
            returned=_returned() if dispatching else (),
            grounds=RETURN_GROUNDS,
            idle=lists.idle(db, wanted, IDLE),
            idle_count=lists.count_idle(db, wanted),
            paused=lists.paused(db, wanted, IDLE),
            paused_count=lists.count_paused(db, wanted),
            paused_grounds=GROUNDS,
            paused_href=_rest(whose, "paused") or "#h-paused",
            came_from=words.came_from,
            calls=callback.count(db, callbacks.to_call(db, now)) if calls else 0,
            first_day=not lists.any_case(db),
        )


def _unsigned() -> tuple[tuple[Unsigned, str], ...]:
    """What I have yet to sign for, and for whom: "" for myself, else the absent colleague."""
    db, me = context.db(), context.actor()
    mine = [(one, "") for one in dispatches.unsigned(db, me.person_id)]
    return (*mine, *((one, who.name) for who in me.covers for one in dispatches.unsigned(db, who.id)))


def _covered(who: Principal, words: Words) -> Section:
    """The cases of an absent colleague, marked with their name."""
    db, now, running = context.db(), context.now(), spans.between(None, None)
    wanted = Wanted(handler_id=who.id)
    found = overdue.live(db, now, wanted, span=running, size=FIRST)
    title = _("代 %(name)s（%(note)s）", name=who.name, note=away.note(who.id))
    count = overdue.count_live(db, now, wanted, span=running)
    return Section(title, count, tuple(words.rows(found)), f"/overdue?light=running&who={who.id}")


def _co_handled() -> tuple[CoHandled, ...]:
    """The cases of others in which I lend a hand."""
    return parties.co_handled(context.db(), context.actor().person_id) if "parties" in context.features() else ()


def _returned() -> tuple[Returned, ...]:
    """What was given back."""
    return dispatches.returned(context.db())


def _whose() -> str:
    """Whose work: the address says, else a handler's own, else the whole office's."""
    asked = request.args.get("scope", "")
    if context.sees_only() is not None:
        return ME
    if asked in (ME, TEAM):
        return asked
    return ME if context.actor().holds("handler") else TEAM


def _wanted(whose: str) -> Wanted:
    """Mine are the cases I handle; of somebody who handles none, those that they registered."""
    me = context.actor()
    if whose == TEAM:
        return Wanted()
    return Wanted(handler_id=me.person_id) if me.holds("handler") else Wanted(registered_by=me.person_id)


def _choices() -> tuple[tuple[str, str, int], ...]:
    """Mine and everybody's, with how many limits run in each; none to choose from for who sees only their own."""
    if context.sees_only() is not None:
        return ()
    running = spans.between(None, None)
    return tuple(
        (whose, word, overdue.count_live(context.db(), context.now(), _wanted(whose), span=running))
        for whose, word in ((ME, _("我的")), (TEAM, _("全队")))
    )


def _spans(now: datetime) -> tuple[Span, Span, Span]:
    """Late and within a day; then up to Sunday 24:00; then the rest."""
    zone = context.office().zone
    today = local(now, zone).date()
    soon = now + PRESSING
    sunday = max(soon, end_of(today + timedelta(days=6 - today.weekday()), zone))
    return spans.between(None, soon), spans.between(soon, sunday), spans.between(sunday, None)


def _section(title: str, span: Span, wanted: Wanted, words: Words, size: int, whose: str) -> Section:
    db, now = context.db(), context.now()
    found = overdue.live(db, now, wanted, span=span, size=size + 1)
    count = len(found) if len(found) <= size else overdue.count_live(db, now, wanted, span=span)
    return Section(title, count, tuple(words.rows(found[:size])), _rest(whose))


def _rest(whose: str, light: str = "running") -> str:
    """The list with the rest of a section; none holds the cases that somebody registered."""
    me = context.actor()
    if whose == TEAM:
        return f"/overdue?light={light}"
    return f"/overdue?light={light}&who={me.person_id}" if me.holds("handler") else ""
