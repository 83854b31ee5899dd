"""Migration 5: what a closing came to. 实际解决 or 解释说明, and the mark of a model case."""

from __future__ import annotations

MIGRATION_5 = (
    "ALTER TABLE request ADD COLUMN settled TEXT NOT NULL DEFAULT ''"
    " CHECK (settled IN ('', '实际解决', '解释说明') AND (settled = '' OR kind = 'close'))",
    "ALTER TABLE request ADD COLUMN model INTEGER NOT NULL DEFAULT 0"
    " CHECK (model IN (0, 1) AND (model = 0 OR kind = 'close'))",
)
