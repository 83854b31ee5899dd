"""One visit for several cases about the same place: recorded once, entered in each that is ticked, or in none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from sqlite_utils import Database

from tracker.office import alike, desk, joining, sharing
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct
from tracker.rule import sharing as rule
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.sharing import SHARED, VISIT, SiteWork, Why
from tracker.store import cases, standins
from tracker.store.facts import Fact
from tracker.store.repeats import Repeat

#: How many open cases about one place are looked at for a visit, the last ones received.
LOOKED_AT = 40


def others(db: Database, actor: Actor, folder: Folder, key: str) -> Iterator[tuple[Repeat, Folder]]:
    """The open cases about the same place or unit in which this person may record the stage ``key`` now as well.

    Those that are joined to this one, and the one it is joined to, have it by that.
    """
    if key not in SHARED:
        return
    about = (one for one in alike.of_case(db, folder.case) if one.same_place or one.same_unit or one.tied)
    lead = folder.case.lead_case_id
    alone = (one for one in about if one.open and one.lead_no != folder.case.no and one.id != lead)
    for one in islice(alone, LOOKED_AT):
        other = desk.read_id(db, one.id)
        ready = key in conduct.recordable(other.standing) and (key != "inspection" or other.standing.triaged)
        if ready and desk.may(other.case, actor, "stage"):
            yield one, other


def enter(db: Database, actor: Actor, no: str, fact_id: int, ticked: Iterable[str], why: Why, at: datetime) -> None:
    """Enter the site work just recorded on case ``no`` in each of the ``ticked`` cases, by each one's own due time.

    Joins the transaction of the record: Refusals name every case that refuses it, and then none has it.
    """
    source = desk.read(db, no)
    fact = source.fact(fact_id)
    assert fact is not None
    found: list[Refusal] = []
    for other_no in dict.fromkeys(ticked):
        try:
            _enter(db, actor, source, fact, other_no, why, at)
        except cases.NoSuchCase:
            raise
        except Refusals as refusals:
            found += refusals.items
        except Refusal as refusal:
            found.append(sharing.named(other_no, refusal))
    if found:
        raise Refusals(found)


def _enter(db: Database, actor: Actor, source: Folder, fact: Fact, no: str, why: Why, at: datetime) -> None:
    into = desk.read(db, no)
    desk.check_access(into.case, actor, "stage")
    happened_at = fact.happened_at
    work = SiteWork(fact.kind, happened_at, fact.recorded_at, happened_at, backfilled=fact.backfilled)
    rule.check_visit(into.standing, work, about=alike.shares(db, source.case, into.case.id))
    copy_id = sharing.enter(db, actor, source.case, fact, work, into, at, VISIT, why)
    if principal := desk.stands_for(into.case, actor):
        standins.recorded_for(db, copy_id, principal.id)
    cases.touch(db, into.case.id, into.case.version, actor.person_id, at)
    desk.takes(db, into, actor, at, on_site=True)
    joining.share_to_joined(db, actor, into.case, fact.kind, at, why)
    desk.follow(db, into.case.id, at, "stage")
