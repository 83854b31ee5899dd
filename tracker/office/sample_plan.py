"""What becomes of each case of the sample: drawn once, so that the same instant gives the same year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tracker.office.sample_words import (
    DAYTIME,
    HONORIFICS,
    MATTERS,
    NIGHTTIME,
    OTHER_KINDS,
    STREETS,
    SURNAMES,
    WHERE,
    Matter,
)
from tracker.rule.calendar import Calendar
from tracker.rule.instants import local, wall

_DAY = timedelta(days=1)
#: How many complaints come in on an ordinary day of each month, January first.
A_DAY = (2.0, 1.6, 2.3, 2.7, 3.0, 3.4, 3.6, 3.5, 3.2, 2.7, 2.3, 2.1)
CHANNELS = {
    "12345热线": 50,
    "电话": 14,
    "12369平台": 9,
    "网络/微信": 9,
    "来访": 4,
    "来信": 4,
    "上级交办": 3,
    "信访系统转办": 3,
    "领导批示": 1,
    "媒体舆情": 1,
    "110联动": 1,
    "自行发现": 1,
}
FATES = {"through": 870, "not_ours": 30, "withdrawn": 20, "unfounded": 20, "end_refused": 15, "sent_back": 45}
STAGES = ("contact", "inspection", "recheck", "resolution")
LIMITS = dict(zip(STAGES, (1, 3, 10, 15), strict=True))
#: Cases that nobody has got to: the stage that stands still, and by how many full days it is late.
STUCK = (
    ("contact", 0),
    ("contact", 2),
    ("inspection", 0),
    ("inspection", 1),
    ("inspection", 1),
    ("inspection", 4),
    ("recheck", 0),
    ("recheck", 3),
    ("resolution", 1),
    ("resolution", 6),
    *(("inspection", -1), ("recheck", -1), ("resolution", -1)),  # due tonight
)
#: Who is late by so many days is urged by a supervisor.
URGED_FROM = 3
#: How long ago a case came in whose stage now waits for an extension, or for the report of the laboratory.
ASKING = {6: ("recheck", "extension"), 14: ("resolution", "suspension")}
#: Younger cases are on time, but for those above: an office that is late with everything is no office to try.
SETTLED_AFTER = 26


@dataclass(frozen=True)
class Plan:
    """One case as it is going to be. ``late``: the stage that is finished late, and by how many days."""

    received_at: datetime
    channel: str
    content: str
    place: str
    street: str
    unit: str = ""
    codes: tuple[str, ...] = ()
    kind: str = "投诉举报"
    grade: str = "一般"
    name: str = ""
    phone: str = ""
    anonymous: bool = False
    night: bool = False
    fate: str = "through"
    stuck: str = ""
    asks: str = ""  # what is asked of a case that stands still
    late: str = ""
    late_days: int = 0
    attempts: int = 0
    reached: bool = True
    backfill: str = ""  # the stage that is written down days later
    backfill_judged: bool = True
    going_on: bool = False
    pending_end: bool = False
    joins: bool = False
    source_due: bool = False
    traits: frozenset[str] = field(default_factory=frozenset)


@dataclass
class Draw:
    """The dice and the calendar of the sample office."""

    dice: Random
    zone: ZoneInfo
    calendar: Calendar
    told: list[Plan] = field(default_factory=list)  # who may call again

    def day_of(self, at: datetime) -> date:
        return local(at, self.zone).date()

    def on(self, day: date, opens: float = 9, shuts: float = 17) -> datetime:
        """Some minute of that day between two hours of the office's clock."""
        minute = int(self.dice.uniform(opens, shuts) * 60)
        return wall(day, time(minute // 60, minute % 60), self.zone)

    def work(self, day: date, last: date) -> date:
        """Mostly a working day, on or after ``day``; never after ``last``, which does not wait for Monday."""
        moved = self.calendar.next_working(day)
        return moved if moved <= last and self.dice.random() < 0.8 else day

    def one(self, weights: dict[str, int]) -> str:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def chance(self, percent: float) -> bool:
        return self.dice.random() * 100 < percent


def year(draw: Draw, at: datetime, days: int) -> Iterator[Plan]:
    """The complaints of the last ``days`` days before ``at``, and those that stand still, by time of receipt."""
    today = draw.day_of(at)
    for ago in range(days, -1, -1):
        day = today - ago * _DAY
        wanted = A_DAY[day.month - 1] * (1 if draw.calendar.works(day) else 0.7)
        for _ in range(int(wanted + draw.dice.random())):
            yield _complaint(draw, day, ago)
        yield from _still(draw, day, ago)


def _still(draw: Draw, day: date, ago: int) -> Iterator[Plan]:
    for stage, late in STUCK:
        if ago == LIMITS[stage] + 1 + late:
            yield replace(_plain(draw, day), stuck=stage, asks="urge" if late >= URGED_FROM else "")
    if ago in ASKING:
        stage, asks = ASKING[ago]
        yield replace(_plain(draw, day), stuck=stage, asks=asks)
    if ago in (4, 6):
        yield replace(_plain(draw, day), backfill="contact", backfill_judged=False)
    if ago in (1, 2):
        yield replace(_plain(draw, day), fate="not_ours", pending_end=True)
    if ago in (16, 22, 31, 37):
        yield replace(_plain(draw, day), going_on=True)
    if ago == 5:  # the hotline wants its answer sooner than the rule does
        yield replace(_plain(draw, day), source_due=True, traits=frozenset({"short"}))


def _plain(draw: Draw, day: date) -> Plan:
    """An ordinary complaint of that morning, from a citizen who can be called."""
    plan = _told(draw, draw.on(day, 8.6, 11), day, "12345热线")
    while plan.kind != "投诉举报":
        plan = _told(draw, plan.received_at, day, "12345热线")
    return replace(plan, night=False, name=plan.name or "钱女士", phone=plan.phone or _phone(draw), anonymous=False)


def _complaint(draw: Draw, day: date, ago: int) -> Plan:
    channel = draw.one(CHANNELS)
    if draw.told and channel in AGAIN and draw.chance(12):
        return _again(draw, day, channel)
    received = draw.on(day, 8.5, 17.2) if draw.chance(78) else draw.on(day, 6.5, 22.8)
    if channel == "来访":
        received = draw.on(day, 9, 16.5)
    plan = _told(draw, received, day, channel)
    if plan.kind != "投诉举报":
        return plan
    plan = replace(
        plan, fate=draw.one(FATES), joins=draw.chance(7), source_due=channel == "12345热线" and draw.chance(70)
    )
    if not plan.anonymous and draw.chance(13):
        gives_up = draw.chance(30)
        plan = replace(plan, attempts=3 if gives_up else draw.dice.randint(1, 2), reached=not gives_up)
    traits = {name for name, percent in TRAITS.items() if draw.chance(percent)}
    plan = replace(plan, traits=frozenset(traits))
    if ago < SETTLED_AFTER or plan.joins:
        return replace(plan, fate=plan.fate if ago > 12 and not plan.joins else "through")
    if draw.chance(9):
        plan = replace(plan, late=draw.dice.choice(STAGES), late_days=draw.dice.choice((0, 0, 1, 1, 2, 4)))
    elif draw.chance(2) and plan.fate == "through":
        plan = replace(plan, going_on=True)
    elif draw.chance(3):
        plan = replace(plan, backfill=draw.dice.choice(("contact", "inspection")), fate="through")
    return plan


AGAIN = ("12345热线", "电话", "12369平台")
#: In how many of a hundred cases such a thing is done.
TRAITS = {"untriaged": 9, "undispatched": 9, "reassigned": 4, "note": 18, "reveal": 15, "undo": 2, "refused": 25}


def _told(draw: Draw, received: datetime, day: date, channel: str) -> Plan:
    street = draw.dice.choice(list(STREETS))
    place = f"{draw.dice.choice(STREETS[street][1])}{draw.dice.randint(1, 399)}号"
    anonymous = channel in ("来信", "网络/微信", "自行发现", "媒体舆情") and draw.chance(35)
    who = "" if anonymous or draw.chance(10) else draw.dice.choice(SURNAMES) + draw.dice.choice(HONORIFICS)
    phone = "" if anonymous or channel in ("自行发现", "媒体舆情", "领导批示") else _phone(draw)
    known = {"name": who, "phone": phone, "anonymous": anonymous or not phone, "channel": channel}
    if draw.chance(5):
        kind = draw.one({"咨询": 6, "求助": 3, "建议": 2, "表扬": 1})
        text = draw.dice.choice(OTHER_KINDS[kind]).format(place=place)
        return Plan(received_at=received, content=text, place=place, street=street, kind=kind, **known)  # type: ignore[arg-type]
    matter = _matter(draw, day)
    text = draw.dice.choice(matter.texts)
    unit = next((unit for unit in matter.units if unit in text), "")
    if "{unit}" in text:
        unit = draw.dice.choice(matter.units)
    street, place = WHERE.get(unit, (street, place))
    when = draw.dice.choice(NIGHTTIME if matter.night else DAYTIME + NIGHTTIME)
    content = text.format(unit=unit, place=place, when=when)
    told = Plan(
        received_at=received,
        content=content,
        place=place,
        street=street,
        unit=unit,
        codes=matter.codes,
        night=matter.night,
        **known,  # type: ignore[arg-type]
    )
    if told.phone:
        draw.told = [*draw.told[-60:], told]
    return told


def _again(draw: Draw, day: date, channel: str) -> Plan:
    """Somebody calls again about the same thing: a repeat that stands by itself."""
    before = draw.dice.choice(draw.told)
    opening = draw.dice.choice(
        ("之前反映过，没有解决：", "又来反映，情况没有好转：", "上次处理后好了几天，现在又这样：")
    )
    return replace(before, received_at=draw.on(day, 8.5, 19), channel=channel, content=opening + before.content)


def _matter(draw: Draw, day: date) -> Matter:
    weights = [matter.weight * (2 if day.month in matter.months else 1) for matter in MATTERS]
    return draw.dice.choices(MATTERS, weights)[0]


def _phone(draw: Draw) -> str:
    """A number of a range that the sample keeps to: 13800000000 to 13800000999."""
    return f"13800000{draw.dice.randint(0, 999):03d}"
