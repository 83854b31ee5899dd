"""The folder on the desk: a case read whole, and the frame that every act works in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from tracker.office import reminding
from tracker.office.actors import Actor
from tracker.rule import access, clocks, intake
from tracker.rule.deciding import REFUSE, TRANSFER
from tracker.rule.refusals import N_
from tracker.rule.returning import CONFIRMED
from tracker.rule.standing import BACKFILL, DONE, OPEN, StageStanding, Standing
from tracker.rule.standins import Principal
from tracker.store import audit, cases, deadlines, facts, identity, moving, order_returns, requests
from tracker.store import clocks as store_clocks
from tracker.store import intake as store_intake
from tracker.store.cases import Case
from tracker.store.database import reading, writing
from tracker.store.deadlines import Deadline
from tracker.store.facts import Evidence, Fact
from tracker.store.intake import Acceptance
from tracker.store.moving import Pause
from tracker.store.order_returns import OrderReturn
from tracker.store.requests import Request
from tracker.store.settings import Office, office

#: What a handler may do with a case before she takes it.
NOT_WORK = ("sign", "reassign")
#: The facts that are work on a case.
WORK = frozenset({"attempt", "contact", "inspection", "recheck", "resolution", "reply"})


@dataclass(frozen=True)
class Folder:
    """All that is known of one case: itself, its limits and their pauses, facts, evidence and requests."""

    case: Case
    deadlines: tuple[Deadline, ...]
    facts: tuple[Fact, ...]
    evidence: tuple[Evidence, ...]
    requests: tuple[Request, ...]
    pauses: tuple[Pause, ...]
    standing: Standing
    accepted: Acceptance | None = None
    returns: tuple[OrderReturn, ...] = ()

    @property
    def stages(self) -> tuple[Deadline, ...]:
        """The four stages, each in its latest round."""
        return deadlines.current(self.deadlines)

    @property
    def outside(self) -> tuple[Deadline, ...]:
        """The limits from outside, by due time."""
        return tuple(deadline for deadline in self.deadlines if deadline.kind == "outside")

    @property
    def open_request(self) -> Request | None:
        """What waits for another person's decision."""
        return next((request for request in self.requests if not request.decision), None)

    def stage(self, key: str) -> Deadline:
        """One stage; LookupError when the case does not run under it."""
        return next(deadline for deadline in self.stages if deadline.key == key)

    def fact(self, fact_id: int | None) -> Fact | None:
        """One recorded fact."""
        return next((fact for fact in self.facts if fact.id == fact_id), None)


def read(db: Database, no: str) -> Folder:
    """The folder of the case with this number; NoSuchCase when there is none."""
    with reading(db):
        return _folder(db, cases.by_no(db, no))


def read_id(db: Database, case_id: int) -> Folder:
    """The folder of the case with this id."""
    with reading(db):
        return _folder(db, cases.by_id(db, case_id))


def may(case: Case, actor: Actor, act: str) -> bool:
    """Whether the actor may do this act on this case. One's own cases are those that one handles, or whose handler is
    absent and has named one; a clerk's, with the clerk's rights alone, those that she registered."""
    own = case.handler_id == actor.person_id or actor.covering(case.handler_id) is not None
    if access.may(actor.roles, act, own=own):
        return True
    if actor.deputises and act in access.DEPUTISED:
        return True
    if actor.person_id in case.co_handlers and actor.holds("handler") and act in access.CO_HANDLED:
        return True
    if case.leader_id == actor.person_id and actor.holds("clerk", "handler", "supervisor") and act in access.LED:
        return True
    goes = case.visitor_id is not None and (case.visitor_id == actor.person_id or actor.covering(case.visitor_id))
    if goes and actor.holds("handler") and act in access.REVISITED:
        return True
    return case.registered_by == actor.person_id and access.may(actor.roles & {"clerk"}, act, own=True)


def stands_for(case: Case, actor: Actor) -> Principal | None:
    """For whom the actor works on this case: the absent handler; None where the actor's own roles suffice."""
    return None if actor.holds("supervisor") else actor.covering(case.handler_id)


def check_access(case: Case, actor: Actor, act: str) -> None:
    """Refuse the act on this case; a case that may not even be seen is not said to exist."""
    if not may(case, actor, "see"):
        raise cases.NoSuchCase(N_("没有这个编号：%(no)s"), no=case.no)
    if not may(case, actor, act):
        access.check(actor.roles, act, own=False)


def admit(db: Database, actor: Actor, no: str, act: str) -> None:
    """Refuse the act before anything of it is read or kept: files lie on disk before the transaction begins."""
    check_access(cases.by_no(db, no), actor, act)


@contextmanager
def acting(db: Database, actor: Actor, no: str, act: str, at: datetime, seen: int | None) -> Iterator[Folder]:
    """The frame of an act: one transaction, the right to it, and that nobody else changed the case meanwhile.

    ``seen`` is the version of the case that the actor had before her; None for an act that does not rest on what was
    seen. On leaving, the nearest limit and the reminders follow from what the act did.
    """
    with writing(db):
        folder = read(db, no)
        check_access(folder.case, actor, act)
        cases.touch(db, folder.case.id, folder.case.version if seen is None else seen, actor.person_id, at)
        if act not in NOT_WORK:
            takes(db, folder, actor, at, on_site=act == "stage")
        yield folder
        follow(db, folder.case.id, at, act, frozenset(one.id for one in folder.deadlines if one.due_at <= at))


def takes(db: Database, folder: Folder, actor: Actor, at: datetime, *, on_site: bool) -> None:
    """Whoever works on a case has taken it; and with work on site the office has taken it on."""
    if folder.case.handler_id == actor.person_id or stands_for(folder.case, actor):
        cases.sign(db, folder.case.id, at)
    if on_site and not folder.standing.accepted and not folder.standing.returned:
        take_on(db, folder.case.id, actor.person_id, at)


def take_on(db: Database, case_id: int, by: int, at: datetime) -> None:
    """受理, said or by work: nothing has to go back to its source any more."""
    store_intake.accept(db, case_id, by, at)
    end_return_limit(db, case_id, at)


def end_return_limit(db: Database, case_id: int, at: datetime) -> None:
    """It is decided whose the order is: the limit for sending it back is met."""
    for deadline_id in store_clocks.running(db, case_id, clocks.HAND_BACK):
        store_clocks.finish(db, deadline_id, at, None)


def follow(db: Database, case_id: int, at: datetime, why: str, late: frozenset[int] | None = None) -> None:
    """What follows from any act on a case: its nearest limit, and the reminders it owes. ``late``: the ids of the
    limits that had passed before the act, where it may have moved others into the past."""
    cases.refresh_next(db, case_id)
    reminding.replan(db, case_id, at, why, late=late)


def log(db: Database, actor: Actor, folder: Folder, act: str, at: datetime, **detail: Any) -> None:
    """One line of the case's trail; of what a substitute does it says for whom."""
    principal = stands_for(folder.case, actor)
    if principal is not None and "for" not in detail:
        detail["for"] = principal.name
    audit.append(
        db,
        at=at,
        person_id=actor.person_id,
        act=act,
        case_id=folder.case.id,
        address=actor.address,
        detail={"no": folder.case.no, **detail},
    )


def _folder(db: Database, case: Case) -> Folder:
    limits = deadlines.of_case(db, case.id)
    known = facts.of_case(db, case.id)
    asked = requests.of_case(db, case.id)
    lead_open = case.lead_case_id is not None and cases.by_id(db, case.lead_case_id).state != "closed"
    unreachable = case.anonymous and not identity.has_phone(db, case.id)
    pauses = moving.pauses(db, case.id)
    standing = _standing(case, limits, known, asked, office(db), lead_open=lead_open, anonymous=unreachable)
    accepted, returns = store_intake.acceptance(db, case.id), order_returns.of_case(db, case.id)
    confirmed = any(one.outcome == CONFIRMED and one.round == case.round for one in returns)
    standing = replace(
        standing,
        paused=next((pause.ground for pause in pauses if pause.until is None), ""),
        accepted=accepted is not None,
        returned=any(not one.outcome for one in returns),
        ended=standing.ended or confirmed,
        gone=standing.gone or confirmed,
    )
    evidence = facts.evidence_of_case(db, case.id)
    return Folder(case, limits, known, evidence, asked, pauses, standing, accepted, returns)


def _standing(
    case: Case,
    limits: tuple[Deadline, ...],
    known: tuple[Fact, ...],
    asked: tuple[Request, ...],
    ours: Office,
    *,
    lead_open: bool,
    anonymous: bool,
) -> Standing:
    by_id = {fact.id: fact for fact in known}
    judged = {fact.undoes for fact in known if fact.kind == "backfill_decision"}
    alive = [fact for fact in known if not fact.undone]
    this_round = [fact for fact in alive if fact.round == case.round]
    waiting = next((request for request in asked if not request.decision), None)
    granted = [r for r in asked if r.decision == "approved" and r.round == case.round]
    steps = [fact for fact in alive if fact.kind == "resolution"]
    # A contact that is still owed from an earlier round goes on, with the attempts that were made at it.
    tried_since = next((one.round for one in deadlines.current(limits) if one.key == "contact"), case.round)
    channel = intake.BY_NAME.get(case.channel)
    return Standing(
        state=case.state,
        received_at=case.received_at,
        stages=tuple(_stage(deadline, by_id, judged) for deadline in deadlines.current(limits)),
        since=max((one.starts_at for one in limits if one.kind == "stage" and one.round == case.round), default=None),
        historic=case.historic,
        anonymous=anonymous,
        spoken=channel is not None and channel.spoken,
        triaged=case.street_id is not None and bool(case.categories),
        attempts=tuple(fact.happened_at for fact in alive if fact.kind == "attempt" and fact.round >= tried_since),
        attempts_needed=ours.attempts_needed,
        undo_within=timedelta(minutes=ours.undo_minutes),
        replied=any(fact.kind == "reply" for fact in this_round),
        next_step=steps[-1].body["next_step"] if steps else "",
        steps=sum(fact in this_round for fact in steps),
        ended=any(r.kind in ("end", REFUSE) for r in granted),
        refused=any(r.kind == REFUSE for r in granted),
        gone=any(r.ground == TRANSFER for r in granted),
        open_request=waiting.kind if waiting else "",
        asked_by=waiting.asked_by if waiting else None,
        asked_for=waiting.asked_for if waiting else None,
        worked=_worked(case, this_round),
        lead_open=lead_open,
        clocks=tuple(clocks.word(one.key) for one in limits if one.state == OPEN and clocks.holds(one.clock)),
        zone=ours.zone,
    )


def _worked(case: Case, this_round: list[Fact]) -> frozenset[int]:
    """Who handles the case or has recorded what was done on it, and for whom; a note is no work."""
    people = {case.handler_id}
    for fact in this_round:
        if fact.kind in WORK:
            people |= {fact.recorded_by, fact.recorded_for}
    return frozenset(one for one in people if one is not None)


def _stage(deadline: Deadline, by_id: dict[int, Fact], judged: set[int | None]) -> StageStanding:
    fact = by_id.get(deadline.fact_id or 0) if deadline.state in (DONE, BACKFILL) else None
    return StageStanding(
        key=deadline.key,
        due_at=deadline.due_at,
        state=deadline.state,
        done_at=deadline.done_at,
        happened_at=fact.happened_at if fact else None,
        fact_at=fact.recorded_at if fact else None,
        fact_by=fact.recorded_by if fact else None,
        fact_for=fact.recorded_for if fact else None,
        judged=fact is not None and fact.id in judged,
        extended=deadline.extended,
        starts_at=deadline.starts_at,
    )
