"""What may be chosen for a case: the streets and pollution categories that the office has."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlite_utils import Database

from tracker.rule.refusals import N_, Refusal
from tracker.store.database import value

IS_STREET = "SELECT EXISTS (SELECT 1 FROM street WHERE id = :id)"
ARE_CATEGORIES = "SELECT count(*) FROM category WHERE code IN (SELECT value FROM json_each(:codes))"


def unknown(db: Database, street_id: int | None, codes: tuple[str, ...]) -> Iterator[Refusal]:
    """Refuse a street and pollution categories that the office does not have."""
    if street_id is not None and not value(db, IS_STREET, {"id": street_id}):
        yield Refusal(N_("没有这个街道，请另选"), field="street")
    if codes and value(db, ARE_CATEGORIES, {"codes": json.dumps(codes)}) != len(set(codes)):
        yield Refusal(N_("没有这个污染类别：%(codes)s，请另选"), field="categories", codes=" ".join(codes))
