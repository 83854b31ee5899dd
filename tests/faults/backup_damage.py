"""What may become of a backup on its stick, and whether it is found; and a disk that takes no more."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.backups import back_up, damage, names, office_with_files
from tests.factories import NOW
from tests.faults.world import TOP
from tracker.rule.refusals import Refusal
from tracker.store import backups
from tracker.store.keys import load_key
from tracker.store.manifest import FILE
from tracker.store.register import DATABASE, KEY, open_register

FILES = 5
Spoil = Callable[[Path, Path, random.Random], None]


@dataclass(frozen=True)
class Damaged:
    """Kinds of damage, how often each was done, and how often it was not found."""

    kinds: int
    times: int
    not_found: int


@dataclass(frozen=True)
class Full:
    """Backups onto a disk that takes no more than so much: refused in one sentence, and how many left anything."""

    tries: int
    refused: int
    left: int


def _a_file(folder: Path, dice: random.Random) -> Path:
    return dice.choice(sorted(path for path in backups.attachments(folder).rglob("*") if path.is_file()))


def _flip_a_byte(folder: Path, _other: Path, dice: random.Random) -> None:
    damage(folder / DATABASE, dice.randrange((folder / DATABASE).stat().st_size))


def _flip_a_byte_of_a_file(folder: Path, _other: Path, dice: random.Random) -> None:
    path = _a_file(folder, dice)
    damage(path, dice.randrange(path.stat().st_size))


def _truncate_a_file(folder: Path, _other: Path, dice: random.Random) -> None:
    path = _a_file(folder, dice)
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[: dice.randrange(len(data))])


def _lose_a_file(folder: Path, _other: Path, dice: random.Random) -> None:
    _a_file(folder, dice).unlink()


def _swap_the_register(folder: Path, other: Path, _dice: random.Random) -> None:
    shutil.copy(other / DATABASE, folder / DATABASE)


def _swap_the_register_and_its_hash(folder: Path, other: Path, dice: random.Random) -> None:
    _swap_the_register(folder, other, dice)
    told = json.loads((folder / FILE).read_text())
    data = (folder / DATABASE).read_bytes()
    (folder / FILE).write_text(json.dumps({**told, "sha256": sha256(data).hexdigest(), "size": len(data)}))


def _edit_the_list(folder: Path, _other: Path, dice: random.Random) -> None:
    told = json.loads((folder / FILE).read_text())
    name = dice.choice(sorted(set(told) - {"seal"}))
    value = told[name]
    others = {str: "x", bool: not value, int: 0, list: [1], dict: {"x": 1}}
    (folder / FILE).write_text(json.dumps({**told, name: others[type(value)]}))


def _cut_the_list(folder: Path, _other: Path, dice: random.Random) -> None:
    data = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(data[: dice.randrange(len(data))])


KINDS: tuple[Spoil, ...] = (
    _flip_a_byte,
    _flip_a_byte_of_a_file,
    _truncate_a_file,
    _lose_a_file,
    _swap_the_register,
    _swap_the_register_and_its_hash,
    _edit_the_list,
    _cut_the_list,
)


def spoil(home: Path, times: int, seed: int = 1, check: Callable[[Path, bytes], object] = backups.check) -> Damaged:
    """Do each kind of damage so often to a copy of a whole backup; ``check`` is what must find it."""
    dice, usb, missed = random.Random(seed), home.parent / "usb", 0
    with closing(open_register(home, NOW)) as db:
        office_with_files(db, FILES)
        folder, other = (back_up(db, usb).folder for _ in range(2))
    master = load_key(home / KEY)
    check(folder, master)
    for kind in KINDS:
        for _ in range(times):
            spoiled = home.parent / "spoiled"
            shutil.rmtree(spoiled, ignore_errors=True)
            shutil.copytree(folder, spoiled)
            kind(spoiled, other, dice)
            try:
                check(spoiled, master)
                missed += 1
            except Refusal:
                pass
    return Damaged(len(KINDS), times, missed)


def fill_up(home: Path, tries: int, seed: int = 1) -> Full:
    """Back up where no file gets over a random size, which cuts the writing off as a full disk does."""
    dice, usb = random.Random(seed), home.parent / "usb"
    usb.mkdir()
    with closing(open_register(home, NOW)) as db:
        office_with_files(db, FILES)
    size, refused, left = (home / DATABASE).stat().st_size, 0, 0
    for _ in range(tries):
        done = back_up_within(dice.randrange(size // 8, size * 9 // 10), usb, home)
        refused += done.returncode == 1 and len(done.stderr.splitlines()) == 1
        left += bool(names(usb))
    return Full(tries, refused, left)


def back_up_within(size: int, usb: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """``tracker backup`` of a process that gets no file over ``size`` bytes."""
    return subprocess.run(
        [sys.executable, "-m", "tracker", "backup", str(usb)],
        cwd=TOP,
        env={**os.environ, "TRACKER_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
