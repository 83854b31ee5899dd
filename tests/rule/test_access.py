"""Which role may do what, on which cases: the table of SECURITY.md, line by line."""

from __future__ import annotations

import pytest

from tracker.rule.access import ACTS, ROLES, NotAllowed, check, may, reach

#: act: how far clerk, handler and supervisor reach; admin and auditor reach no case.
TABLE = {
    "register": ("office", "", "office"),
    "see": ("office", "own", "office"),
    "triage": ("office", "own", "office"),
    "sign": ("", "own", "office"),
    "reassign": ("office", "", "office"),
    "parties": ("office", "own", "office"),
    "lead": ("", "", "office"),
    "visit": ("", "own", "office"),
    "contact": ("office", "own", "office"),
    "stage": ("", "own", "office"),
    "note": ("office", "own", "office"),
    "undo": ("office", "own", "office"),
    "reply": ("", "own", "office"),
    "hand_back": ("office", "own", "office"),
    "ask_end": ("", "own", "office"),
    "apply_close": ("", "own", "office"),
    "ask_move": ("", "own", "office"),
    "resume": ("", "own", "office"),
    "clock": ("office", "own", "office"),
    "clock_change": ("", "", "office"),
    "correct": ("", "", "office"),
    "refuse": ("office", "own", "office"),
    "accept": ("office", "", "office"),
    "classify": ("office", "own", "office"),
    "return_order": ("office", "own", "office"),
    "come_back": ("", "", "office"),
    "decide": ("", "", "office"),
    "backfill": ("", "", "office"),
    "urge": ("", "", "office"),
    "supervise": ("", "", "office"),
    "answer": ("", "own", "office"),
    "card": ("", "", "office"),
    "warn": ("", "", "office"),
    "spot": ("", "", "office"),
    "revisit": ("", "own", "office"),
    "reopen": ("", "", "office"),
    "callback": ("office", "", "office"),
    "join": ("office", "own", "office"),
    "penalty": ("", "own", "office"),
    "units": ("", "", "office"),
    "archive": ("", "", "office"),
    "group": ("office", "own", "office"),
    "reorder": ("office", "", "office"),
    "resend": ("", "", "office"),
    "reveal": ("own", "own", "office"),
}


def test_every_act_stands_in_the_table():
    assert set(ACTS) == set(TABLE)


@pytest.mark.parametrize("act", TABLE)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_as_far_as_the_table_says(role, act):
    expected = dict(zip(("clerk", "handler", "supervisor"), TABLE[act], strict=True)).get(role, "")
    one = frozenset({role})
    assert reach(one, act) == expected
    assert may(one, act, own=True) == (expected != "")
    assert may(one, act, own=False) == (expected == "office")


def test_roles_add_up():
    both = frozenset({"handler", "clerk"})
    assert reach(both, "contact") == "office"
    assert reach(both, "stage") == "own"
    assert reach(frozenset(), "see") == ""


def test_the_administrator_and_the_auditor_see_no_complaint():
    for role in ("admin", "auditor"):
        assert not any(may(frozenset({role}), act, own=True) for act in ACTS)


def test_a_refusal_names_the_act():
    with pytest.raises(NotAllowed, match="记录办理阶段"):
        check(frozenset({"clerk"}), "stage", own=True)
