"""The hours in which a person wants no message, within those in which the office sends any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tracker.rule.instants import local, wall
from tracker.rule.refusals import N_, Refusal
from tracker.rule.reminders import Hours, may_send_at, presses

#: So much of the office's sending hours stays open, or a person could choose never to be reached.
LEAST_OPEN = timedelta(hours=4)
#: Should the office's hours have shrunk into somebody's quiet ones since, a message waits so many days and then goes.
LONGEST_WAIT = 3
STEP = timedelta(minutes=5)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Quiet:
    """From ``begins`` to ``ends`` on the office's clock, over midnight when ``ends`` is the earlier one."""

    begins: time
    ends: time

    def holds(self, moment: time) -> bool:
        if self.begins < self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends

    def over(self, at: datetime, hours: Hours) -> datetime:
        """The end of the quiet hours that ``at`` lies in; ``at`` itself when it lies in none."""
        moment = local(at, hours.zone)
        if not self.holds(moment.time()):
            return at
        day = moment.date() + (_DAY if moment.time() >= self.ends else timedelta(0))
        return wall(day, self.ends, hours.zone)


def check(begins: str, ends: str, hours: Hours) -> Quiet | None:
    """The quiet hours that were typed; None for none. Refused when too little of the sending hours is left."""
    if not begins.strip() and not ends.strip():
        return None
    try:
        quiet = Quiet(_clock(begins), _clock(ends))
    except ValueError:
        raise Refusal(N_("请填写两个时刻，例如 12:00 和 14:00；不要免打扰请都留空"), field="quiet") from None
    if quiet.begins == quiet.ends:
        raise Refusal(N_("免打扰的开始和结束不能是同一时刻；不要免打扰请都留空"), field="quiet")
    if _open(quiet, hours) < LEAST_OPEN:
        raise Refusal(
            N_("免打扰之外，%(opens)s 至 %(shuts)s 之间至少要留 %(n)s 小时可以收到提醒"),
            field="quiet",
            opens=f"{hours.opens:%H:%M}",
            shuts=f"{hours.shuts:%H:%M}",
            n=LEAST_OPEN // timedelta(hours=1),
        )
    return quiet


def _clock(text: str) -> time:
    """A time of day as it was typed; ValueError for any other text, one of another zone among them."""
    found = time.fromisoformat(text.strip())
    if found.tzinfo is not None:
        raise ValueError(text)
    return found


def _open(quiet: Quiet, hours: Hours) -> timedelta:
    """How much of a day's sending hours lies outside, to five minutes."""
    day = datetime(2000, 1, 1)
    steps = (day + n * STEP for n in range(int(_DAY / STEP)))
    return sum(
        (STEP for one in steps if hours.opens <= one.time() < hours.shuts and not quiet.holds(one.time())), timedelta(0)
    )


def after_quiet(at: datetime, pressing: bool, hours: Hours, quiet: Quiet | None) -> datetime:
    """When a message that may leave at ``at`` leaves for a person with these quiet hours."""
    for _day in range(LONGEST_WAIT):
        if quiet is None or (later := quiet.over(at, hours)) == at:
            break
        at = may_send_at(later, pressing, hours)
    return at


def leaves_at(
    at: datetime,
    due_at: datetime | None,
    hours: Hours,
    quiet: Quiet | None = None,
    *,
    answers: bool = True,
    urgent: bool = False,
    called: bool = False,
) -> datetime:
    """When a reminder that waits at ``at`` may leave the house: at ``at`` itself or later.

    ``due_at``: of the limit that it speaks of · ``answers``: its reader answers for the case, so that the limit presses
    on them on a rest day too · ``urgent``: leaves at any hour · ``called``: somebody waits for it (催办); neither minds
    a person's quiet hours.
    """
    pressing = answers and presses(at, due_at, hours)
    found = may_send_at(at, pressing, hours, urgent=urgent)
    return found if urgent or called else after_quiet(found, pressing, hours, quiet)
