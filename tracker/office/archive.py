"""归档: who may take the bundle of a case, what of the register goes into it, and that it was taken."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from sqlite_utils import Database

from tracker.office import desk
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule.refusals import N_, Refusal
from tracker.store import archive
from tracker.store.database import writing

#: That a bundle was taken is in the trail, and in no bundle.
TAKEN = "archived"
CHUNK = 1 << 20


def check(folder: Folder, actor: Actor) -> None:
    """Refuse the bundle of a case that is not closed, and to whom it is not for."""
    desk.check_access(folder.case, actor, "archive")
    if folder.case.state != "closed":
        raise Refusal(N_("本件尚未销项，销项之后才能归档"))


def data(db: Database, folder: Folder) -> dict[str, Sequence[Any]]:
    """The rows of the register about a case, by what they are. The complainant is in none of them."""
    return {
        "case": (folder.case,),
        "deadlines": folder.deadlines,
        "pauses": folder.pauses,
        "facts": folder.facts,
        "evidence": folder.evidence,
        "requests": folder.requests,
        "audit": tuple(one for one in archive.trail(db, folder.case.id) if one.act != TAKEN),
    }


def taken(db: Database, actor: Actor, folder: Folder, bundle: IO[bytes], at: datetime) -> None:
    """Write down that the bundle was taken, by its SHA-256. The case stays as it is: taken again, it is the same."""
    bundle.seek(0)
    digest = hashlib.sha256()
    while chunk := bundle.read(CHUNK):
        digest.update(chunk)
    with writing(db):
        desk.log(db, actor, folder, TAKEN, at, sha256=digest.hexdigest())
