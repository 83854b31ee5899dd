"""Where on the page of a case an owed act is done."""

from __future__ import annotations

import pytest

from tracker.rule.anchors import of_question, place


@pytest.mark.parametrize(
    ("rung", "limit", "kind", "where"),
    [
        ("dispatch", "", "", "#h-sign"),
        ("unsigned_24", "", "", "#h-sign"),
        ("late_3", "recheck", "", "#h-act"),
        ("late_3", "督办", "", ""),
        ("decide", "", "close", "#h-review"),
        ("decide_24", "contact", "backfill", "#h-backfill-contact"),
        ("decide_24", "", "redo", "#h-calls"),
        ("decide_24", "", "order", "#h-order"),
        ("redo", "", "", "#h-calls"),
        ("decided", "", "", ""),
    ],
)
def test_each_reminder_leads_to_its_act(rung, limit, kind, where):
    assert place(rung, limit, kind) == where


def test_each_question_leads_to_where_it_is_decided():
    assert of_question("extension", "") == "#h-review"
    assert of_question("backfill", "recheck") == "#h-backfill-recheck"
    assert of_question("redo", "") == "#h-calls"
