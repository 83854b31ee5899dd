"""Prepared replies, replies handed back to their source, and what waits for its reply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.store.database import execute, insert, rows, shaped, value

EVERY = """
SELECT reply_template.id, reply_template.name, reply_template.category, reply_template.text, reply_template.active,
    category.name AS category_name
FROM reply_template LEFT JOIN category ON category.code = reply_template.category
ORDER BY reply_template.active DESC, reply_template.category IS NULL, reply_template.category, reply_template.name
"""
ADD = "INSERT INTO reply_template (name, category, text, active) VALUES (:name, :category, :text, :active)"
CHANGE = """
UPDATE reply_template SET name = :name, category = :category, text = :text, active = :active WHERE id = :id
"""
#: Two templates may change names with each other.
ASIDE = "UPDATE reply_template SET name = ' ' || id || name"

GIVE = "INSERT INTO hand_back (case_id, round, at, by) VALUES (:case_id, :round, :at, :by)"
GIVEN = "SELECT at FROM hand_back WHERE case_id = :case_id AND round = :round"

# What was given with the reply stands in its fact, what went back later in hand_back.
REPLIED = """
EXISTS (SELECT 1 FROM fact WHERE fact.case_id = cases.id AND fact.round = cases.round AND fact.kind = 'reply'
    AND NOT EXISTS (SELECT 1 FROM fact AS later WHERE later.undoes = fact.id AND later.kind = 'undo'))
"""
LINE = """
SELECT cases.no, cases.title, cases.channel, cases.received_at, cases.state, street.name AS street,
    person.name AS handler,
    (SELECT due_at FROM deadline WHERE deadline.case_id = cases.id AND deadline.key = 'resolution'
        ORDER BY deadline.round DESC LIMIT 1) AS due_at
FROM cases LEFT JOIN street ON street.id = cases.street_id LEFT JOIN person ON person.id = cases.handler_id
"""
MINE = "AND (:person_id IS NULL OR cases.handler_id = :person_id)"
# The words of the index cases_open come first: it alone is read.
OPEN = "cases.state IN ('open', 'applied') AND cases.state = 'open'"
NOT_REPLIED = f"WHERE {OPEN} AND cases.historic = 0 AND NOT {REPLIED} {MINE}"
UNREPLIED = f"{LINE} {NOT_REPLIED} ORDER BY due_at IS NULL, due_at, cases.id LIMIT :size"
UNREPLIED_COUNT = f"SELECT count(*) FROM cases {NOT_REPLIED}"  # noqa: S608
NOT_BACK = f"""
WHERE cases.state IN ('open', 'applied') AND cases.historic = 0 AND cases.source_no IS NOT NULL
AND EXISTS (SELECT 1 FROM fact WHERE fact.case_id = cases.id AND fact.round = cases.round AND fact.kind = 'reply'
    AND json_extract(fact.body, '$.handed_back') = 0)
AND NOT EXISTS (SELECT 1 FROM hand_back WHERE hand_back.case_id = cases.id AND hand_back.round = cases.round) {MINE}
"""  # noqa: S608
WAITING_BACK = f"{LINE} {NOT_BACK} ORDER BY cases.id LIMIT :size"
WAITING_BACK_COUNT = f"SELECT count(*) FROM cases {NOT_BACK}"  # noqa: S608


@dataclass(frozen=True)
class Template:
    """One prepared reply. ``category`` is a code, None for all; a new one has an id below 1."""

    id: int
    name: str
    category: str | None
    text: str
    active: bool = True
    category_name: str = ""


@dataclass(frozen=True)
class Waiting:
    """A case whose citizen, or whose source, waits for the reply. ``due_at``: by when its stages were to be done."""

    no: str
    title: str
    channel: str
    received_at: datetime
    state: str
    street: str
    handler: str
    due_at: datetime | None


def templates(db: Database) -> tuple[Template, ...]:
    """All of them, those in use first, those of a category before those for all."""
    names = ("id", "name", "category", "text")
    return tuple(Template(**shaped(r, names, texts=("category_name",), flags=("active",))) for r in rows(db, EVERY))


def put(db: Database, wanted: Iterable[Template]) -> None:
    """Keep these as they are now; those with an id below 1 are new."""
    execute(db, ASIDE)
    for one in wanted:
        kept = {"name": one.name, "category": one.category, "text": one.text, "active": int(one.active)}
        if one.id > 0:
            execute(db, CHANGE, {**kept, "id": one.id})
        else:
            insert(db, ADD, kept)


def hand_back(db: Database, case_id: int, round_: int, at: datetime, by: int) -> None:
    """The source has the reply of this round since ``at``."""
    insert(db, GIVE, {"case_id": case_id, "round": round_, "at": to_text(at), "by": by})


def handed_back(db: Database, case_id: int, round_: int) -> bool:
    """Was the reply of this round handed back after it was given?"""
    return value(db, GIVEN, {"case_id": case_id, "round": round_}) is not None


def unreplied(db: Database, person_id: int | None, size: int) -> tuple[tuple[Waiting, ...], int]:
    """The open cases without a reply, the most pressing first, and how many there are; of one handler, or of all."""
    return _waiting(db, UNREPLIED, UNREPLIED_COUNT, person_id, size)


def not_handed_back(db: Database, person_id: int | None, size: int) -> tuple[tuple[Waiting, ...], int]:
    """The cases under way whose reply has not gone back to the source that sent them, the oldest first."""
    return _waiting(db, WAITING_BACK, WAITING_BACK_COUNT, person_id, size)


def _waiting(db: Database, lines: str, count: str, person_id: int | None, size: int) -> tuple[tuple[Waiting, ...], int]:
    names, instants, texts = ("no", "title", "channel", "state"), ("received_at", "due_at"), ("street", "handler")
    found = rows(db, lines, {"person_id": person_id, "size": size})
    shown = tuple(Waiting(**shaped(r, names, instants=instants, texts=texts)) for r in found)
    return shown, int(value(db, count, {"person_id": person_id}))
