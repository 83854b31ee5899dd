"""Who is away now, in the words of the lists in which a handler is chosen: a warning, and the substitute beside it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g

from tracker.rule.instants import last_day
from tracker.store import standins
from tracker.store.people import Person
from tracker.store.standins import StandIn
from tracker.web import context, view
from tracker.web.words import gettext as _


def absent() -> dict[int, StandIn]:
    """Everybody absent now, looked up once a request."""
    if "absent" not in g:
        g.absent = {one.for_id: one for one in standins.absent(context.db(), context.now())}
    found: dict[int, StandIn] = g.absent
    return found


def note(person_id: int | None) -> str:
    """``请假至 06-19，王建国代班``; "" for somebody who is here."""
    one = absent().get(person_id or 0)
    if one is None:
        return ""
    until = view.day(last_day(one.until_at, context.office().zone))
    return str(_("请假至 %(day)s，%(name)s代班", day=until, name=one.by_name))


def choices(staff: Iterable[Person]) -> list[tuple[int, str]]:
    """People to choose from, with what is to be known of those who are away."""
    return [(one.id, label(one.id, one.name)) for one in staff]


def label(person_id: int, text: str) -> str:
    """The name in a list: ``周明（请假至 06-19，王建国代班）``."""
    said = note(person_id)
    return str(_("%(name)s（%(note)s）", name=text, note=said)) if said else text


def warning(person_id: int | None, name: str) -> str:
    """What is said after a case was given to somebody who is away; "" when they are here."""
    said = note(person_id)
    return str(_("%(name)s %(note)s", name=name, note=said)) if said else ""
