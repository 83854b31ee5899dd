"""A few backups of the program at work on every build; `make faults` makes a hundred."""

from __future__ import annotations

import shutil
from contextlib import closing

import pytest

from tests.backups import back_up, dump, office_with_files
from tests.factories import NOW
from tests.faults import backup, backup_damage, backup_kills
from tests.faults.backup import Figures
from tests.faults.backup_damage import Damaged, Full
from tests.faults.backup_kills import Backups, Restores
from tests.faults.world import program
from tests.patience import wait_until
from tracker.store import manifest
from tracker.store.database import execute
from tracker.store.keys import load_key
from tracker.store.register import DATABASE, KEY, open_register

MOMENTS, KILLS = 3, 5
MINUTES_5 = 300


def spotless(found: Figures) -> None:
    """What every run must show, long or short."""
    assert found.lost == found.not_equal == 0, found
    assert found.torn == (), found
    assert max(found.slowest_backup, found.slowest_restore) < MINUTES_5, found
    assert found.files > found.backups, found


def all_whole(found: Backups) -> None:
    assert found.half == found.left == 0, found
    assert found.at_work > found.kills // 3, found


def old_or_new(found: Restores) -> None:
    assert found.half == found.not_mended == 0, found
    assert found.old + found.new + found.refused == found.kills, found
    assert found.at_work > found.kills // 3, found


@pytest.mark.slow
def test_backups_at_random_moments_hold_all_that_was_acknowledged_and_nothing_torn(home):
    spotless(backup.run(home, MOMENTS))


@pytest.mark.slow
def test_a_killed_backup_is_none(home):
    all_whole(backup_kills.kill_backups(home, KILLS))


@pytest.mark.slow
def test_a_killed_restore_leaves_the_old_register_or_the_new_one(home):
    old_or_new(backup_kills.kill_restores(home, KILLS))


@pytest.mark.slow
def test_a_disk_that_takes_no_more_leaves_nothing(home):
    assert backup_damage.fill_up(home, 3) == Full(3, 3, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["web", "schedule", "run"])
def test_no_restore_while_the_program_runs(home, tmp_path, name):
    with closing(open_register(home, NOW)) as db:
        folder = back_up(db, tmp_path / "usb").folder
    with program(home) as running:
        running.start(name)
        wait_until(lambda: running.log(name) and _refused(home, folder))
        running.kill(name)
    wait_until(lambda: not _refused(home, folder))


def _refused(home, folder):
    """Is it refused since somebody works there?"""
    process = backup.command("restore", folder, home=home)
    _out, said = process.communicate(timeout=60)
    assert process.returncode in (0, 1), said
    assert process.returncode == 0 or "is in use and cannot be restored" in said, said
    return process.returncode == 1


def test_each_kind_of_damage_is_found(home):
    assert backup_damage.spoil(home, 3) == Damaged(len(backup_damage.KINDS), 3, 0)


def test_damage_that_nothing_looks_for_would_be_seen(home):
    assert backup_damage.spoil(home, 1, check=lambda *_: None).not_found == len(backup_damage.KINDS)


@pytest.mark.slow
def test_a_copy_of_the_bare_file_would_be_seen_to_lose(home, tmp_path):
    """The file without what stands beside it: what an office does that copies tracker.db by hand."""
    with backup.at_work(home) as work:
        said = work.said()
        shutil.copy(home / DATABASE, tmp_path / "copy.db")
    assert "cases" not in (found := dump(tmp_path / "copy.db")) or backup.missing(found, home, said) > 0


@pytest.mark.slow
def test_a_row_too_many_or_too_few_would_be_seen(home, tmp_path):
    with backup.at_work(home) as work:
        usb = tmp_path / "usb"
        usb.mkdir()
        backup.done("backup", usb, home=home)
        said = work.said()
    (folder,) = usb.glob("tracker-*")
    whole = dump(folder / DATABASE)
    assert backup.wrong(whole) == []
    for table in ("cases", "deadline", "case_category", "complainant", "counter", "fact", "evidence", "audit"):
        assert backup.wrong({**whole, table: whole[table][:-1]}), table
        assert backup.wrong({**whole, table: [*whole[table], whole[table][0]]}), table
    assert backup.missing({**whole, "cases": []}, home, said) >= len(said.cases)
    end = backup.audit_of(home)
    assert backup.not_beginnings([backup.known(whole["audit"])], end) == []
    assert backup.not_beginnings([backup.known([{**one, "act": "x"} for one in whole["audit"]])], end) == [0]


def test_half_a_backup_under_its_name_would_be_seen(home):
    with closing(open_register(home, NOW)) as db:
        office_with_files(db)
        folder = back_up(db, home.parent / "usb").folder
    master = load_key(home / KEY)
    assert backup_kills._whole(folder, master)
    (folder / manifest.FILE).unlink()
    assert not backup_kills._whole(folder, master)


def test_a_register_that_is_neither_the_old_nor_the_new_would_be_seen(home):
    with closing(open_register(home, NOW)) as db:
        office_with_files(db)
    old = dump(home / DATABASE)
    assert backup_kills._stands(home, old, old) == "old"
    with closing(open_register(home, NOW)) as db:
        execute(db, "UPDATE setting SET value = 'y' WHERE key = 'name'")
    assert backup_kills._stands(home, old, old) == "half"
