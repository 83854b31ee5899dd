"""How instants, spans and people look on a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import Flask, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from tracker import clock
from tracker.i18n import WEEKDAYS
from tracker.paths import STATIC
from tracker.rule.lights import two_units
from tracker.store import people, settings
from tracker.store.people import ROLES
from tracker.web import context
from tracker.web.menu import items

#: A page warns when the scheduler has been silent for this many of its ticks.
SILENT_TICKS = 3


def _local(instant: datetime) -> datetime:
    return clock.local(instant, context.office().zone)


def _day(moment: datetime) -> str:
    this_year = _local(context.now()).year
    return moment.strftime("%m-%d" if moment.year == this_year else "%Y-%m-%d")


def weekday(moment: date) -> str:
    text: str = _(WEEKDAYS[moment.weekday()])
    return text


def due(instant: datetime) -> str:
    """The first late instant as people read a limit: ``06-14（周日）24:00前``; with the year when it is another one."""
    moment = _local(instant)
    time = moment.strftime("%H:%M")
    if time == "00:00":
        moment, time = moment - timedelta(days=1), "24:00"
    text: str = _("%(day)s（%(weekday)s）%(time)s前", day=_day(moment), weekday=weekday(moment), time=time)
    return text


def due_short(instant: datetime) -> str:
    """The same for a column: ``06-14 24:00``."""
    moment = _local(instant)
    if (moment.hour, moment.minute) == (0, 0):
        return f"{_day(moment - timedelta(days=1))} 24:00"
    return f"{_day(moment)} {moment:%H:%M}"


def stamp(instant: datetime) -> str:
    """An instant on the office's clock: ``06-14 09:05``; with the year when it is another one."""
    moment = _local(instant)
    return f"{_day(moment)} {moment:%H:%M}"


def day(one: date) -> str:
    """A day of the office: ``06-14``; with the year when it is another one."""
    return one.strftime("%m-%d" if one.year == _local(context.now()).year else "%Y-%m-%d")


def as_of(instant: datetime) -> str:
    """The instant a page was made at: ``2025-06-18（周三）10:24``."""
    moment = _local(instant)
    text: str = _(
        "%(day)s（%(weekday)s）%(time)s",
        day=moment.strftime("%Y-%m-%d"),
        weekday=weekday(moment),
        time=moment.strftime("%H:%M"),
    )
    return text


def span(delta: timedelta) -> str:
    """A length of time in at most two units: ``1天10小时``."""
    gap = "" if is_chinese() else " "
    return gap.join(f"{n}{gap}{_(unit)}" for n, unit in two_units(delta))


def is_chinese() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "zh"


def pair(word: str) -> tuple[str, str]:
    """A word of the rule as a choice: itself, and itself in the reader's language."""
    return word, _(word)


def role(key: str) -> str:
    text: str = _(ROLES[key])
    return text


def roles(keys: Iterable[str]) -> str:
    """The names of several roles, in their fixed order: ``登记员、承办人``."""
    held = frozenset(keys)
    names: str = _("、").join(role(key) for key in ROLES if key in held)
    return names


def scheduler_is_silent() -> bool:
    """Has the process that sends reminders missed three ticks? Asked of a real register alone."""
    if context.is_sample() or not context.is_set_up():
        return False
    seen = settings.last_beat(context.db())
    limit = timedelta(seconds=SILENT_TICKS * context.config().tick_seconds)
    return seen is None or context.now() - seen > limit


def cast() -> tuple[people.Person, ...]:
    """The people of the sample whom a visitor may act as."""
    return tuple(person for person in people.everybody(context.db()) if person.active)


def _version(file: Path) -> str:
    return f"{file.stat().st_size:x}{int(file.stat().st_mtime):x}"


def install(app: Flask) -> None:
    """Give the templates their filters and what the frame of every page needs."""
    for name, helper in (
        ("due", due),
        ("due_short", due_short),
        ("stamp", stamp),
        ("day", day),
        ("weekday", weekday),
        ("pair", pair),
        ("as_of", as_of),
        ("span", span),
        ("role", role),
        ("roles", roles),
    ):
        app.add_template_filter(helper, name)
    versions = {name: _version(STATIC / name) for name in ("tracker.css", "tracker.js", "icon.svg")}

    @app.template_global()
    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    # Globals, since macros see no context.
    app.jinja_env.globals.update(
        office=context.office,
        person=context.person,
        now=context.now,
        is_sample=context.is_sample,
        is_set_up=context.is_set_up,
        is_chinese=is_chinese,
        menu=items,
        cast=cast,
        all_roles=ROLES,
        scheduler_is_silent=scheduler_is_silent,
    )
