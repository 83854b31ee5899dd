"""What one person asks and another decides: the same steps for every kind of request, inside the frame of its act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.office import desk, reminding
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct
from tracker.rule import standins as standins_rule
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standins import Matter
from tracker.store import requests, standins
from tracker.store.deadlines import Deadline
from tracker.store.requests import More, Request


def ask(
    db: Database,
    actor: Actor,
    folder: Folder,
    kind: str,
    reason: str,
    at: datetime,
    *,
    ground: str = "",
    stage: Deadline | None = None,
    days: int | None = None,
    told: bool = False,
    more: More | None = None,
) -> None:
    """Write down what is asked; an extension says of which stage, by how many days, and whether the citizen knows;
    ``more`` is what other requests say."""
    request_id = requests.add(
        db,
        case_id=folder.case.id,
        round_=folder.case.round,
        kind=kind,
        ground=ground,
        reason=reason,
        at=at,
        by=actor.person_id,
        deadline_id=stage.id if stage else None,
        days=days,
        told=told,
        more=more,
    )
    if principal := desk.stands_for(folder.case, actor):
        standins.asked_for(db, request_id, principal.id)
    said: dict[str, Any] = {"stage": stage.key, "days": days, "told": told} if stage else {}
    if more:
        said.update((name, str(value)) for name, value in vars(more).items() if value)
    desk.log(db, actor, folder, f"ask_{kind}", at, ground=ground, reason=reason, **said)


def decidable(folder: Folder, actor: Actor, kind: str) -> Request:
    """The open request of that kind, if this person may decide it."""
    conduct.check_decider(folder.standing, kind, actor.person_id)
    request = folder.open_request
    if request is None:
        raise Refusal(N_("没有等待决定的申请，可能已由他人处理"))
    authority(folder, actor, (request.asked_by, request.asked_for))
    return request


def authority(folder: Folder, actor: Actor, asked: Iterable[int | None]) -> dict[str, str]:
    """What the trail says of the right to decide: nothing of a supervisor's own, the supervisor's name of a deputy's.

    Refusal for whoever may not decide: ``asked`` are those whose request it is.
    """
    worked = folder.standing.worked
    if actor.covering(folder.case.handler_id):  # a substitute stands on the handler's side
        worked |= {actor.person_id}
    matter = Matter(frozenset(one for one in asked if one is not None), worked)
    supervises = actor.holds("supervisor")
    principal = standins_rule.authority(
        actor.person_id, supervises=supervises, principals=actor.deputises, matter=matter
    )
    return {"acting": principal.name} if principal else {}


def decide(
    db: Database,
    actor: Actor,
    folder: Folder,
    request: Request,
    approved: bool,
    answer: str,
    at: datetime,
    **said: Any,
) -> None:
    """Decide it, once, and tell the asker; ``said`` goes into the trail."""
    conduct.refuse_too_long(answer=answer)
    decision = "approved" if approved else "refused"
    if not requests.decide(db, request.id, decision, at=at, by=actor.person_id, answer=answer):
        raise Refusal(N_("没有等待决定的申请，可能已由他人处理"))
    asked = (request.asked_by, request.asked_for)
    said |= authority(folder, actor, asked)
    desk.log(db, actor, folder, f"decide_{request.kind}", at, approved=approved, answer=answer, **said)
    detail = {"act": request.kind, "decision": decision, "answer": answer}
    reminding.tell(db, folder.case.id, (one for one in asked if one is not None), "decided", at, detail)
