"""The audit trail: whatever is done to its rows behind the back of the program is found, and the row is named."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from tests.factories import NOW
from tracker.store import audit
from tracker.store.audit import Fault
from tracker.store.database import IntegrityError, execute, rows

SIZE = 12


@pytest.fixture
def trail(empty_register: Database) -> Database:
    """A register with a dozen records, and its append-only triggers taken off as an intruder would."""
    for n in range(SIZE):
        audit.append(empty_register, at=NOW, person_id=None, act="test", detail={"n": n})
    for (name,) in rows(empty_register, "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'"):
        execute(empty_register, f"DROP TRIGGER {name}")
    return empty_register


def test_a_trail_that_nobody_touched_holds(trail: Database) -> None:
    assert audit.verify(trail) is None
    assert audit.verify(trail, audit.head(trail)) is None


EDITS = {
    "at": "2026-06-17T02:24:01Z",
    "act": "other",
    "address": "198.51.100.7",
    "detail": '{"n": 5}',
    "mac": b"\0" * 32,
}


@pytest.mark.parametrize("seq", [1, 6, SIZE])
@pytest.mark.parametrize("column", EDITS)
def test_an_edited_field_is_found(trail: Database, column: str, seq: int) -> None:
    execute(trail, f"UPDATE audit SET {column} = :to WHERE seq = :seq", {"to": EDITS[column], "seq": seq})  # noqa: S608
    assert audit.verify(trail) == Fault(seq, "changed")


def test_a_record_ascribed_to_another_person_or_case_is_found(trail: Database, make_person) -> None:
    person = make_person()
    execute(trail, "UPDATE audit SET person_id = :id WHERE seq = 4", {"id": person.id})
    assert audit.verify(trail) == Fault(4, "changed")


@pytest.mark.parametrize("seq", [1, 6, SIZE - 1])
def test_a_deleted_record_is_found(trail: Database, seq: int) -> None:
    execute(trail, "DELETE FROM audit WHERE seq = :seq", {"seq": seq})
    assert audit.verify(trail) == Fault(seq, "missing")


def test_a_deleted_record_whose_number_was_closed_up_is_found(trail: Database) -> None:
    execute(trail, "DELETE FROM audit WHERE seq = 6")
    for seq in range(7, SIZE + 1):
        execute(trail, "UPDATE audit SET seq = :seq - 1 WHERE seq = :seq", {"seq": seq})
    assert audit.verify(trail) == Fault(6, "changed")


def test_two_records_in_another_order_are_found(trail: Database) -> None:
    execute(trail, "UPDATE audit SET seq = 99 WHERE seq = 5")
    execute(trail, "UPDATE audit SET seq = 5 WHERE seq = 6")
    execute(trail, "UPDATE audit SET seq = 6 WHERE seq = 99")
    assert audit.verify(trail) == Fault(5, "changed")


def test_a_trail_cut_short_is_found_by_a_head_kept_elsewhere(trail: Database) -> None:
    head = audit.head(trail)
    execute(trail, "DELETE FROM audit WHERE seq > 9")
    assert audit.verify(trail) is None
    assert audit.verify(trail, head) == Fault(10, "missing")


def test_a_trail_written_anew_from_a_record_on_is_found_by_the_head(trail: Database) -> None:
    head = audit.head(trail)
    execute(trail, "DELETE FROM audit WHERE seq = :seq", {"seq": SIZE})
    audit.append(trail, at=NOW, person_id=None, act="test", detail={"n": "another"})
    assert audit.verify(trail) is None
    assert audit.verify(trail, head) == Fault(SIZE, "changed")


def test_a_replaced_record_is_found(trail: Database) -> None:
    execute(
        trail,
        "REPLACE INTO audit SELECT seq, at, person_id, 'other', case_id, address, detail, mac FROM audit WHERE seq = 3",
    )
    assert audit.verify(trail) == Fault(3, "changed")


def test_a_record_of_another_register_does_not_fit(trail: Database) -> None:
    execute(trail, "UPDATE audit SET mac = (SELECT mac FROM audit WHERE seq = 2) WHERE seq = 3")
    assert audit.verify(trail) == Fault(3, "changed")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET act = 'other' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 1",
        "REPLACE INTO audit SELECT * FROM audit WHERE seq = 1",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 1",
    ],
)
def test_the_triggers_keep_the_program_itself_from_it(
    empty_register: Database, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.append(empty_register, at=NOW, person_id=None, act="test")
    with pytest.raises(IntegrityError, match="append-only"):
        execute(empty_register, statement)


def test_a_long_trail_is_read_piece_by_piece(empty_register: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    piece = audit.ALL.replace("5000", "4")
    monkeypatch.setattr(audit, "ALL", piece)
    for n in range(9):
        audit.append(empty_register, at=NOW, person_id=None, act="test", detail={"n": n})
    assert audit.verify(empty_register) is None
