"""Which features the office has switched on. Rows of `setting`: ``feature.KEY`` = ``1``."""

from __future__ import annotations

from collections.abc import Collection

from sqlite_utils import Database

from tracker.rule.features import FEATURES
from tracker.store.database import execute, rows, value

PREFIX = "feature."
SWITCHED_ON = "SELECT key FROM setting WHERE key GLOB 'feature.*' AND value = '1'"
IS_ON = "SELECT 1 FROM setting WHERE key = :key AND value = '1'"
PUT = "INSERT INTO setting (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def switched_on(db: Database) -> frozenset[str]:
    """The keys of all features that are on."""
    kept = {row["key"].removeprefix(PREFIX) for row in rows(db, SWITCHED_ON)}
    return frozenset(kept & FEATURES.keys())


def on(db: Database, key: str) -> bool:
    """Is the feature on? KeyError for one that does not exist."""
    return value(db, IS_ON, {"key": PREFIX + FEATURES[key].key}) is not None


def switch(db: Database, wanted: Collection[str]) -> None:
    """Switch these on and every other one off."""
    for key in FEATURES:
        execute(db, PUT, {"key": PREFIX + key, "value": "1" if key in wanted else "0"})
