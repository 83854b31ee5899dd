"""How instants, spans and people look on a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_babel import get_locale

from tracker import clock
from tracker.i18n import WEEKDAYS
from tracker.office import unclosing
from tracker.paths import STATIC
from tracker.rule import clocks, lights
from tracker.rule.access import ROLES
from tracker.rule.conduct import STAGE_NAMES
from tracker.store import clock_steps, heartbeat, people
from tracker.store.clock_steps import Step
from tracker.store.requests import JustClosed
from tracker.web import context
from tracker.web.menu import items, more, office_items
from tracker.web.pulse import CONFIRMERS, LEAST_FREE_MB, disk_free_mb, is_silent
from tracker.web.words import gettext as _
from tracker.web.words import listed

ASSETS = ("tracker.css", "tracker.js", "site.js", "icon.svg")
BOOTSTRAP = "bootstrap.min.css"


def _face() -> tuple[ZoneInfo, int]:
    """The zone of the office and the year it is there, found once a request."""
    try:
        face: tuple[ZoneInfo, int] = g.face
    except AttributeError:
        zone = context.office().zone
        face = g.face = (zone, clock.local(context.now(), zone).year)
    return face


def _moment(instant: datetime) -> datetime:
    return clock.local(instant, _face()[0])


def _time(moment: datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}"


def _limit(instant: datetime) -> tuple[datetime, str]:
    """Day and time of the first late instant as people say it: midnight is 24:00 of the day before."""
    moment = _moment(instant)
    time = _time(moment)
    return (moment - timedelta(days=1), "24:00") if time == "00:00" else (moment, time)


def weekday(moment: date) -> str:
    return _(WEEKDAYS[moment.weekday()])


def due(instant: datetime) -> str:
    """The first late instant as a limit: ``06-14（周日）24:00前``; with the year when it is another one."""
    moment, time = _limit(instant)
    return _("%(day)s（%(weekday)s）%(time)s前", day=day(moment), weekday=weekday(moment), time=time)


def due_short(instant: datetime) -> str:
    """The same for a column: ``06-14 24:00``."""
    moment, time = _limit(instant)
    return f"{day(moment)} {time}"


def with_years() -> None:
    """From here on every day of this request is told with its year: for what will be read in another one."""
    g.face = (_face()[0], 0)


def stamp(instant: datetime) -> str:
    """An instant on the office's clock: ``06-14 09:05``; with the year when it is another one."""
    moment = _moment(instant)
    return f"{day(moment)} {_time(moment)}"


def day(one: date) -> str:
    """A day of the office: ``06-14``; with the year when it is another one."""
    short = f"{one.month:02}-{one.day:02}"
    return short if one.year == _face()[1] else f"{one.year}-{short}"


def as_of(instant: datetime) -> str:
    """The instant a page was made at: ``2025-06-18（周三）10:24``."""
    moment = _moment(instant)
    full = moment.date().isoformat()
    return _("%(day)s（%(weekday)s）%(time)s", day=full, weekday=weekday(moment), time=_time(moment))


def span(delta: timedelta) -> str:
    """A length of time in at most two units: ``1天10小时``."""
    return lights.span(delta, _)


def days(n: int) -> str:
    """A number of days: ``3天``."""
    return span(timedelta(days=n))


def limit_name(key: str) -> str:
    """The name of a stage, or of another clock: ``现场检查与整改``, ``12345热线应反``."""
    return _(STAGE_NAMES[key]) if key in STAGE_NAMES else clocks.name(key, _)


def is_chinese() -> bool:
    try:
        chinese: bool = g.chinese
    except AttributeError:
        chinese = g.chinese = str(get_locale()).startswith("zh")
    return chinese


def pair(word: str) -> tuple[str, str]:
    """A word of the rule as a choice: itself, and itself in the reader's language."""
    return word, _(word)


def role(key: str) -> str:
    return _(ROLES[key])


def roles(keys: Iterable[str]) -> str:
    """The names of several roles, in their fixed order: ``登记员、承办人``."""
    held = frozenset(keys)
    return listed(role(key) for key in ROLES if key in held)


def scheduler_is_silent() -> bool:
    """Has the process that sends reminders missed three ticks? Asked of a real register alone."""
    if context.is_sample() or not context.is_set_up():
        return False
    return is_silent(context.now(), heartbeat.alive_at(context.db()))


def disk_runs_out() -> int | None:
    """The megabytes that are left on a disk that is running out, for whoever is signed in; None while there is room."""
    if context.is_sample() or context.person() is None:
        return None
    left = disk_free_mb()
    return left if left < LEAST_FREE_MB else None


def clock_hold() -> Step | None:
    """The step of the clock that holds the reminders, for those who may confirm it."""
    who = context.person()
    if context.is_sample() or who is None or who.roles.isdisjoint(CONFIRMERS):
        return None
    return clock_steps.holding(context.db())


def money(fen: int) -> str:
    """``20,000元`` of an amount in fen; with the fen where there are any."""
    yuan = f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}"
    return _("%(amount)s元", amount=yuan)


def just_closed() -> tuple[JustClosed, ...]:
    """What the person signed in closed a moment ago and may take back."""
    who = context.person()
    return () if who is None else unclosing.mine(context.db(), context.actor(), context.now())


def size_of(n: int) -> str:
    """``706 B``, ``14.2 KB``, ``3.1 MB`` of so many bytes."""
    if n < 1000:
        return f"{n} B"
    return f"{n / 1000:.1f} KB" if n < 1_000_000 else f"{n / 1_000_000:.1f} MB"


def duty_until() -> datetime | None:
    """When the duty of the person signed in ends, while it runs."""
    turn = context.actor().turn if context.person() else None
    return turn.until_at if turn else None


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
        ("days", days),
        ("money", money),
        ("limit_name", limit_name),
        ("role", role),
        ("roles", roles),
        ("bytes", size_of),
    ):
        app.add_template_filter(helper, name)
    files = {name: f"{app.static_url_path}/{name}?v={_version(STATIC / name)}" for name in ASSETS}
    bootstrap = app.extensions["bootstrap"]
    files[BOOTSTRAP] = f"/bootstrap{app.static_url_path}/css/{BOOTSTRAP}?v={bootstrap.bootstrap_version}"

    @app.template_global()
    def asset(name: str) -> str:
        """The address of a file that comes with the program; it changes when the file does, so that it is kept long."""
        return request.script_root + files[name]

    # Globals, since macros see no context.
    app.jinja_env.globals.update(
        _=_,
        office=context.office,
        person=context.person,
        now=context.now,
        is_sample=context.is_sample,
        is_chinese=is_chinese,
        menu=items,
        more=more,
        office_items=office_items,
        features=context.features,
        cast=cast,
        all_roles=ROLES,
        scheduler_is_silent=scheduler_is_silent,
        disk_runs_out=disk_runs_out,
        clock_hold=clock_hold,
        duty_until=duty_until,
        just_closed=just_closed,
    )
