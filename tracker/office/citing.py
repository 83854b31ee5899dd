"""引用此前检查: an inspection from before the complaint came in, of another case about the same place, cited in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.office import alike, desk, joining, sharing
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct
from tracker.rule import sharing as rule
from tracker.rule.intake import triage_missing
from tracker.rule.refusals import N_, Refusal
from tracker.rule.sharing import CITED, JOINED, SHARED, SiteWork, Why
from tracker.store import joins
from tracker.store.facts import Fact

#: How many earlier inspections are offered, the last ones.
OFFERED = 20


@dataclass(frozen=True)
class Earlier:
    """Site work that a case may take over: of which case, the fact, and how; ``evidence``: how many pieces it has."""

    source: Folder
    fact: Fact
    work: SiteWork
    how: str
    evidence: int


def earlier(db: Database, folder: Folder) -> tuple[Earlier, ...]:
    """What this case may take over now, newest first: inspections from before its complaint, of the same place or
    unit; and the site work of its lead case that could not be entered by itself, since it is late in this one."""
    now = [key for key in conduct.recordable(folder.standing) if key in SHARED]
    if not now:
        return ()
    found = [*_of_lead(db, folder, now), *(_before(db, folder) if "inspection" in now else ())]
    return tuple(sorted(found, key=lambda one: one.work.happened_at, reverse=True))


def cite(
    db: Database, actor: Actor, no: str, seen: int, fact_id: int | None, late_cause: str, reason: str, at: datetime
) -> Folder:
    """Take over one of them: its stage is done when it is cited, and keeps the true time and the other case's number.

    What came after the complaint, of the lead case, is done when it happened.
    """
    desk.admit(db, actor, no, "stage")
    conduct.refuse_too_long(reason=reason)
    with desk.acting(db, actor, no, "stage", at, seen) as folder:
        conduct.check_open(folder.standing)
        chosen = next((one for one in earlier(db, folder) if one.fact.id == fact_id), None)
        if chosen is None:
            raise Refusal(N_("请选择要引用的检查"), field="source")
        why = Why(late_cause, reason)
        missing = triage_missing(folder.case.street_id, folder.case.categories)
        if chosen.work.key == "inspection" and missing:
            raise Refusal(missing.message)
        if chosen.how == CITED:
            rule.check_cite(folder.standing, chosen.work, evidence=chosen.evidence, why=why)
        sharing.enter(db, actor, chosen.source.case, chosen.fact, chosen.work, folder, at, chosen.how, why)
        joining.share_to_joined(db, actor, folder.case, chosen.work.key, at, why)
    return desk.read(db, no)


def _before(db: Database, folder: Folder) -> Iterator[Earlier]:
    about = (one for one in alike.of_case(db, folder.case) if one.same_place or one.same_unit or one.tied)
    others = (one.id for one in about if one.id != folder.case.lead_case_id)
    for case_id in joins.inspected(db, others, folder.case.received_at, OFFERED):
        source = desk.read_id(db, case_id)
        for fact in source.facts:
            work = sharing.site_work(source, fact) if _own(fact) else None
            if work is not None and work.key == "inspection" and rule.is_cited(folder.standing, work):
                yield Earlier(source, fact, work, CITED, _evidence(source, fact))


def _of_lead(db: Database, folder: Folder, keys: list[str]) -> Iterator[Earlier]:
    if folder.case.lead_case_id is None:
        return
    lead = desk.read_id(db, folder.case.lead_case_id)
    for stage in lead.stages:
        fact = lead.fact(stage.fact_id)
        work = sharing.site_work(lead, fact) if fact is not None and stage.key in keys else None
        if fact is not None and work is not None:
            yield Earlier(lead, fact, work, JOINED, _evidence(lead, fact))


def _own(fact: Fact) -> bool:
    """Was it recorded in its case, and stands there?"""
    return fact.kind == "inspection" and not fact.undone and not fact.body.get("shared_fact")


def _evidence(source: Folder, fact: Fact) -> int:
    return sum(one.fact_id == fact.id for one in source.evidence)
