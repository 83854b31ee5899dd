"""并入: a repeat shares the site work of its lead case and keeps everything that its own citizen is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlite_utils import Database

from tracker.office import desk
from tracker.office.actors import Actor
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import BACKFILL, DONE, OPEN
from tracker.store import cases, deadlines, facts
from tracker.store.cases import Case
from tracker.store.deadlines import Deadline
from tracker.store.facts import Fact

SHARED = ("inspection", "recheck")


def problems(db: Database, lead_no: str) -> Iterator[Refusal]:
    """What keeps a case from being joined to ``lead_no``."""
    try:
        lead = cases.by_no(db, lead_no)
    except cases.NoSuchCase as error:
        yield Refusal(error.message, field="lead_no", **error.params)
        return
    if lead.state != "open" or lead.historic:
        yield Refusal(N_("%(no)s 已不在办，不能并入"), field="lead_no", no=lead.no)
    elif lead.lead_case_id is not None:
        yield Refusal(N_("%(no)s 已并入 %(lead)s，请并入首件"), field="lead_no", no=lead.no, lead=lead.lead_no)


def share_from_lead(db: Database, actor: Actor, case: Case, at: datetime) -> None:
    """Cite in ``case``, new at ``at``, the site work that its lead case has already had; done when it is cited."""
    lead = desk.read_id(db, case.lead_case_id or 0)
    for key in SHARED:
        done = lead.standing.stage(key)
        fact = lead.fact(lead.stage(key).fact_id) if done else None
        if fact and done and done.state == DONE:
            _share(db, actor, case, fact, lead.case.no, happened_at=at, at=at)


def share_to_joined(db: Database, actor: Actor, lead: Case, fact: Fact, state: str, at: datetime) -> None:
    """Enter a stage just recorded on the lead case in each open case joined to it."""
    if fact.kind not in SHARED or state != DONE:
        return
    for case in cases.joined(db, lead.id):
        if case.state != "open":
            continue
        happened_at = fact.happened_at if fact.happened_at >= case.received_at else at
        if _share(db, actor, case, fact, lead.no, happened_at=happened_at, at=at):
            cases.touch(db, case.id, case.version, actor.person_id, at)
            desk.follow(db, case.id, at, "stage")


def take_back(db: Database, actor: Actor, lead: Case, fact: Fact, at: datetime) -> None:
    """Undo in the joined cases what undoing ``fact`` undoes in the lead case."""
    for case in cases.joined(db, lead.id):
        copies = [
            copy for copy in facts.of_case(db, case.id) if copy.body.get("shared_fact") == fact.id and not copy.undone
        ]
        for copy in copies:
            undo_fact(db, actor, case, copy, at)
            cases.touch(db, case.id, case.version, actor.person_id, at)
            desk.follow(db, case.id, at, "undo")


def undo_fact(db: Database, actor: Actor, case: Case, fact: Fact, at: datetime) -> None:
    """The counter-act: a fact that undoes ``fact``; its stage is open again. Nothing is deleted."""
    facts.add(
        db,
        case_id=case.id,
        round_=fact.round,
        kind="undo",
        happened_at=at,
        recorded_at=at,
        recorded_by=actor.person_id,
        body={"stage": fact.kind},
        undoes=fact.id,
    )
    for deadline in deadlines.of_case(db, case.id):
        if deadline.fact_id == fact.id:
            deadlines.settle(db, deadline.id, OPEN)
    desk.log(db, actor, desk.read_id(db, case.id), "undo", at, stage=fact.kind, fact=fact.id)


def _share(
    db: Database, actor: Actor, case: Case, fact: Fact, lead_no: str, *, happened_at: datetime, at: datetime
) -> bool:
    stage = _open_stage(db, case, fact.kind)
    if stage is None:
        return False
    body = {**fact.body, "shared_from": lead_no, "shared_fact": fact.id, "truly_at": fact.body.get("truly_at", "")}
    if happened_at != fact.happened_at:
        body["truly_at"] = f"{fact.happened_at:%Y-%m-%dT%H:%M:%SZ}"
    fact_id = facts.add(
        db,
        case_id=case.id,
        round_=case.round,
        kind=fact.kind,
        happened_at=happened_at,
        recorded_at=at,
        recorded_by=actor.person_id,
        body=body,
        reason=fact.reason,
        late_cause=fact.late_cause,
    )
    deadlines.settle(db, stage.id, DONE, done_at=happened_at, fact_id=fact_id)
    desk.log(db, actor, desk.read_id(db, case.id), "shared", at, stage=fact.kind, fact=fact_id, lead=lead_no)
    return True


def _open_stage(db: Database, case: Case, key: str) -> Deadline | None:
    stages = deadlines.current(deadlines.of_case(db, case.id))
    found = next((stage for stage in stages if stage.key == key), None)
    return found if found and found.state in (OPEN, BACKFILL) else None
