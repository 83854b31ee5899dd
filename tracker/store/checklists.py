"""The points to look at, by category. What was looked at stands in the fact, in the words of its day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby

from sqlite_utils import Database

from tracker.store.database import execute, insert, rows

EVERY = "SELECT category, words FROM checklist_point ORDER BY category, n, id"
CLEAR = "DELETE FROM checklist_point WHERE category = :category"
ADD = "INSERT INTO checklist_point (category, n, words) VALUES (:category, :n, :words)"


def every(db: Database) -> dict[str, tuple[str, ...]]:
    """The points of each category that has any, by its code."""
    by_category = groupby(rows(db, EVERY), key=lambda r: r["category"])
    return {code: tuple(r["words"] for r in some) for code, some in by_category}


def of(db: Database, codes: Collection[str]) -> tuple[str, ...]:
    """The points of these categories, each once."""
    known = every(db)
    return tuple(dict.fromkeys(words for code in sorted(codes) for words in known.get(code, ())))


def put(db: Database, points: Mapping[str, tuple[str, ...]]) -> None:
    """These are the points of these categories from now on."""
    for code, some in points.items():
        execute(db, CLEAR, {"category": code})
        for n, words in enumerate(some, 1):
            insert(db, ADD, {"category": code, "n": n, "words": words})
