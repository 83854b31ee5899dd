"""The ladder in the register: the default one to begin with, and every version kept."""

from __future__ import annotations

import pytest

from tests.factories import NOW, add_person
from tracker.clock import to_text
from tracker.rule.ladder import LADDER, Rung
from tracker.store import ladder, schema
from tracker.store.database import IntegrityError, connect, execute


def test_a_register_begins_with_the_default_ladder(register):
    assert ladder.rungs(register) == LADDER
    assert [(one.version, one.at, one.by) for one in ladder.versions(register)] == [(1, None, "")]


def test_a_new_version_holds_and_the_former_ones_are_kept(register, make_person):
    me = make_person(roles=("admin",), name="李敏")
    rows = (Rung("limit", "late", 2, ("handler", "duty"), "疑难", ("mail", "wecom"), urgent=True, active=False),)
    assert ladder.add(register, rows, NOW, me.id) == 2
    assert ladder.rungs(register) == rows
    assert ladder.rungs(register, 1) == LADDER
    assert ladder.rungs(register, 9) == ()
    ladder.add(register, ladder.rungs(register, 1), NOW, me.id, restores=1)
    assert [(one.version, one.by, one.restores) for one in ladder.versions(register)][:2] == [
        (3, "李敏", 1),
        (2, "李敏", None),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ladder_rung SET offset = 2",
        "DELETE FROM ladder_rung",
        "DELETE FROM ladder",
        "INSERT INTO ladder_rung (version, place, subject, anchor, offset) VALUES (1, 99, 'limit', 'late', 9)",
        "INSERT INTO ladder_rung (version, place, subject, anchor, offset, handler) VALUES (1, 99, 'x', 'late', 9, 1)",
        "INSERT INTO ladder (version) VALUES (2)",
        "INSERT INTO ladder (version, at, by, restores) VALUES (2, '2026-06-17T02:24:00Z', 1, 2)",
    ],
)
def test_what_may_not_be_is_refused_by_the_schema(register, make_person, statement):
    make_person()
    with pytest.raises(IntegrityError):
        execute(register, statement)


def test_a_register_of_before_keeps_its_rows_and_gets_those_of_a_visit_in_every_version(tmp_path, monkeypatch):
    db = connect(tmp_path / "old.db")
    before = {number: one for number, one in schema.MIGRATIONS.items() if number < 20}
    with monkeypatch.context() as then:
        then.setattr(schema, "MIGRATIONS", before)
        schema.migrate(db, to_text(NOW))
    add_person(db)
    execute(db, "INSERT INTO ladder (at, by) VALUES (:at, 1)", {"at": to_text(NOW)})
    row = "(version, place, subject, anchor, offset, leader) VALUES (2, 0, 'outside', 'late', 5, 1)"
    execute(db, f"INSERT INTO ladder_rung {row}")
    schema.migrate(db, to_text(NOW))
    assert ladder.rungs(db, 1) == LADDER
    visits = tuple(rung for rung in LADDER if rung.subject == "revisit")
    assert ladder.rungs(db, 2) == (Rung("outside", "late", 5, ("leader",)), *visits)
