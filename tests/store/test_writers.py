"""Several processes at one register: web workers, scheduler and command line write at the same time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import NOW, add_street
from tracker.store import audit, schema
from tracker.store.database import connect, rows, value
from tracker.store.register import DATABASE, open_register

TOP = Path(__file__).resolve().parents[2]
WRITERS, CASES = 8, 200

WRITER = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.factories import NOW, make_case
from tracker.office.actors import actor_for
from tracker.store import people
from tracker.store.register import open_register

home, writer, writers, cases = Path(sys.argv[1]), *map(int, sys.argv[2:])
db = open_register(home, NOW)
clerk = actor_for(people.with_role(db, "clerk")[0])
print("ready", flush=True)
sys.stdin.readline()
for n in range(writer, cases, writers):
    print(make_case(db, clerk, NOW + timedelta(seconds=n), source_no=f"S{n}").no, flush=True)
"""

STARTER = """
import sys
from pathlib import Path
from tests.factories import NOW
from tracker.store.register import open_register

print("ready", flush=True)
sys.stdin.readline()
db = open_register(Path(sys.argv[1]), NOW)
db.close()
"""


def at_once(code, *arguments):
    """Run ``code`` once for each of the arguments, all from the same moment; what each wrote."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = [subprocess.Popen([sys.executable, "-c", code, *map(str, a)], cwd=TOP, **pipes) for a in arguments]
    for process in started:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * len(started), ended
    return [out.split() for out, _ in ended]


@pytest.mark.slow
def test_eight_writers_number_two_hundred_cases_without_gaps_or_doubles(register, home, make_actor):
    make_actor(roles=("clerk",))
    add_street(register)
    told = at_once(WRITER, *((home, n, WRITERS, CASES) for n in range(WRITERS)))
    acknowledged = sorted(no for numbers in told for no in numbers)
    assert acknowledged == [f"XH2026-{n:06d}" for n in range(1, CASES + 1)]
    assert [r["no"] for r in rows(register, "SELECT no FROM cases ORDER BY no")] == acknowledged
    assert value(register, "SELECT last FROM counter") == CASES
    assert value(register, "SELECT count(DISTINCT source_no) FROM cases") == CASES
    assert value(register, "SELECT count(*) FROM deadline") == 4 * CASES
    assert audit.verify(register) is None
    assert value(register, "SELECT count(*) FROM audit WHERE act = 'register'") == CASES


def test_four_processes_that_start_at_once_migrate_once(tmp_path):
    at_once(STARTER, *([tmp_path / "home"] for _ in range(4)))
    db = open_register(tmp_path / "home", NOW)
    assert [r["number"] for r in rows(db, "SELECT number FROM migration")] == sorted(schema.MIGRATIONS)
    assert value(db, "SELECT count(*) FROM rule") == 1
    assert value(db, "PRAGMA integrity_check") == "ok"
    db.close()


def test_a_migration_that_fails_midway_leaves_the_register_as_it_was(tmp_path, monkeypatch):
    db = connect(tmp_path / DATABASE)
    broken = (*schema.MIGRATIONS[1][:3], "CREATE TABLE broken (")
    monkeypatch.setattr(schema, "MIGRATIONS", {1: broken})
    with pytest.raises(Exception, match="incomplete input"):
        schema.migrate(db, "2026-06-17T02:24:00Z")
    assert rows(db, "SELECT name FROM sqlite_master") == []
    monkeypatch.undo()
    assert schema.migrate(db, "2026-06-17T02:24:00Z") == tuple(sorted(schema.MIGRATIONS))
    db.close()
