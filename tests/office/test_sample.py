"""The sample office: a year that could have been, gone through by the acts of the program."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from tests.factories import NOW
from tracker.office import handlers, sample
from tracker.office.sample_facts import DEMANDS, NOT_MONITORED, RECHECK_NOTES, VISIT_NOTES, of_category
from tracker.office.sample_words import MATTERS, OTHER_KINDS, STREETS, WHERE
from tracker.rule.access import ROLES
from tracker.rule.stages import RULE_1
from tracker.store import audit, identity, overdue, people, streets
from tracker.store.database import rows, value
from tracker.store.register import SAMPLE, attachments_of, open_register
from tracker.store.schema_1_seed import CATEGORIES

#: Where calendars are odd: a new year, a holiday, a make-up day, midnight, the due instant, a leap day.
INSTANTS = (
    "2026-01-01T00:10",
    "2026-02-20T16:05",
    "2026-02-28T02:00",
    "2026-10-07T15:59",
    "2026-06-19T16:00",
    "2028-02-29T02:00",
)
MONTHS = 60


def built(home, at, days, monkeypatch):
    monkeypatch.setattr(sample, "DAYS", days)
    db = open_register(home, at, SAMPLE)
    sample.build(db, at)
    return db


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    db = open_register(tmp_path_factory.mktemp("year"), NOW, SAMPLE)
    sample.build(db, NOW)
    yield db
    db.close()


@pytest.mark.slow
def test_a_year_of_an_office_has_cases_in_every_state(year):
    def count(sql):
        return value(year, sql)

    assert 800 <= count("SELECT count(*) FROM cases") <= 1000
    assert 10 <= overdue.count_live(year, NOW) <= 14
    assert overdue.lights(year, NOW, RULE_1).near >= 2
    assert count("SELECT count(DISTINCT received_month) FROM cases") >= 12
    assert count("SELECT count(DISTINCT street_id) FROM cases") == len(STREETS) == 6
    assert count("SELECT count(DISTINCT unit_id) FROM cases") == 4
    assert count("SELECT count(DISTINCT channel) FROM cases") >= 10
    assert count("SELECT count(DISTINCT code) FROM case_category") >= 18
    for sql in (
        "SELECT count(*) FROM cases WHERE state = 'applied'",
        "SELECT count(*) FROM cases WHERE state = 'closed' AND round = 2",
        "SELECT count(*) FROM cases WHERE lead_case_id IS NOT NULL",
        "SELECT count(*) FROM cases WHERE anonymous = 1",
        "SELECT count(*) FROM cases WHERE rule_version IS NULL",
        "SELECT count(*) FROM cases WHERE state = 'open' AND next_limit = 'resolution'",
        "SELECT count(*) FROM cases WHERE next_limit = '12345热线应反'",
        "SELECT count(*) FROM deadline WHERE state = 'backfill'",
        "SELECT count(*) FROM deadline WHERE state = 'done' AND done_at >= due_at",
        "SELECT count(*) FROM deadline WHERE backfilled = 1",
        "SELECT count(*) FROM fact WHERE kind = 'attempt'",
        "SELECT count(*) FROM fact WHERE kind = 'undo'",
        "SELECT count(*) FROM fact WHERE body LIKE '%未联系上%'",
        "SELECT count(*) FROM fact WHERE body LIKE '%不适用%'",
        "SELECT count(*) FROM fact WHERE body LIKE '%继续整改%'",
        "SELECT count(*) FROM fact WHERE kind = 'backfill_decision' AND body LIKE '%\"confirmed\": false%'",
        "SELECT count(*) FROM request WHERE kind = 'end' AND decision IS NULL",
        "SELECT count(*) FROM request WHERE kind = 'end' AND decision = 'approved' AND ground = 'withdrawn'",
        "SELECT count(*) FROM request WHERE kind = 'end' AND decision = 'approved' AND ground = 'unfounded'",
        "SELECT count(*) FROM request WHERE kind = 'end' AND decision = 'refused'",
        "SELECT count(*) FROM reminder WHERE shown_at IS NOT NULL AND read_at IS NULL",
        "SELECT count(*) FROM reminder WHERE shown_at IS NULL AND withdrawn_at IS NULL",
        "SELECT count(*) FROM audit WHERE act = 'reveal'",
        "SELECT count(*) FROM audit WHERE act = 'urge'",
        "SELECT count(*) FROM request WHERE kind = 'extension' AND decision IS NULL",
        "SELECT count(*) FROM pause WHERE until IS NULL",
        "SELECT count(*) FROM callback WHERE outcome = '满意'",
    ):
        assert count(sql) > 0, sql
    assert count("SELECT count(*) FROM cases WHERE historic = 1") == 0


@pytest.mark.slow
def test_the_year_holds_together(year):
    assert audit.verify(year) is None
    assert value(year, "PRAGMA foreign_key_check") is None
    numbers = [r["no"] for r in rows(year, "SELECT no FROM cases ORDER BY registered_at, id")]
    for prefix in {number[:7] for number in numbers}:
        of_year = [number for number in numbers if number.startswith(prefix)]
        assert sorted(of_year) == [f"{prefix}{n:06d}" for n in range(1, len(of_year) + 1)]
    instants = [r["at"] for r in rows(year, "SELECT at FROM audit ORDER BY seq")]
    assert instants == sorted(instants)
    assert instants[-1] <= "2026-06-17T02:24:00Z"
    late = "SELECT count(*) FROM reminder WHERE shown_at IS NULL AND withdrawn_at IS NULL AND owed_at <= :at"
    assert value(year, late, {"at": "2026-06-17T02:24:00Z"}) == 0
    assert value(year, "SELECT count(*) FROM delivery") == 0
    folder = attachments_of(year)
    for found in rows(year, "SELECT DISTINCT sha256 FROM evidence"):
        assert (folder / found["sha256"][:2] / found["sha256"]).is_file()


@pytest.mark.slow
def test_every_citizen_is_invented_and_has_a_number_of_the_range_for_it(year):
    for found in rows(year, "SELECT case_id FROM complainant"):
        assert re.fullmatch(r"13800000\d{3}|", identity.get(year, found["case_id"]).phone)


@pytest.mark.slow
def test_the_same_instant_gives_the_same_year(tmp_path, monkeypatch):
    at = datetime(2026, 6, 17, 2, 24, tzinfo=UTC)
    told = []
    for name in ("a", "b"):
        db = built(tmp_path / name, at, MONTHS, monkeypatch)
        tables = ("cases", "deadline", "fact", "request", "reminder", "evidence")
        told.append({table: [tuple(r) for r in rows(db, f"SELECT * FROM {table} ORDER BY id")] for table in tables})  # noqa: S608
        db.close()
    for table in tables:
        assert told[0][table] == told[1][table], table


@pytest.mark.slow
@pytest.mark.parametrize("instant", INSTANTS)
def test_whenever_one_looks_some_are_late_and_the_rule_has_nothing_against_it(tmp_path, monkeypatch, instant):
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    db = built(tmp_path, at, MONTHS, monkeypatch)
    assert overdue.count_live(db, at) > 8
    assert audit.verify(db) is None
    db.close()


def test_a_build_that_fails_midway_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "DAYS", 2)
    db = open_register(tmp_path, NOW, SAMPLE)

    def fall(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(sample.raising, "tick", fall)
    with pytest.raises(ZeroDivisionError):
        sample.build(db, NOW)
    assert not people.anybody(db)
    db.close()


def test_a_short_sample_is_quick(tmp_path, monkeypatch):
    """Pages that are tested on the sample build three days of it."""
    began = process_time()
    db = built(tmp_path, NOW, 3, monkeypatch)
    assert process_time() - began < 5
    assert value(db, "SELECT count(*) FROM cases") > 3
    db.close()


def test_the_words_are_many_and_each_is_sound():
    texts = [text for matter in MATTERS for text in matter.texts] + [t for texts in OTHER_KINDS.values() for t in texts]
    assert len(set(texts)) == len(texts) >= 80
    known = {code for code, _, _ in CATEGORIES}
    for matter in MATTERS:
        assert set(matter.codes) <= known
        assert set(matter.units) <= set(WHERE)
        for text in matter.texts:
            assert "{unit}" not in text or matter.units
            assert not re.search(r"\{(?!unit|place|when)", text)
    assert {street for street, _ in WHERE.values()} <= set(STREETS)


def test_people_of_every_role_are_there_and_nobody_has_a_password(tmp_path, monkeypatch):
    db = built(tmp_path, NOW, 1, monkeypatch)
    held = [person.roles for person in people.everybody(db)]
    assert len(held) == 14
    assert set().union(*held) == set(ROLES)
    assert sum("supervisor" in roles for roles in held) == 2
    assert {people.password_hash(db, person.id) for person in people.everybody(db)} == {"!"}
    assert {person.email for person in people.everybody(db)} == {""}
    db.close()


def test_the_cases_are_given_to_whom_the_table_names(year):
    """But for those that were given to somebody else afterwards, on record."""
    named = """SELECT count(*) FROM cases JOIN handler_rule ON handler_rule.street_id = cases.street_id
        AND handler_rule.category IS NULL AND handler_rule.handler_id = cases.handler_id"""
    given = value(year, "SELECT count(*) FROM cases WHERE handler_id IS NOT NULL AND street_id IS NOT NULL")
    assert value(year, named) > given * 0.8
    assert value(year, "SELECT count(*) FROM audit WHERE act = 'register' AND detail GLOB '*by_table*'") > given * 0.5


def test_a_new_case_of_every_street_has_a_handler_proposed(tmp_path, monkeypatch):
    db = built(tmp_path, NOW, 1, monkeypatch)
    for street in streets.every(db):
        assert handlers.propose(db, street.id, ("21",)).handler
        assert handlers.propose(db, street.id, ("31",)).handler == "马骏"
    assert handlers.propose(db, None, ("31",)).handler == "马骏"
    db.close()


@pytest.mark.parametrize("code", [code for matter in MATTERS for code in matter.codes])
def test_what_is_found_and_asked_fits_the_category(code):
    said = " ".join((*of_category(VISIT_NOTES, code), *of_category(DEMANDS, code)))
    assert ("音响" in said) is (code == "22")
    assert ("油烟" in said) is (code == "12")
    assert ("施工许可" in said) is (code in ("21", "25"))


def test_only_what_was_put_right_is_said_to_be():
    assert [name for name, why in NOT_MONITORED.items() if "整改到位" in why] == ["已整改"]
    assert set(NOT_MONITORED) == set(RECHECK_NOTES)


def test_what_is_older_than_two_days_has_been_read(tmp_path, monkeypatch):
    db = built(tmp_path, NOW, 12, monkeypatch)
    oldest = value(db, "SELECT min(shown_at) FROM reminder WHERE shown_at IS NOT NULL AND read_at IS NULL")
    assert oldest > (NOW - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    db.close()
