"""A hundred backups, fifty kills of each, and a register of a hundred thousand cases (make faults)."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from tests.backups import add_file, somebody
from tests.bench.register import fill
from tests.factories import NOW
from tests.faults import backup, backup_damage, backup_kills
from tests.faults.backup import done
from tests.faults.backup_damage import Damaged
from tests.faults.table import told
from tests.faults.test_backup import MINUTES_5, all_whole, old_or_new, spotless
from tracker.store import audit
from tracker.store.database import writing
from tracker.store.register import DATABASE, KEY

CASES, FILES = 100_000, 1_000


@dataclass(frozen=True)
class Large:
    """Seconds for a large register, first and with the files of the backup before it."""

    cases: int
    files: int
    megabytes: int
    backup: float
    again: float
    restore: float


def test_a_hundred_backups(home):
    found = backup.run(home, 100)
    told("backups at random moments under load, each restored", found)
    spotless(found)


def test_fifty_killed_backups(home):
    found = backup_kills.kill_backups(home, 50)
    told("SIGKILL of a backup", found)
    all_whole(found)


def test_fifty_killed_restores(home):
    found = backup_kills.kill_restores(home, 50)
    told("SIGKILL of a restore", found)
    old_or_new(found)


def test_fifty_times_each_damage(home):
    found = backup_damage.spoil(home, 50)
    told("damage to a backup", found)
    assert found == Damaged(len(backup_damage.KINDS), 50, 0)


def test_twenty_full_disks(home):
    found = backup_damage.fill_up(home, 20)
    told("a disk that takes no more", found)
    assert (found.refused, found.left) == (found.tries, 0), found


def test_a_large_register(home):
    usb = home.parent / "usb"
    usb.mkdir()
    with closing(fill(home, CASES)) as db:
        for first in range(0, CASES, 1000):
            with writing(db):
                for n in range(first, first + 1000):
                    audit.append(db, at=NOW, person_id=None, act="register", case_id=n + 1)
        for n in range(FILES):
            add_file(db, somebody(db), f"{n} " * 60_000)
    first, again = (done("backup", usb, "--keep", "1", home=home) for _ in range(2))
    (folder,) = usb.glob("tracker-*")
    back = done("restore", folder, "--key", home / KEY, home=home.parent / "fresh")
    figures = Large(
        CASES, FILES, (folder / DATABASE).stat().st_size >> 20, *(round(s, 1) for s in (first, again, back))
    )
    told("a large register backed up and restored", figures)
    assert max(first, again, back) < MINUTES_5, figures
