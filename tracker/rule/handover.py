"""交接班: until when its sheet looks ahead, how many lines of each part one page holds, and who may sign it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from tracker.rule import phones
from tracker.rule.instants import local, wall
from tracker.rule.refusals import N_, Refusal, Refusals, too_long

#: What falls due before the office is at work is the outgoing officer's to name.
NINE = time(9)
#: One page of A4 holds so many lines of cases and notes; a few of the cases in any case, and the latest notes.
ROOM, LEAST, NOTES = 30, 6, 2
NOTE_MAX, NOTE_LINES, CHARACTERS = 400, 10, 44
#: A call in vain is named for so long, unless the citizen was reached.
TRIED = timedelta(days=7)
_DAY = timedelta(days=1)


def nine_after(until: datetime, zone: ZoneInfo) -> datetime:
    """The first 09:00 that is not before the end of a duty."""
    day = local(until, zone).date()
    at = wall(day, NINE, zone)
    return at if at >= until else wall(day + _DAY, NINE, zone)


def lines_of(note: str) -> int:
    """How many lines a note takes on paper."""
    return sum(max(1, ceil(len(line) / CHARACTERS)) for line in note.splitlines())


def room(notes: Sequence[str]) -> int:
    """How many lines of cases one page holds beside the latest of these notes."""
    return max(LEAST, ROOM - sum(map(lines_of, notes[-NOTES:])))


def shares(counts: Sequence[int], room: int) -> tuple[int, ...]:
    """How many lines of each part are printed: all where there is room, else as evenly as they have any."""
    found = [0] * len(counts)
    while room > 0 and any(have < want for have, want in zip(found, counts, strict=True)):
        for n, want in enumerate(counts):
            if found[n] < want and room > 0:
                found[n] += 1
                room -= 1
    return tuple(found)


def check_give(note: str, *, on_duty: bool, begun: bool) -> None:
    """May somebody hand this duty over with this note?"""
    if not on_duty:
        raise Refusal(N_("本班不由您值，交班由本班值班员签"))
    if not begun:
        raise Refusal(N_("本班还没有开始，到时再交班"))
    problems = list(too_long("note", note, NOTE_MAX))
    if lines_of(note) > NOTE_LINES:
        problems.append(
            Refusal(N_("交班说明最多 %(n)s 行，现有 %(size)s 行"), field="note", n=NOTE_LINES, size=lines_of(note))
        )
    if phones.hide(note, ()) != note:
        problems.append(Refusal(N_("交班说明里有电话号码，请改写受理编号，号码在案件页查看"), field="note"))
    if problems:
        raise Refusals(problems)


def check_take(givers: Collection[int], person_id: int, *, next_on: bool, nobody_next: bool, supervises: bool) -> None:
    """May somebody take over what these have handed over? ``next_on``: the next duty is theirs."""
    if not givers:
        raise Refusal(N_("没有等待接班的交班，可能已由他人接班"))
    if not next_on and not (nobody_next and supervises):
        raise Refusal(N_("接班由下一班值班员签；没有排人的，由督办签"))
    if set(givers) <= {person_id}:
        raise Refusal(N_("交班人不能自己接班，请下一班的另一位值班员或督办接班"))
