"""Two hundred random tamperings with the audit trail of an office at work: every one is found."""

from __future__ import annotations

import random

import pytest

from tests.factories import NOW, make_case
from tracker.office import intake
from tracker.store import audit
from tracker.store.audit import Fault
from tracker.store.database import execute, row, rows
from tracker.store.keys import bind

SEED = 20260617
TAMPERINGS = 200
#: What may be written over each column of a record; every value differs from what the trail below holds.
EDITS = {
    "at": "'2026-06-16T00:00:00Z'",
    "person_id": "2",
    "act": "'register2'",
    "case_id": "NULL",
    "address": "'10.0.0.9'",
    "detail": '\'{"no":"XH2026-000000"}\'',
    "mac": "zeroblob(32)",
}


@pytest.fixture
def trail(register, make_actor):
    """60 records about 20 cases."""
    clerk, _ = make_actor(), make_actor()
    for _ in range(20):
        case = make_case(register, clerk, name="张三")
        for reason in ("回电核实", "核对号码"):
            intake.reveal(register, clerk, case.no, reason, NOW)
    assert audit.verify(register) is None
    return register


def edit(db, seq, draw):
    column = draw.choice(sorted(EDITS))
    execute(db, f"UPDATE audit SET {column} = {EDITS[column]} WHERE seq = :seq", {"seq": seq})  # noqa: S608
    return Fault(seq, "changed")


def delete(db, seq, _):
    execute(db, "DELETE FROM audit WHERE seq = :seq", {"seq": seq})
    return Fault(seq, "missing")


def delete_and_close_the_gap(db, seq, _):
    delete(db, seq, _)
    execute(db, "UPDATE audit SET seq = -seq WHERE seq > :seq", {"seq": seq})
    execute(db, "UPDATE audit SET seq = -seq - 1 WHERE seq < 0")
    return Fault(seq, "changed")


def swap(db, seq, draw):
    other = draw.choice([n for n in range(1, 60) if n != seq])
    for old, new in ((seq, 1000), (other, seq), (1000, other)):
        execute(db, "UPDATE audit SET seq = :new WHERE seq = :old", {"old": old, "new": new})
    return Fault(min(seq, other), "changed")


def replace(db, seq, _):
    columns = "seq, at, person_id, 'reveal', case_id, address, '{}', mac"
    execute(db, f"INSERT OR REPLACE INTO audit SELECT {columns} FROM audit WHERE seq = :seq", {"seq": seq})  # noqa: S608
    return Fault(seq, "changed")


def truncate(db, seq, _):
    execute(db, "DELETE FROM audit WHERE seq >= :seq", {"seq": seq})
    return Fault(seq, "missing")


def insert_between(db, seq, _):
    execute(db, "UPDATE audit SET seq = -seq WHERE seq >= :seq", {"seq": seq})
    execute(db, "UPDATE audit SET seq = 1 - seq WHERE seq < 0")
    columns = "seq - 1, at, person_id, act, case_id, address, detail, mac"
    execute(db, f"INSERT INTO audit SELECT {columns} FROM audit WHERE seq = :next", {"next": seq + 1})  # noqa: S608
    return Fault(seq + 1, "changed")


def forge_a_record(db, seq, draw):
    """Appended with a seal that somebody without the key had to make up."""
    columns = "61, at, person_id, act, case_id, address, detail, :mac"
    fields = {"mac": draw.randbytes(32), "seq": seq}
    execute(db, f"INSERT INTO audit SELECT {columns} FROM audit WHERE seq = :seq", fields)  # noqa: S608
    return Fault(61, "changed")


WAYS = (edit, delete, delete_and_close_the_gap, swap, replace, truncate, insert_between, forge_a_record)


def test_two_hundred_random_tamperings_are_found_and_their_row_is_named(trail):
    """By somebody who has the file and may drop triggers; the head was written down elsewhere."""
    draw = random.Random(SEED)
    head = audit.head(trail)
    assert head is not None
    assert head[0] == 60
    missed = []
    for n in range(TAMPERINGS):
        way = WAYS[n % len(WAYS)]
        trail.conn.execute("BEGIN IMMEDIATE")
        # The checks of the schema would refuse some of it; a file editor asks no schema.
        execute(trail, "PRAGMA ignore_check_constraints=1")
        for trigger in ("audit_no_update", "audit_no_delete"):
            execute(trail, f"DROP TRIGGER {trigger}")
        expected = way(trail, draw.randint(1, 59), draw)
        found = audit.verify(trail, head)
        if found != expected:
            missed.append((n, way.__name__, expected, found))
        trail.conn.execute("ROLLBACK")
    assert missed == []
    assert audit.verify(trail, head) is None


@pytest.mark.parametrize("way", [edit, delete, swap, replace, truncate], ids=lambda way: way.__name__)
def test_by_sql_alone_the_trail_cannot_be_touched(trail, way):
    with pytest.raises(Exception, match="append-only"):
        way(trail, 30, random.Random(SEED))
    assert audit.verify(trail, audit.head(trail)) is None


def test_a_trail_that_is_gone_is_found_by_the_head(trail):
    head = audit.head(trail)
    execute(trail, "DROP TRIGGER audit_no_delete")
    execute(trail, "DELETE FROM audit")
    assert audit.verify(trail, head) == Fault(1, "missing")


def test_an_empty_trail_holds(empty_register):
    assert audit.verify(empty_register) is None
    assert audit.head(empty_register) is None


def test_without_the_key_nothing_verifies(trail):
    bind(trail, b"another key, of thirty-two bytes")
    assert audit.verify(trail) == Fault(1, "changed")


def test_a_record_is_in_the_transaction_of_its_act(trail):
    before = audit.head(trail)
    with pytest.raises(Exception, match="没有这个编号"):
        intake.reveal(trail, object.__new__(object), "XH2026-009999", "回电核实", NOW)
    assert audit.head(trail) == before


def test_records_follow_one_another_without_gaps(trail):
    assert [r["seq"] for r in rows(trail, "SELECT seq FROM audit ORDER BY seq")] == list(range(1, 61))
    assert row(trail, "SELECT count(DISTINCT mac) AS n FROM audit")["n"] == 60


def test_no_record_holds_who_complained(trail):
    assert rows(trail, "SELECT 1 FROM audit WHERE detail LIKE '%张三%' OR detail LIKE '%13800000000%'") == []
