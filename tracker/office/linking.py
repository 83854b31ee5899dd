"""关联: a case bound to one that is no longer under way about the same matter. No site work is shared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.office import alike, desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct, repeats
from tracker.rule.places import Site
from tracker.rule.refusals import N_, Refusal
from tracker.rule.repeats import Other
from tracker.store import audit, cases, joins
from tracker.store.cases import Case
from tracker.store.database import writing
from tracker.store.joins import Tie
from tracker.store.repeated import Spoken


def link(db: Database, actor: Actor, no: str, seen: int, other_no: str, note: str, at: datetime) -> Folder:
    """Link the case to one that is closed or of the past; shown in both."""
    conduct.refuse_too_long(note=note)
    with desk.acting(db, actor, no, "join", at, seen) as folder:
        if not other_no:
            raise Refusal(N_("请选择要关联的件"), field="other")
        case, other = folder.case, cases.by_no(db, other_no)
        known = Other(other.no, under_way(other), alike.shares(db, case, other.id))
        linked = any(tie.other_id == other.id for tie in joins.links(db, case.id))
        repeats.check_link(known, linked=linked)
        joins.link(db, case.id, other.id, note, at, actor.person_id)
        desk.log(db, actor, folder, "link", at, other=other.no, note=note)
    return desk.read(db, no)


def undo(db: Database, actor: Actor, no: str, link_id: int, at: datetime) -> Folder:
    """撤销关联 within 10 minutes, by whom made it."""
    with desk.acting(db, actor, no, "join", at, None) as folder:
        tie = next((tie for tie in joins.links(db, folder.case.id) if tie.id == link_id), None)
        if tie is None:
            raise Refusal(N_("没有可以撤销的关联，可能已由他人撤销"))
        check_undo(folder, tie, actor, at)
        joins.unlink(db, tie.id, at, actor.person_id)
        desk.log(db, actor, folder, "unlink", at, other=tie.no)
    return desk.read(db, no)


def check_undo(folder: Folder, tie: Tie, actor: Actor, at: datetime) -> None:
    """Whether the link may be taken back by this person now; Refusal otherwise. One that the command line made rests on
    a guess: a supervisor may take it back at any time."""
    if tie.by is None and "supervisor" in actor.roles:
        return
    repeats.check_take_back(folder.standing, tie.by, tie.at, actor.person_id, at)


def under_way(case: Case) -> bool:
    """Could it be joined to? Otherwise it may only be linked to."""
    return case.state != "closed" and not case.historic


def link_sites(db: Database, sites: Iterable[Site[Spoken]], at: datetime) -> int:
    """From the command line: link the cases of each place that are no longer under way to the first of them; how many
    links are new. What is under way is joined by hand, on its page."""
    new = 0
    with writing(db):
        for site in sites:
            past = [case for case in site.cases if not case.under_way]
            for case in past[1:]:
                if joins.ever_linked(db, case.id, past[0].id):  # one that was taken back is not made again
                    continue
                joins.link(db, case.id, past[0].id, site.place, at, None)
                detail = {"no": case.no, "other": past[0].no, "note": site.place}
                audit.append(db, at=at, person_id=None, act="link", case_id=case.id, address="", detail=detail)
                new += 1
    return new
