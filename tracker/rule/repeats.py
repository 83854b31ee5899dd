"""重复件: when a case may be joined (并入) or linked (关联) to another, and when either may be taken back.

Source: docs/rule.md (并入). Decides; acts nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.rule.conduct import check_open, rests_on
from tracker.rule.history import NO_PLACE
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import STAGE_NAMES, StageStanding, Standing

#: A place this long is looked up, and a unit.
PLACE_FROM, UNIT_FROM = 4, 2
#: Against a slip of the pen.
HEADS_MOST = 100_000


def worth_asking(place: str, unit: str) -> tuple[str, str]:
    """The place and the unit where they are long enough to tell one from another, else ""."""
    known = len(place) >= PLACE_FROM and place != NO_PLACE
    return (place if known else ""), (unit if len(unit) >= UNIT_FROM else "")


def one_place(place: str, other: str) -> bool:
    """Do two places name the same one, the shorter being the beginning of the longer? Seen from either side alike."""
    known = worth_asking(place, "")[0], worth_asking(other, "")[0]
    return all(known) and (place.startswith(other) or other.startswith(place))


@dataclass(frozen=True)
class Other:
    """The case that another one is to be joined or linked to. ``alike``: it shares the phone, the place or the unit;
    ``lead_no``: the case that it is joined to itself."""

    no: str
    open: bool
    alike: bool
    lead_no: str = ""


def check_lead(other: Other) -> None:
    """A case is joined to one that is under way and is a first case itself."""
    if not other.open:
        raise Refusal(N_("%(no)s 已不在办，不能并入"), field="lead_no", no=other.no)
    if other.lead_no:
        raise Refusal(N_("%(no)s 已并入 %(lead)s，请并入首件"), field="lead_no", no=other.no, lead=other.lead_no)


def check_join(standing: Standing, other: Other, *, lead_no: str, joined: int) -> None:
    """并入 after registration: of a case under way that is neither joined nor a first case (``joined`` to it)."""
    check_open(standing)
    if lead_no:
        raise Refusal(N_("本件已并入 %(no)s"), no=lead_no)
    if joined:
        raise Refusal(N_("本件已有并入件，不能再并入其他件"))
    check_lead(other)
    if not other.alike:
        raise Refusal(N_("%(no)s 与本件的号码、地点、对象都不相同，不能并入"), field="lead_no", no=other.no)


def check_link(other: Other, *, linked: bool) -> None:
    """关联: to a case that is no longer under way; one that is may be joined to."""
    if other.open:
        raise Refusal(N_("%(no)s 正在办理，请用“并入在办件”"), field="other", no=other.no)
    if linked:
        raise Refusal(N_("已经关联 %(no)s"), field="other", no=other.no)
    if not other.alike:
        raise Refusal(N_("%(no)s 与本件的号码、地点、对象都不相同，不能关联"), field="other", no=other.no)


def check_take_back(standing: Standing, by: int | None, since: datetime, person_id: int, at: datetime) -> None:
    """撤销 of a joining or a link: by whom made it, within 10 minutes (a setting)."""
    if by != person_id:
        raise Refusal(N_("只有并入或关联的本人可以撤销"))
    if at - since > standing.undo_within:
        minutes = int(standing.undo_within.total_seconds()) // 60
        raise Refusal(N_("已超过%(n)s分钟，不能撤销"), n=minutes)


def check_fall_back(standing: Standing, keys: Iterable[str]) -> None:
    """The stages that came with the lead case fall back together, while nothing else rests on them."""
    falling = frozenset(keys)
    others = replace(standing, stages=tuple(one for one in standing.stages if one.key not in falling))
    for stage in standing.stages:
        if stage.key in falling and leant_on(others, stage):
            raise Refusal(N_("“%(stage)s”取自首件，后续办理以此为依据，不能撤销并入"), stage=STAGE_NAMES[stage.key])


def leant_on(standing: Standing, stage: StageStanding | None) -> bool:
    """Does something rest on this stage: a later one, a decision on it, or what was asked of the case since?"""
    settled = bool(standing.open_request or standing.ended or standing.paused)
    return settled or (stage is not None and (stage.judged or rests_on(standing, stage)))


@dataclass(frozen=True)
class Count:
    """The two figures: by the same citizen (同诉人), by others about the same place (同点位). Nothing counts twice."""

    person: int
    place: int

    @property
    def all(self) -> int:
        return self.person + self.place


def count(found: Iterable[tuple[bool, bool]]) -> Count:
    """Of cases that share (the phone, the place or a tie made by hand) with one: how many of either kind."""
    pairs = tuple(found)
    return Count(sum(person for person, _ in pairs), sum(place and not person for person, place in pairs))


def heads(wanted: int | None, before: int = 0) -> int:
    """How many people stand behind a group case, 0 for none; Refusal for what is no such number, or no change."""
    if wanted is None or (wanted and not 2 <= wanted <= HEADS_MOST):
        raise Refusal(N_("群体件人数应为 2 到 %(most)s 的整数；不是群体件的填 0"), field="heads", most=HEADS_MOST)
    if wanted == before:
        raise Refusal(N_("群体件人数没有变化"), field="heads")
    return wanted
