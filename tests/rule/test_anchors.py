"""The address of the act that a reminder asks for."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tracker.rule.anchors import ACTS, to_act, to_limit, to_question, way


@pytest.mark.parametrize(
    ("rung", "limit", "kind", "act"),
    [
        ("dispatch", "", "", "sign"),
        ("unsigned_24", "", "", "sign"),
        ("late_entry", "", "", "next"),
        ("late_3", "recheck", "", "recheck"),
        ("before_2", "contact", "", "contact"),
        ("urge", "inspection", "", "inspection"),
        ("urge", "", "", "next"),
        ("decide", "", "close", "decide-close"),
        ("decide_24", "", "order_return", "decide-order_return"),
        ("redo", "", "", "decide-redo"),
        ("decided", "contact", "", "next"),
        ("card", "", "", "next"),
        ("a rung of a later version", "", "", "next"),
    ],
)
def test_each_reminder_leads_to_its_act(rung, limit, kind, act):
    assert way("X", rung, limit, kind) == f"/case/X/do/{act}"
    assert act in ACTS


@pytest.mark.parametrize("name", ["督办#2", "12345热线应反", "a&b=c d", "sign", "100%"])
def test_a_limit_from_outside_goes_by_its_name_whatever_it_is_called(name):
    address = urlsplit(to_limit("X", name))
    assert (address.path, parse_qs(address.query), address.fragment) == ("/case/X/do/clock", {"of": [name]}, "")
    assert way("X", "late_1", name) == to_limit("X", name)


def test_a_late_entry_is_one_of_its_stage():
    assert way("X", "decide", "recheck", "backfill") == "/case/X/do/decide-backfill?of=recheck"
    assert to_question("X", "extension", "recheck") == "/case/X/do/decide-extension"
    assert to_question("X", "backfill") == "/case/X/do/decide-backfill"
    assert to_act("X", "note") == "/case/X/do/note"
