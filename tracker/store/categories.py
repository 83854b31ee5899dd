"""The pollution categories: a code to type, the medium and the kind (11 大气 › 恶臭异味)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlite_utils import Database

from tracker.rule.refusals import N_
from tracker.store.database import rows

IN_USE = "SELECT code, parent, name FROM category WHERE active = 1 ORDER BY code"
OF_CASE = """
SELECT category.code, category.parent, category.name FROM case_category
JOIN category ON category.code = case_category.code WHERE case_category.case_id = :case_id ORDER BY category.code
"""

#: The words that a register begins with, for the catalogue of translations.
WORDS = (
    *(
        N_("大气"),
        N_("恶臭异味"),
        N_("餐饮油烟"),
        N_("扬尘"),
        N_("工业废气"),
        N_("烟粉尘"),
        N_("汽修喷漆"),
        N_("机动车"),
    ),
    *(N_("噪声"), N_("建筑施工"), N_("社会生活"), N_("工业"), N_("交通"), N_("夜间施工")),
    *(N_("水"), N_("工业废水"), N_("生活污水"), N_("黑臭河道")),
    *(N_("固废"), N_("生活垃圾"), N_("工业固废"), N_("危废"), N_("医废"), N_("建筑垃圾")),
    *(N_("辐射"), N_("电磁"), N_("电离"), N_("生态破坏"), N_("光"), N_("光污染"), N_("土壤")),
    *(N_("化学品"), N_("建设项目"), N_("其他")),
)


@dataclass(frozen=True)
class Category:
    code: str
    parent: str
    name: str


def in_use(db: Database) -> tuple[Category, ...]:
    """Those that may be chosen, by code."""
    return tuple(Category(r["code"], r["parent"], r["name"]) for r in rows(db, IN_USE))


def of_case(db: Database, case_id: int) -> tuple[Category, ...]:
    """Those of one case, by code."""
    return tuple(Category(r["code"], r["parent"], r["name"]) for r in rows(db, OF_CASE, {"case_id": case_id}))


def by_medium(found: Iterable[Category]) -> tuple[tuple[str, tuple[Category, ...]], ...]:
    """The same under their medium, in the order of the codes."""
    return tuple((medium, tuple(some)) for medium, some in groupby(found, key=lambda one: one.parent))
