"""并入: a repeat shares the site work of its lead case and keeps everything that its own citizen is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlite_utils import Database

from tracker.office import alike, desk, sharing
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct, repeats
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.repeats import Other
from tracker.rule.sharing import JOINED, SHARED, Why
from tracker.rule.standing import DONE, OPEN
from tracker.store import cases, joins
from tracker.store.cases import Case
from tracker.store.facts import Fact


def problems(db: Database, lead_no: str) -> Iterator[Refusal]:
    """What keeps a new case from being joined to ``lead_no``."""
    try:
        repeats.check_lead(_other(cases.by_no(db, lead_no)))
    except cases.NoSuchCase as error:
        yield Refusal(error.message, field="lead_no", **error.params)
    except Refusal as refusal:
        yield refusal


def begin(db: Database, actor: Actor, case: Case, at: datetime) -> None:
    """A case that was registered as joined: on record when, and what its lead case has already had is entered."""
    if case.lead_case_id is not None:
        joins.join(db, case.id, case.lead_case_id, at, actor.person_id)
        share_from_lead(db, actor, case, at)


def join(db: Database, actor: Actor, no: str, seen: int, lead_no: str, at: datetime) -> Folder:
    """并入 after registration: join the case to one under way that shares its phone, place or unit."""
    with desk.acting(db, actor, no, "join", at, seen) as folder:
        conduct.check_open(folder.standing)
        if not lead_no:
            raise Refusal(N_("请选择要并入的件"), field="lead_no")
        case = folder.case
        lead = cases.by_no(db, lead_no)
        other = _other(lead, alike=alike.shares(db, case, lead.id))
        repeats.check_join(folder.standing, other, lead_no=case.lead_no, joined=len(cases.joined(db, case.id)))
        joins.join(db, case.id, lead.id, at, actor.person_id)
        desk.log(db, actor, folder, "join", at, lead=lead.no)
        share_from_lead(db, actor, cases.by_id(db, case.id), at)
    return desk.read(db, no)


def undo(db: Database, actor: Actor, no: str, at: datetime) -> Folder:
    """撤销并入 within 10 minutes: the case stands alone, what came with the lead case falls back. No due time moves."""
    with desk.acting(db, actor, no, "join", at, None) as folder:
        check_undo(db, folder, actor, at)
        tie = joins.joining(db, folder.case.id)
        assert tie is not None
        for fact in _from_lead(folder, tie.no):
            sharing.undo_fact(db, actor, folder.case, fact, at, unjoined=True)
            sharing.take_back(db, actor, fact, at)
        joins.unjoin(db, folder.case.id, tie.id, at, actor.person_id)
        desk.log(db, actor, folder, "unjoin", at, lead=tie.no)
    return desk.read(db, no)


def check_undo(db: Database, folder: Folder, actor: Actor, at: datetime) -> None:
    """Whether the joining may be taken back by this person now; Refusal otherwise."""
    conduct.check_open(folder.standing)
    tie = joins.joining(db, folder.case.id)
    if tie is None or folder.case.lead_case_id is None:
        raise Refusal(N_("本件没有可以撤销的并入"))
    repeats.check_take_back(folder.standing, tie.by, tie.at, actor.person_id, at)
    shared = _from_lead(folder, tie.no)
    repeats.check_fall_back(folder.standing, (fact.kind for fact in shared))
    for fact in shared:
        sharing.check_take_back(db, fact)


def share_from_lead(db: Database, actor: Actor, case: Case, at: datetime) -> None:
    """Enter in ``case``, new or running again at ``at``, the site work that its lead case has already had."""
    if case.lead_case_id is None:
        return
    lead = desk.read_id(db, case.lead_case_id)
    for key in SHARED:
        _share(db, actor, lead, case, key, at)


def share_to_joined(db: Database, actor: Actor, lead: Case, key: str, at: datetime, why: Why | None = None) -> None:
    """Enter a stage just completed on the lead case in each open case joined to it, and what could not be before.

    ``why``: the cause that was given for whatever is late by it; a joined case in which it is late without one is
    named. None where nobody can be asked: the stage is left open there, for its handler to take over with the cause.
    """
    if key not in SHARED:
        return
    waiting = [case for case in cases.joined(db, lead.id) if case.state == "open"]
    folder = desk.read_id(db, lead.id) if waiting else None
    for case in waiting:
        if folder and any([_share(db, actor, folder, case, one, at, why if one == key else None) for one in SHARED]):
            cases.touch(db, case.id, case.version, actor.person_id, at)
            desk.follow(db, case.id, at, "stage")


def _share(
    db: Database, actor: Actor, lead: Folder, case: Case, key: str, at: datetime, why: Why | None = None
) -> bool:
    """Enter the lead case's stage ``key`` in ``case``, where it is open; whether it was entered."""
    joined = desk.read_id(db, case.id)
    stage = next((stage for stage in joined.stages if stage.key == key and stage.state == OPEN), None)
    done = next((stage for stage in lead.stages if stage.key == key and stage.state == DONE), None)
    fact = lead.fact(done.fact_id) if done else None
    work = sharing.site_work(lead, fact) if fact else None
    if stage is None or fact is None or work is None or key not in conduct.recordable(joined.standing):
        return False
    if _taken_back(joined, fact):
        return False
    try:
        sharing.enter(db, actor, lead.case, fact, work, joined, at, JOINED, why or Why())
    except Refusal as refusal:
        if why is not None and refusal.field:
            raise Refusals([sharing.named(case.no, refusal)]) from None
        return False
    if not joined.standing.triaged:
        _triage(db, actor, lead.case, joined, at)
    return True


def _other(lead: Case, *, alike: bool = True) -> Other:
    return Other(lead.no, lead.state == "open" and not lead.historic, alike, lead.lead_no)


def _from_lead(folder: Folder, lead_no: str) -> tuple[Fact, ...]:
    """The site work that stands in the case because it is joined, the last first."""
    return tuple(
        fact
        for fact in reversed(folder.facts)
        if fact.body.get("shared_from") == lead_no
        and fact.body.get("shared_how", JOINED) == JOINED
        and fact.kind in SHARED
        and not fact.undone
    )


def _taken_back(joined: Folder, fact: Fact) -> bool:
    """Was it entered there before, and taken back in that case alone?"""
    left = {one.undoes for one in joined.facts if one.kind == "undo" and one.body.get("unjoined")}
    return any(one.body.get("shared_fact") == fact.id and one.id not in left for one in joined.facts)


def _triage(db: Database, actor: Actor, lead: Case, joined: Folder, at: datetime) -> None:
    """A joined case lacks street or category: it is the same matter, so it has those of its lead case."""
    case = joined.case
    cases.set_triage(db, case.id, case.street_id or lead.street_id, case.place, case.subject_unit)
    cases.put_categories(db, case.id, case.categories or lead.categories)
    desk.log(db, actor, joined, "triage", at, lead=lead.no)
