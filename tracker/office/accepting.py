"""初审: what registration left open is filled in, and the case is accepted. The clocks never run from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.office import appeals, classifying, clocks, desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import clocks as clock_rule
from tracker.rule import returning
from tracker.rule.appeals import Appeal, chosen
from tracker.rule.intake import ROUTES
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import cases, choices, identity


@dataclass(frozen=True)
class Filled:
    """What the clerk fills in; what is empty stays as it is. ``phone`` is in plain digits."""

    street_id: int | None = None
    categories: tuple[str, ...] = ()
    phone: str = ""
    source_due_at: datetime | None = None
    route: str = ""
    appeal: str = ""  # a line of the list of appeals, as it was typed


def accept(db: Database, actor: Actor, no: str, seen: int, filled: Filled, at: datetime) -> Folder:
    """受理, with what was still open. Street and category are needed where a rule binds the case."""
    with desk.acting(db, actor, no, "accept", at, seen) as folder:
        returning.check_accept(folder.standing)
        problems = tuple(_problems(db, folder, filled))
        if problems:
            raise Refusals(problems)
        appeal = chosen(appeals.holding(db, at), filled.appeal)
        detail = _fill(db, actor, folder, filled, appeal, at)
        desk.take_on(db, folder.case.id, actor.person_id, at)
        desk.log(db, actor, folder, "accept", at, **detail)
    return desk.read(db, no)


def _problems(db: Database, folder: Folder, filled: Filled) -> list[Refusal]:
    case, found = folder.case, list(choices.unknown(db, filled.street_id, filled.categories))
    if folder.standing.stages and filled.street_id is None and case.street_id is None:
        found.append(Refusal(N_("请选择街道"), field="street"))
    if folder.standing.stages and not filled.categories and not case.categories:
        found.append(Refusal(N_("请选择污染类别"), field="categories"))
    if filled.route and filled.route not in ROUTES:
        found.append(Refusal(N_("请选择途径：%(choices)s"), field="route", choices=ROUTES))
    if filled.source_due_at is not None and filled.source_due_at <= case.received_at:
        found.append(Refusal(N_("应反时间应晚于收到时间"), field="source_due_at"))
    return found


def _fill(
    db: Database, actor: Actor, folder: Folder, filled: Filled, appeal: Appeal | None, at: datetime
) -> dict[str, Any]:
    """Keep what was filled in; before and after of each, for the trail. A number is told of, and never told."""
    before = folder.case
    detail: dict[str, Any] = {}
    street, categories = filled.street_id or before.street_id, filled.categories or before.categories
    if (street, categories) != (before.street_id, before.categories):
        cases.set_triage(db, before.id, street, before.place, before.subject_unit)
        cases.put_categories(db, before.id, categories)
        after = cases.by_id(db, before.id)
        changed = {name: [getattr(before, name), getattr(after, name)] for name in ("street", "categories")}
        detail.update({name: pair for name, pair in changed.items() if pair[0] != pair[1]})
    if filled.phone and not identity.has_phone(db, before.id):
        identity.put_phone(db, before.id, filled.phone)
        detail["phone"] = True
    if filled.source_due_at is not None:
        clocks.start(
            db,
            actor,
            before.id,
            clock_rule.REPLY,
            at,
            due_at=filled.source_due_at,
            starts_at=before.received_at,
            label=before.channel,
            source=before.channel,
        )
        detail["source_due_at"] = to_text(filled.source_due_at)
    route = filled.route or before.route
    if appeal and route == before.route:
        route = appeal.route
    if appeal or route != before.route:
        classifying.put_route(db, actor, folder, route, appeal.id if appeal else before.appeal_id, at)
    if route != before.route:
        detail["route"] = [before.route, route]
    if appeal:
        detail["appeal"] = appeal.name
    return detail
