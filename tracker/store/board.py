"""What the reminders of every case are judged by: the office's wall clock, its supervisors, its ladder, its roster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from tracker.rule.ladder import People, Rung, applying, of_limit
from tracker.rule.reminders import Hours, Limit
from tracker.store import ladder, planning, roster, rules, settings
from tracker.store.planning import Standing, Supervisor


@dataclass(frozen=True)
class Board:
    """What the planning of every case needs, read once: the office's wall clock, its supervisors, its ladder, and who
    has the duty of a day (None where the office keeps no roster)."""

    hours: Hours
    supervisors: tuple[Supervisor, ...]
    ladder: tuple[Rung, ...]
    duty: Callable[[date], tuple[int, ...]] | None = None

    def steps(self, case: Standing, limit: Limit) -> tuple[Rung, ...]:
        """The steps of the ladder that apply to a limit."""
        return applying(self.ladder, of_limit(limit.kind, limit.key), case.grade)

    def people(self, case: Standing, without: int | None = None) -> People:
        """Who stands where on a case; ``without`` is left out, since nobody decides what they asked for themselves."""
        return People(
            case.handler_id,
            planning.over(case.unit_id, self.supervisors, without),
            tuple(one for one in case.co_handlers if one != case.handler_id),
            case.leaders,
            self.duty,
        )


def hours(db: Database) -> Hours:
    """The office's wall clock, working days and sending hours."""
    office = settings.office(db)
    return Hours(office.zone, rules.calendar(db), office.send_from, office.send_until, office.duty_from)


def board(db: Database) -> Board:
    return Board(hours(db), planning.supervisors(db), ladder.rungs(db), roster.by_day(db))
