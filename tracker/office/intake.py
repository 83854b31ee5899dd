"""What the desk does around a case: fill in what registration left open, look up who complained."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.office import desk, early, stages
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.office.stages import Around
from tracker.rule import conduct
from tracker.rule.facts import StageFact
from tracker.rule.intake import PLACE_MAX
from tracker.rule.intake import place as plain_place
from tracker.rule.refusals import N_, Refusal, Refusals, too_long
from tracker.store import cases, choices, identity
from tracker.store.database import writing
from tracker.store.identity import Complainant


def triage(
    db: Database,
    actor: Actor,
    no: str,
    seen: int,
    *,
    street_id: int | None,
    categories: tuple[str, ...],
    place: str,
    subject_unit: str,
    at: datetime,
) -> Folder:
    """Fill in street, category, place and unit (待补). Moves no due time."""
    desk.admit(db, actor, no, "triage")
    missing = [Refusal(N_("请选择街道"), field="street")] if street_id is None else []
    missing += [Refusal(N_("请选择污染类别"), field="categories")] if not categories else []
    missing += [Refusal(N_("请填写地点"), field="place")] if not place else []
    missing += too_long("place", place, PLACE_MAX)
    missing += too_long("subject_unit", subject_unit, PLACE_MAX)
    missing += choices.unknown(db, street_id, categories)
    if missing:
        raise Refusals(missing)
    with desk.acting(db, actor, no, "triage", at, seen) as folder:
        conduct.check_open(folder.standing)
        before = folder.case
        cases.set_triage(db, before.id, street_id, plain_place(place), plain_place(subject_unit))
        cases.put_categories(db, before.id, categories)
        after = cases.by_id(db, before.id)
        if (before.place, before.subject_unit) != (after.place, after.subject_unit):
            early.look(db, after, at)
        fields = ("street", "categories", "place", "subject_unit")
        changed = {name: [getattr(before, name), getattr(after, name)] for name in fields}
        desk.log(db, actor, folder, "triage", at, **{k: v for k, v in changed.items() if v[0] != v[1]})
    return desk.read(db, no)


def triage_and_record(
    db: Database,
    home: Path,
    actor: Actor,
    no: str,
    seen: int,
    street_id: int | None,
    categories: tuple[str, ...],
    fact: StageFact,
    around: Around,
    at: datetime,
) -> Folder:
    """Record the inspection of a case whose street or category was still open, and fill these in: both or neither."""
    with writing(db):
        case = cases.by_no(db, no)
        triage(
            db,
            actor,
            no,
            seen,
            street_id=street_id,
            categories=categories,
            place=case.place,
            subject_unit=case.subject_unit,
            at=at,
        )
        return stages.record(db, home, actor, no, seen + 1, fact, around, at)


def reveal(db: Database, actor: Actor, no: str, reason: str, at: datetime) -> Complainant:
    """Who complained, in clear: for those who may, with a reason, and written down before it is shown."""
    if len(reason) < 2:
        raise Refusal(N_("请写明查看投诉人的理由"), field="reason")
    conduct.refuse_too_long(reason=reason)
    with writing(db):
        folder = desk.read(db, no)
        desk.check_access(folder.case, actor, "reveal")
        desk.log(db, actor, folder, "reveal", at, reason=reason)
        return identity.get(db, folder.case.id)
