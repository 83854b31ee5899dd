"""Historic cases that no reply has closed, counted where the live list leaves them out."""

from __future__ import annotations

from datetime import timedelta

from sqlite_utils import Database

from tests.store.test_overdue import CONTACT_DUE, RECEIVED, SECOND, make_case, plan
from tracker.rule.stages import RULE_1
from tracker.store import historic, overdue
from tracker.store.database import value, writing

SILENT = {stage.key: "unrecorded" for stage in RULE_1.stages[:3]}


def test_only_an_open_historic_case_past_its_limit_is_counted(empty_register: Database) -> None:
    answered = CONTACT_DUE + timedelta(days=1)
    with writing(empty_register):
        make_case(empty_register)
        make_case(empty_register, states=SILENT, historic=True)
        make_case(
            empty_register,
            done={"resolution": answered},
            states=SILENT,
            historic=True,
            state="closed",
            closed_at=answered,
        )
    due = value(empty_register, "SELECT max(due_at) FROM deadline")
    at = RECEIVED + timedelta(days=60)
    first = overdue.as_of(empty_register, at)[-1].due_at
    assert due == first.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [historic.count_late(empty_register, first + step) for step in (-SECOND, 0 * SECOND)] == [0, 1]


def test_the_count_reads_only_the_index_of_such_cases(empty_register: Database) -> None:
    cases, *rest = plan(empty_register, historic.LATE)
    assert "USING" in cases
    assert "INDEX cases_historic" in cases
    assert rest[-1].startswith("SEARCH deadline")
