"""The pollution categories: a code to type, the medium and the kind (11 大气 › 恶臭异味)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlite_utils import Database

from tracker.store.database import rows

IN_USE = "SELECT code, parent, name FROM category WHERE active = 1 ORDER BY code"
OF_CASE = """
SELECT category.code, category.parent, category.name FROM case_category
JOIN category ON category.code = case_category.code WHERE case_category.case_id = :case_id ORDER BY category.code
"""


@dataclass(frozen=True)
class Category:
    code: str
    parent: str
    name: str


def told(name: str, translate: Callable[[str], str]) -> str:
    """``大气·恶臭异味``, as a list names a category, in another language."""
    return "·".join(map(translate, name.split("·")))


def in_use(db: Database) -> tuple[Category, ...]:
    """Those that may be chosen, by code."""
    return tuple(Category(r["code"], r["parent"], r["name"]) for r in rows(db, IN_USE))


def of_case(db: Database, case_id: int) -> tuple[Category, ...]:
    """Those of one case, by code."""
    return tuple(Category(r["code"], r["parent"], r["name"]) for r in rows(db, OF_CASE, {"case_id": case_id}))


def by_medium(found: Iterable[Category]) -> tuple[tuple[str, tuple[Category, ...]], ...]:
    """The same under their medium, in the order of the codes."""
    return tuple((medium, tuple(some)) for medium, some in groupby(found, key=lambda one: one.parent))
