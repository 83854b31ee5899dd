"""Which cases the visitor may see, and how many of them show which light; asked once a request."""

from __future__ import annotations

from dataclasses import replace

from flask import g

from tracker.clock import local
from tracker.rule.stages import Rule
from tracker.store import overdue, rules
from tracker.store.overdue import EVERYTHING, Lights, Wanted
from tracker.web import context

#: The kind and grade whose rule says of all lists when a limit is near due.
ORDINARY = ("投诉举报", "一般")


def allowed(wanted: Wanted = EVERYTHING) -> Wanted:
    """What is asked for, as far as the visitor may see it."""
    me = context.sees_only()
    if me is None or wanted.handler_id in {one.id for one in context.actor().covers}:
        return wanted
    return replace(wanted, handler_id=me)


def ordinary_rule() -> Rule:
    """The rule for ordinary complaints of today."""
    if "ordinary_rule" not in g:
        today = local(context.now(), context.office().zone).date()
        g.ordinary_rule = rules.rule_for(context.db(), *ORDINARY, today)
    rule: Rule = g.ordinary_rule
    return rule


def lights() -> Lights:
    """How many of the cases that the visitor may see show which light."""
    if "lights" not in g:
        g.lights = overdue.lights(context.db(), context.now(), ordinary_rule(), allowed())
    found: Lights = g.lights
    return found


def late() -> int:
    """How many of them are late: a count of its own where the page has not counted the lights."""
    if "lights" in g:
        return lights().overdue
    return overdue.count_late(context.db(), context.now(), context.sees_only())
