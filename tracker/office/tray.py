"""The tray: files that came in and wait for the act that takes them. A form that is refused loses none of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.rule.refusals import N_, Refusal
from tracker.store import attachments, uploads
from tracker.store.attachments import Stored
from tracker.store.database import writing
from tracker.store.uploads import Upload

#: Whoever has so many lying about sorts them first.
MOST = 200


def keep(
    db: Database,
    home: Path,
    actor: Actor,
    files: Iterable[tuple[str, bytes, str]],
    at: datetime,
    *,
    case_id: int | None = None,
    form: str = "",
) -> tuple[Refusal, ...]:
    """Keep every good file among ``files`` until it is taken; why each of the others was not kept.

    A file is its name, its bytes, and what the browser said of it.
    """
    wrong: list[Refusal] = []
    good: list[Stored] = []
    room = MOST - len(uploads.waiting(db, actor.person_id))
    for name, data, said in files:
        if len(good) >= room:
            words = N_("“%(name)s”未上传：已有 %(n)s 个文件等待整理，请先分到各件")
            wrong.append(Refusal(words, field="files", name=name, n=MOST))
        elif refusal := attachments.refused(name, data):
            wrong.append(refusal)
        else:
            good.append(attachments.save(home, name, data, said))
    with writing(db):
        known = {(one.case_id, one.form, one.file.sha256) for one in uploads.waiting(db, actor.person_id)}
        for file in good:
            if (case_id, form, file.sha256) not in known:  # sent twice, it is one
                known.add((case_id, form, file.sha256))
                uploads.add(db, actor.person_id, case_id, form, file, at)
    return tuple(wrong)


def of_form(db: Database, actor: Actor, case_id: int, form: str) -> tuple[Upload, ...]:
    """What waits for this form of this case."""
    return tuple(one for one in uploads.waiting(db, actor.person_id) if (one.case_id, one.form) == (case_id, form))


def unsorted(db: Database, actor: Actor) -> tuple[Upload, ...]:
    """The photographs of a day that belong to no case yet."""
    return tuple(one for one in uploads.waiting(db, actor.person_id) if one.case_id is None)


def lay_aside(db: Database, actor: Actor, ids: Collection[int], at: datetime) -> None:
    """These are not wanted. Their bytes stay, their row says since when nobody waits for them."""
    with writing(db):
        uploads.settle(db, actor.person_id, ids, at)
