"""亮牌: a supervisor gives a card or takes it back; where the office says so, the schedule gives what is called for on
the working morning (08:30) that comes when a stage is late enough.

A card moves no due time, and finishing the stage leaves it where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import local
from tracker.office import desk, reminding
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import cards as rule
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, cards, features, heartbeat, planning, settings
from tracker.store.cards import Suggested
from tracker.store.database import writing
from tracker.store.deadlines import Deadline

#: So many in one transaction: an office that switches the schedule on may have more cases late than one should hold.
AT_ONCE = 200
TOLD = "card"


def give(db: Database, actor: Actor, no: str, seen: int, colour: str, reason: str, at: datetime) -> Folder:
    """亮牌 by a supervisor, about the stage that has been late longest, if one is; the handler is told."""
    with desk.acting(db, actor, no, "card", at, seen) as folder:
        case, late = folder.case, late_limit(folder, at)
        standing = {card.colour for card in cards.of_case(db, case.id) if card.stands}
        rule.check_give(folder.standing, colour, reason, standing_cards=standing, asked=_asked(folder, late))
        cards.give(
            db,
            case_id=case.id,
            round_=case.round,
            colour=colour,
            reason=reason,
            at=at,
            by=actor.person_id,
            deadline_id=late.id if late else None,
            due_version=late.due_version if late else None,
        )
        desk.log(db, actor, folder, "card", at, colour=colour, reason=reason, stage=late.key if late else "")
        if case.handler_id not in (None, actor.person_id):
            reminding.tell(db, case.id, (case.handler_id,), TOLD, at, _said(colour, actor.name, reason))
    return desk.read(db, no)


def take_back(db: Database, actor: Actor, no: str, seen: int, colour: str, reason: str, at: datetime) -> Folder:
    """收牌: the card of that colour that stands, with a reason; both stay on record."""
    with desk.acting(db, actor, no, "card", at, seen) as folder:
        found = [card for card in cards.of_case(db, folder.case.id) if card.stands and card.colour == colour]
        rule.check_take_back(stands=bool(found), reason=reason)
        if not cards.take_back(db, found[-1].id, reason=reason, at=at, by=actor.person_id):
            raise Refusal(N_("没有可以收回的牌，可能已由他人收回"))
        desk.log(db, actor, folder, "card_back", at, colour=colour, reason=reason)
    return desk.read(db, no)


def by_schedule(db: Database, at: datetime, rest: Callable[[], object] = lambda: None) -> int:
    """What the tick gives where the office has switched it on: the cards that the thresholds call for by the working
    morning that lies between the last tick and this one; how many. ``rest`` is called between two shares of them.

    What was missed on a day whose tick did not come is given on the next such morning, and never on a rest day.
    """
    if not settings.office(db).auto_cards or not features.on(db, "supervision"):
        return 0
    morning = _morning(db, at)
    given = 0
    while morning is not None:
        with writing(db):
            people = planning.supervisors(db)
            found = cards.suggested(db, morning, AT_ONCE)
            now = sum(_by_schedule(db, one, people, at) for one in found)
        given += now
        if not now or len(found) < AT_ONCE:
            break
        rest()
    return given


def _morning(db: Database, at: datetime) -> datetime | None:
    """08:30 of today, if today is a working day and that has come since the last tick."""
    hours, last = reminding.hours(db), heartbeat.last(db, heartbeat.TICK)
    today = local(at, hours.zone).date()
    morning = hours.morning(today)
    came = last is not None and last.at < morning <= at
    return morning if came and hours.calendar.works(today) else None


def _by_schedule(db: Database, one: Suggested, people: tuple[planning.Supervisor, ...], at: datetime) -> bool:
    given = cards.give(
        db,
        case_id=one.case_id,
        round_=one.round,
        colour=one.colour,
        reason="",
        at=at,
        by=None,
        deadline_id=one.deadline_id,
        due_version=one.due_version,
    )
    if given:
        detail = {"no": one.no, "colour": one.colour, "reason": "", "stage": one.stage}
        audit.append(db, at=at, person_id=None, act="card", case_id=one.case_id, detail=detail)
        case = planning.standing(db, one.case_id)
        told = (*((case.handler_id,) if case.handler_id is not None else ()), *planning.over(case.unit_id, people))
        reminding.tell(db, one.case_id, told, TOLD, at, _said(one.colour, "", ""))
    return given


def late_limit(folder: Folder, at: datetime) -> Deadline | None:
    """The limit that a card given now is about."""
    stage = rule.late_stage(folder.standing, at)
    return folder.stage(stage.key) if stage else None


def _asked(folder: Folder, late: Deadline | None) -> str:
    """The stage whose extension waits, where it is the one that the card is about."""
    waiting = folder.open_request
    return late.key if late and waiting and waiting.deadline_id == late.id else ""


def _said(colour: str, by: str, reason: str) -> dict[str, str]:
    return {"colour": colour, "by": by, "note": reason}
