"""Who complained: encrypted where it lies, bound to its row, found again by a keyed index."""

from __future__ import annotations

import pytest

from tests.factories import NOW, make_case
from tests.office.entries import CONTACT, REPLY, entry_of
from tracker.office import closing, intake, stages
from tracker.rule.refusals import Refusal
from tracker.store import identity
from tracker.store.database import execute, row, value
from tracker.store.identity import Complainant
from tracker.store.register import DATABASE, attachments, open_register

NAME, PHONE = "金丝雀甲乙", "13800000777"


@pytest.fixture
def cases_of_two(register, make_actor):
    clerk = make_actor()
    return [
        make_case(register, clerk, name=name, phone=phone) for name, phone in ((NAME, PHONE), ("李四", "13800000778"))
    ]


def move(db, column, to_column="", *, of=1, to=2):
    execute(
        db,
        f"UPDATE complainant SET {to_column or column} = (SELECT {column} FROM complainant WHERE case_id = :of)"  # noqa: S608
        " WHERE case_id = :to",
        {"of": of, "to": to},
    )


def test_what_was_kept_is_read_back(register, cases_of_two):
    assert identity.get(register, cases_of_two[0].id) == Complainant(NAME, PHONE)
    assert identity.get(register, 99) == Complainant()


@pytest.mark.parametrize("column", ["name", "phone"])
def test_a_ciphertext_moved_to_another_case_does_not_open(register, cases_of_two, column):
    move(register, column)
    with pytest.raises(Refusal, match="打不开"):
        identity.get(register, cases_of_two[1].id)


def test_a_ciphertext_moved_to_another_field_does_not_open(register, cases_of_two):
    move(register, "phone", "name", of=1, to=1)
    with pytest.raises(Refusal, match="打不开"):
        identity.get(register, cases_of_two[0].id)


def test_a_single_bit_turned_does_not_open(register, cases_of_two):
    sealed = bytearray(row(register, "SELECT name FROM complainant WHERE case_id = 1")["name"])
    sealed[-1] ^= 1
    execute(register, "UPDATE complainant SET name = :name WHERE case_id = 1", {"name": bytes(sealed)})
    with pytest.raises(Refusal, match="打不开"):
        identity.get(register, cases_of_two[0].id)


def test_the_same_name_twice_is_two_ciphertexts(register, make_actor):
    clerk = make_actor()
    for _ in range(2):
        make_case(register, clerk, name=NAME)
    assert value(register, "SELECT count(DISTINCT name) FROM complainant") == 2


def test_the_same_phone_is_found_again_and_another_is_not(register, cases_of_two):
    assert identity.same_phone(register, PHONE) == (cases_of_two[0].id,)
    assert identity.same_phone(register, "021-5489 0000") == ()


def test_another_register_has_another_index(register, cases_of_two, tmp_path):
    """A list of all phone numbers, hashed, finds nobody: the index needs the key."""
    other = open_register(tmp_path / "other", NOW)
    assert identity.blind(other, PHONE) != identity.blind(register, PHONE)
    other.close()


def test_neither_name_nor_phone_lies_in_clear_in_the_files_of_the_register(register, home, make_actor):
    """Through a whole life of a case: database, write-ahead log, evidence, and all that is on the audit trail."""
    clerk, handler = make_actor(), make_actor(roles=("handler",))
    case = make_case(register, clerk, name=NAME, phone=PHONE, handler_id=handler.person_id)
    intake.reveal(register, handler, case.no, "回电核实", NOW)
    stages.record(register, attachments(home), handler, case.no, 1, CONTACT, entry_of(NOW), NOW)
    closing.reply(register, handler, case.no, 2, REPLY, NOW, "", NOW)
    identity.same_phone(register, PHONE)
    for token in (NAME.encode(), NAME.encode("utf-16-le"), PHONE.encode()):
        for path in home.rglob("*"):
            assert not path.is_file() or token not in path.read_bytes(), path
    register.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert NAME.encode() not in (home / DATABASE).read_bytes()
