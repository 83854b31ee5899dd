"""并入: a repeat shares the site work of its lead case and keeps everything that its own citizen is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import DONE, NEEDS, OPEN
from tracker.store import cases, deadlines, facts
from tracker.store.cases import Case
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
    """Enter in ``case``, new or running again at ``at``, the site work that its lead case has already had."""
    if case.lead_case_id is None:
        return
    lead = desk.read_id(db, case.lead_case_id)
    for key in SHARED:
        _share(db, actor, lead, case, key, at)


def share_to_joined(db: Database, actor: Actor, lead: Case, key: str, at: datetime) -> None:
    """Enter a stage just completed on the lead case in each open case joined to it, and what could not be before."""
    if key not in SHARED:
        return
    waiting = [case for case in cases.joined(db, lead.id) if case.state == "open"]
    folder = desk.read_id(db, lead.id) if waiting else None
    for case in waiting:
        if folder and any([_share(db, actor, folder, case, one, at) for one in SHARED]):
            cases.touch(db, case.id, case.version, actor.person_id, at)
            desk.follow(db, case.id, at, "stage")


def check_take_back(db: Database, lead: Case, fact: Fact) -> None:
    """Refuse to undo ``fact`` of the lead case where something in a joined case already rests on it."""
    for case, copy in _copies(db, lead, fact):
        standing = desk.read_id(db, case.id).standing
        stage = standing.stage(copy.kind)
        settled = standing.open_request or standing.ended or standing.paused
        if settled or (stage is not None and conduct.rests_on(standing, stage)):
            raise Refusal(N_("并入件 %(no)s 的后续办理以此为依据，不能撤销"), no=case.no)


def take_back(db: Database, actor: Actor, lead: Case, fact: Fact, at: datetime) -> None:
    """Undo in the joined cases what undoing ``fact`` undoes in the lead case."""
    for case, copy in _copies(db, lead, fact):
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


def _copies(db: Database, lead: Case, fact: Fact) -> list[tuple[Case, Fact]]:
    """Where ``fact`` of the lead case stands in the cases joined to it."""
    if fact.kind not in SHARED:
        return []
    return [
        (case, copy)
        for case in cases.joined(db, lead.id)
        for copy in facts.of_case(db, case.id)
        if copy.body.get("shared_fact") == fact.id and not copy.undone
    ]


def _share(db: Database, actor: Actor, lead: Folder, case: Case, key: str, at: datetime) -> bool:
    """Enter the lead case's stage ``key`` in ``case``, where it is open; whether it was entered.

    Site work from before this complaint came in is cited: done when it is cited, its true time kept in ``truly_at``.
    """
    joined = desk.read_id(db, case.id)
    stage = next((stage for stage in joined.stages if stage.key == key and stage.state == OPEN), None)
    done = next((stage for stage in lead.stages if stage.key == key and stage.state == DONE), None)
    fact = lead.fact(done.fact_id) if done else None
    before = NEEDS.get(key)
    if stage is None or done is None or fact is None or (before and not joined.standing.settled(before)):
        return False
    if any(one.body.get("shared_fact") == fact.id for one in joined.facts):  # and was taken back there
        return False
    if not joined.standing.triaged:
        _triage(db, actor, lead.case, joined, at)
    cited = fact.happened_at < case.received_at
    fact_id = facts.add(
        db,
        case_id=case.id,
        round_=case.round,
        kind=key,
        happened_at=at if cited else fact.happened_at,
        recorded_at=at,
        recorded_by=actor.person_id,
        body={
            **fact.body,
            "shared_from": lead.case.no,
            "shared_fact": fact.id,
            "truly_at": to_text(fact.happened_at) if cited else "",
        },
        reason=fact.reason,
        late_cause=fact.late_cause,
        backfilled=done.backfilled and not cited,
    )
    deadlines.settle(
        db,
        stage.id,
        DONE,
        done_at=at if cited else done.done_at,
        fact_id=fact_id,
        backfilled=done.backfilled and not cited,
    )
    desk.log(db, actor, joined, "shared", at, stage=key, fact=fact_id, lead=lead.case.no)
    return True


def _triage(db: Database, actor: Actor, lead: Case, joined: Folder, at: datetime) -> None:
    """A joined case lacks street or category: it is the same matter, so it has those of its lead case."""
    case = joined.case
    cases.set_triage(db, case.id, case.street_id or lead.street_id, case.place, case.subject_unit)
    cases.put_categories(db, case.id, case.categories or lead.categories)
    desk.log(db, actor, joined, "triage", at, lead=lead.no)
