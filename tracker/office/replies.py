"""Prepared replies, and handing a reply back to its source after it was given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import local
from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import replies as rule
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import audit, choices, deadlines, replies
from tracker.store.database import writing
from tracker.store.facts import Fact
from tracker.store.replies import Template
from tracker.store.settings import office


def save(db: Database, actor: Actor, wanted: Iterable[tuple[str, Template]], at: datetime) -> bool:
    """Keep the templates as they were typed, each under the name of its line; whether anything is different.

    Raises Refusals with the fields ``LINE-name``, ``LINE-category`` and ``LINE-text``.
    """
    bad: list[Refusal] = []
    kept: list[Template] = []
    with writing(db):
        before = {one.id: one for one in replies.templates(db)}
        for line, one in wanted:
            bad += [
                Refusal(wrong.message, field=f"{line}-{part}", **wrong.params)
                for part, wrong in rule.check_template(one.name, one.text)
            ]
            if one.category and any(choices.unknown(db, None, (one.category,))):
                bad.append(Refusal(N_("污染类别已停用，请重新选择"), field=f"{line}-category"))
            if one.name and one.name in {other.name for other in kept}:
                bad.append(Refusal(N_("已有同名的模板：%(name)s"), field=f"{line}-name", name=one.name))
            kept.append(one)
        if bad:
            raise Refusals(bad)
        changed = [one for one in kept if _plain(one) != _plain(before.get(one.id))]
        if not changed:
            return False
        replies.put(db, kept)
        detail = {"templates": [[one.name, one.category, one.active] for one in changed]}
        audit.append(db, at=at, person_id=actor.person_id, act="replies.changed", address=actor.address, detail=detail)
    return True


def _plain(one: Template | None) -> tuple[object, ...]:
    return () if one is None else (one.name, one.category, one.text, one.active)


def hand_back(db: Database, actor: Actor, no: str, seen: int, at: datetime) -> Folder:
    """已反馈来源单位: the reply that was given is on the source's own page now; its own limit is met."""
    with desk.acting(db, actor, no, "hand_back", at, seen) as folder:
        rule.check_hand_back(folder.standing, handed_back=is_back(db, folder))
        replies.hand_back(db, folder.case.id, folder.case.round, at, actor.person_id)
        deadlines.meet_source(db, folder.case.id, at)
        desk.log(db, actor, folder, "hand_back", at)
    return desk.read(db, no)


def given(folder: Folder) -> Fact | None:
    """The reply of this round."""
    found = [one for one in folder.facts if one.kind == "reply" and not one.undone and one.round == folder.case.round]
    return found[-1] if found else None


def is_back(db: Database, folder: Folder) -> bool:
    """Has the source the reply of this round?"""
    reply = given(folder)
    with_it = reply is not None and bool(reply.body.get("handed_back"))
    return with_it or replies.handed_back(db, folder.case.id, folder.case.round)


def values(db: Database, folder: Folder) -> dict[str, str]:
    """What the case says for the places of a template; days stand on the office's clock.

    The complainant is no place: whoever replies knows to whom.
    """
    zone = office(db).zone
    found = {
        "no": folder.case.no,
        "received": f"{local(folder.case.received_at, zone):%Y-%m-%d}",
        "place": folder.case.place,
        "unit": folder.case.subject_unit,
    }
    body = {kind: _last(folder, kind) for kind in ("inspection", "recheck", "resolution")}
    inspected, rechecked, resolved = (fact.body if fact else {} for fact in body.values())
    inspection = body["inspection"]
    if inspection is not None:
        found["inspected"] = f"{local(inspection.happened_at, zone):%Y-%m-%d}"
    return {
        **found,
        "first_finding": inspected.get("finding") or "",
        "seen": inspected.get("note") or "",
        "demand": inspected.get("demand") or "",
        "until": inspected.get("demand_until") or "",
        "rechecked": rechecked.get("note") or rechecked.get("rectified") or "",
        "result": resolved.get("result") or "",
        "finding": resolved.get("finding") or "",
        "next_step": resolved.get("next_step") or "",
    }


def _last(folder: Folder, kind: str) -> Fact | None:
    found = [one for one in folder.facts if one.kind == kind and not one.undone]
    return found[-1] if found else None
