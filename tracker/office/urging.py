"""催办: a supervisor urges the handlers of one or many cases. It goes out after a minute and can be taken back until
then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from sqlite_utils import Database

from tracker.clock import local, to_text
from tracker.office import desk, reminding, ways
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import supervision
from tracker.rule.instants import wall
from tracker.rule.refusals import Refusal
from tracker.rule.reminders import URGE, may_send_at, owed_key, presses
from tracker.rule.standing import BACKFILL, STAGE_NAMES
from tracker.rule.supervision import URGE_WAITS
from tracker.store import deliveries, planning, reminders, urging
from tracker.store.database import reading, writing
from tracker.store.planning import Standing
from tracker.store.reminders import Planned
from tracker.store.urging import Waiting


@dataclass(frozen=True)
class Draft:
    """What one case's handler would be told: of which limit, and when a mail would leave. ``today``: how often they
    were reminded of this case since midnight; ``waits``: a 催办 is on its way already."""

    no: str
    title: str
    case_id: int
    deadline_id: int
    due_version: int
    round: int
    limit: str
    due_at: datetime
    person_id: int
    name: str
    by_mail: bool
    others: tuple[str, ...]
    mail_at: datetime
    today: int
    waits: bool


@dataclass(frozen=True)
class Prepared:
    """The drafts, and what is left out with its reason."""

    drafts: tuple[Draft, ...]
    refused: tuple[tuple[str, Refusal], ...]


def prepare(db: Database, actor: Actor, nos: Iterable[str], at: datetime) -> Prepared:
    """What urging these cases at ``at`` would say to whom; writes nothing."""
    good: list[Draft] = []
    bad: list[tuple[str, Refusal]] = []
    with reading(db):
        under_way = {one.case_id for one in urging.waiting(db, at + URGE_WAITS)}
        for no in dict.fromkeys(nos):
            try:
                good.append(_draft(db, actor, no, at, under_way))
            except Refusal as refusal:
                bad.append((no, refusal))
    return Prepared(tuple(good), tuple(bad))


def urge(db: Database, actor: Actor, nos: Iterable[str], note: str, at: datetime) -> tuple[str, ...]:
    """Urge the handlers of these cases; the numbers of those that go out. Sent twice, it is still said once.

    What cannot be urged is left out; raises its Refusal when nothing is left.
    """
    supervision.check_note(note)
    with writing(db):
        prepared = prepare(db, actor, nos, at)
        if prepared.refused and not prepared.drafts:
            raise prepared.refused[0][1]
        going = [draft for draft in prepared.drafts if not draft.waits]
        for draft in going:
            reminders.plan(db, [_planned(draft, actor, note, at + URGE_WAITS)], at)
            desk.log(db, actor, desk.read_id(db, draft.case_id), "urge", at, to=draft.name, note=note)
    return tuple(draft.no for draft in going)


def mine(db: Database, actor: Actor, at: datetime) -> tuple[Waiting, ...]:
    """What this person may still take back."""
    return tuple(one for one in urging.waiting(db, at + URGE_WAITS) if one.by == actor.person_id)


def take_back(db: Database, actor: Actor, at: datetime) -> int:
    """撤销: nobody is shown what has not gone out yet; how many there were."""
    with writing(db):
        going = mine(db, actor, at)
        reminders.withdraw(db, [one.id for one in going], at, "urge_undo")
        for one in going:
            desk.log(db, actor, desk.read_id(db, one.case_id), "urge_undo", at)
    return len(going)


def _draft(db: Database, actor: Actor, no: str, at: datetime, under_way: set[int]) -> Draft:
    folder = desk.read(db, no)
    case = folder.case
    desk.check_access(case, actor, "urge")
    planned = planning.standing(db, case.id)
    handler = planned.handler_id
    supervision.check_urge(
        folder.standing,
        running=bool(planned.limits),
        handled=handler is not None,
        unconfirmed=_unconfirmed(folder, planned, at),
    )
    assert handler is not None
    limit = planned.limits[0]
    key = next(one.key for one in folder.deadlines if one.id == limit.id)
    to, hours = deliveries.address(db, handler), reminding.hours(db)
    by_mail, others = ways.of_urging(db, handler, to.email, case.id)
    midnight = wall(local(at, hours.zone).date(), time(0), hours.zone)
    goes_at = at + URGE_WAITS
    return Draft(
        no=case.no,
        title=case.title,
        case_id=case.id,
        deadline_id=limit.id,
        due_version=limit.due_version,
        round=limit.round,
        limit=key,
        due_at=limit.due_at,
        person_id=handler,
        name=to.name,
        by_mail=by_mail,
        others=others,
        mail_at=may_send_at(goes_at, presses(goes_at, limit.due_at, hours), hours),
        today=urging.shown_since(db, case.id, handler, midnight),
        waits=case.id in under_way,
    )


def _unconfirmed(folder: Folder, planned: Standing, at: datetime) -> str:
    """The stage that makes the case look late though its handler owes nothing: a late entry waits for a supervisor."""
    if any(limit.due_at <= at for limit in planned.limits):
        return ""
    late = (one.key for one in folder.deadlines if one.state == BACKFILL and one.due_at <= at)
    return next((STAGE_NAMES[key] for key in late), "")


def _planned(draft: Draft, actor: Actor, note: str, at: datetime) -> Planned:
    key = owed_key(
        draft.case_id, draft.round, str(draft.deadline_id), draft.due_version, URGE, to_text(at), draft.person_id
    )
    said = reminders.body(due_at=to_text(draft.due_at), by=actor.name, by_id=actor.person_id, note=note)
    return Planned(key, URGE, draft.person_id, at, draft.case_id, draft.deadline_id, draft.due_version, said)
