"""docs/acts.md is the table of acts and roles as the code has it."""

from __future__ import annotations

from tests import acts_table
from tracker.rule.access import ACTS


def test_the_table_of_acts_and_roles_is_the_codes() -> None:
    assert acts_table.FILE.read_text("utf-8") == acts_table.text(), "make docs writes it anew"


def test_every_act_stands_in_the_table_under_its_english_name() -> None:
    words = acts_table.english()
    assert [act.key for act in ACTS.values() if not words.get(act.name)] == []
