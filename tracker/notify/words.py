"""How a limit, an instant and a span read in a message, in the language of its recipient."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.clock import local
from tracker.i18n import WEEKDAYS
from tracker.rule import clocks
from tracker.rule.conduct import STAGE_NAMES, STAGE_ORDER
from tracker.rule.instants import shown
from tracker.rule.lights import lateness, span
from tracker.rule.refusals import N_, listed


@dataclass(frozen=True)
class Words:
    """The recipient's gettext and the office's wall clock, as of the instant of sending."""

    _: Callable[[str], str]
    zone: ZoneInfo
    at: datetime

    def limit(self, key: str) -> str:
        """``2 现场检查与整改``; a limit from outside goes by its own name."""
        return (
            f"{STAGE_ORDER.index(key) + 1} {self._(STAGE_NAMES[key])}"
            if key in STAGE_NAMES
            else clocks.name(key, self._)
        )

    def due(self, due_at: datetime) -> str:
        """``06-16（周二）24:00前``; the year is named when it is another one."""
        day, clock = shown(due_at, self.zone)
        parts = {"day": self._day(day), "weekday": self._(WEEKDAYS[day.weekday()]), "time": clock}
        return self._(N_("%(day)s（%(weekday)s）%(time)s前")) % parts

    def due_short(self, due_at: datetime) -> str:
        """The same for a subject: ``应 06-16 24:00前``."""
        day, clock = shown(due_at, self.zone)
        return self._(N_("应 %(day)s %(time)s前")) % {"day": self._day(day), "time": clock}

    def standing(self, due_at: datetime) -> str:
        """``超期 2天1小时`` from the due instant on, before it ``剩 13小时``."""
        if self.at >= due_at:
            return self._(N_("超期 %(span)s")) % {"span": span(lateness(due_at, self.at), self._)}
        return self._(N_("剩 %(span)s")) % {"span": span(due_at - self.at, self._)}

    def stamp(self, instant: datetime) -> str:
        moment = local(instant, self.zone)
        return f"{self._day(moment.date())} {moment:%H:%M}"

    def stamps(self, instants: Iterable[datetime]) -> str:
        return listed(map(self.stamp, sorted(instants)), self._)

    def span_of_days(self, since: datetime, until: datetime) -> str:
        """``06-15—06-21``: the days from ``since`` to before ``until``."""
        last = local(until, self.zone).date() - timedelta(days=1)
        return f"{self._day(local(since, self.zone).date())}—{self._day(last)}"

    def _day(self, day: date) -> str:
        return f"{day:%m-%d}" if day.year == local(self.at, self.zone).year else day.isoformat()
