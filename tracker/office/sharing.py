"""Entering in one case the site work that was recorded in another, and taking it back again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import from_text, to_text
from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import repeats, sharing
from tracker.rule.refusals import N_, Refusal
from tracker.rule.sharing import CITED, SiteWork, Why
from tracker.rule.standing import DONE, NEEDS, OPEN
from tracker.store import cases, deadlines, facts, joins
from tracker.store.cases import Case
from tracker.store.facts import Fact

#: What a copy says beside the facts: of which case and fact it is one, how it came, and when it truly happened.
ABOUT = ("shared_from", "shared_fact", "shared_how", "truly_at")


def site_work(source: Folder, fact: Fact) -> SiteWork | None:
    """The fact as another case may take it over; None while its own stage still waits for the confirmation of it."""
    stage = next((one for one in source.deadlines if one.fact_id == fact.id and one.state == DONE), None)
    if stage is None or stage.done_at is None:
        return None
    judged = any(one.kind == "backfill_decision" and one.undoes == fact.id for one in source.facts)
    # A copy that was cited is as old as what it is a copy of.
    truly = from_text(fact.body["truly_at"]) if fact.body.get("truly_at") else None
    return SiteWork(
        key=fact.kind,
        happened_at=truly or fact.happened_at,
        recorded_at=fact.recorded_at,
        counts_at=truly or stage.done_at,
        backfilled=stage.backfilled,
        judged=judged,
    )


def enter(
    db: Database, actor: Actor, source: Case, fact: Fact, work: SiteWork, into: Folder, at: datetime, how: str, why: Why
) -> int:
    """Enter ``work``, which is ``fact`` of the case ``source``, in the case ``into``; the id of the copy.

    Raises Refusal where it may not be.
    """
    why = Why(why.late_cause or fact.late_cause or work.cause, why.reason or fact.reason)
    outcome = sharing.taken(into.standing, work, why, at, _before_truly_at(into, work.key))
    cited = outcome.happened_at != work.happened_at
    fact_id = facts.add(
        db,
        case_id=into.case.id,
        round_=into.case.round,
        kind=work.key,
        happened_at=outcome.happened_at,
        recorded_at=at,
        recorded_by=actor.person_id,
        body={
            **{name: value for name, value in fact.body.items() if name not in ABOUT},
            "shared_from": source.no,
            "shared_fact": fact.id,
            "shared_how": how,
            "truly_at": to_text(work.happened_at) if cited else "",
        },
        reason=why.reason,
        late_cause=why.late_cause if outcome.late else "",
        backfilled=outcome.backfilled,
    )
    stage = into.stage(work.key)
    done_at, backfilled = outcome.done_at, outcome.backfilled
    deadlines.settle(db, stage.id, outcome.state, done_at=done_at, fact_id=fact_id, backfilled=backfilled)
    said = {"stage": work.key, "fact": fact_id, "lead": source.no, "how": how, "late": outcome.late}
    desk.log(db, actor, into, "shared", at, **said, state=outcome.state)
    return fact_id


def _before_truly_at(into: Folder, key: str) -> datetime | None:
    """When the stage before ``key`` truly happened, where it was cited."""
    before = next((one for one in into.stages if one.key == NEEDS.get(key)), None)
    fact = into.fact(before.fact_id) if before else None
    return from_text(fact.body["truly_at"]) if fact and fact.body.get("truly_at") else None


def check_take_back(db: Database, fact: Fact) -> None:
    """Refuse to undo ``fact`` where something in another case already rests on it."""
    for folder, copy in _copies(db, fact):
        if copy.body.get("shared_how") == CITED:
            raise Refusal(N_("%(no)s 已引用这次检查，不能撤销"), no=folder.case.no)
        if repeats.leant_on(folder.standing, folder.standing.stage(copy.kind)):
            raise Refusal(N_("%(no)s 的后续办理以此为依据，不能撤销"), no=folder.case.no)
        check_take_back(db, copy)


def take_back(db: Database, actor: Actor, fact: Fact, at: datetime) -> None:
    """Undo in the other cases what undoing ``fact`` undoes in its own."""
    for folder, copy in _copies(db, fact):
        undo_fact(db, actor, folder.case, copy, at)
        take_back(db, actor, copy, at)
        cases.touch(db, folder.case.id, folder.case.version, actor.person_id, at)
        desk.follow(db, folder.case.id, at, "undo")


def undo_fact(db: Database, actor: Actor, case: Case, fact: Fact, at: datetime, *, unjoined: bool = False) -> None:
    """The counter-act: a fact that undoes ``fact``; its stage is open again. Nothing is deleted.

    ``unjoined``: the case has left its lead case; joined to it again, it may have the same again.
    """
    facts.add(
        db,
        case_id=case.id,
        round_=fact.round,
        kind="undo",
        happened_at=at,
        recorded_at=at,
        recorded_by=actor.person_id,
        body={"stage": fact.kind, "unjoined": unjoined},
        undoes=fact.id,
    )
    for deadline in deadlines.of_case(db, case.id):
        if deadline.fact_id == fact.id:
            deadlines.settle(db, deadline.id, OPEN)
    desk.log(db, actor, desk.read_id(db, case.id), "undo", at, stage=fact.kind, fact=fact.id)


def named(no: str, refusal: Refusal) -> Refusal:
    """What is refused of another case than the one whose form it is says which."""
    return Refusal(N_("%(no)s：%(problem)s"), field=refusal.field, no=no, problem=refusal)


def _copies(db: Database, fact: Fact) -> Iterator[tuple[Folder, Fact]]:
    """Where ``fact`` stands in other cases."""
    for copy_id, case_id in joins.copies(db, fact.id):
        folder = desk.read_id(db, case_id)
        copy = folder.fact(copy_id)
        if copy is not None:
            yield folder, copy
