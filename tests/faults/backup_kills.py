"""kill -9 of a backup and of a restore at random: never half a backup under its name, never half a register."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.backups import Dump, add_file, back_up, dump, names, office_with_files, somebody, without_its_record
from tests.factories import NOW, make_case
from tests.faults.backup import at_work, command, done
from tracker.office.actors import actor_for
from tracker.rule.refusals import Refusal
from tracker.store import audit, backups, people
from tracker.store.keys import load_key
from tracker.store.register import DATABASE, KEY, STAGED, open_register

FILES = 60


#: What was done before it was to be killed is done sooner than was thought: the machine has less to do now.
SOONER = 0.7


@dataclass(frozen=True)
class Backups:
    """What came of killed backups. ``at_work``: killed while they wrote; ``standing``: backups that had their name by
    then, ``half`` of which were not whole; ``left``: what the next one did not clear away."""

    kills: int
    at_work: int
    standing: int
    half: int
    left: int


@dataclass(frozen=True)
class Restores:
    """What came of killed restores, ``at_work`` while they wrote: which register stood, how often the program refused
    to start until it was done over, and how often neither stood or the second try did not come right."""

    kills: int
    at_work: int
    old: int
    new: int
    refused: int
    half: int
    not_mended: int


def kill_backups(home: Path, kills: int, seed: int = 1) -> Backups:
    """Kill so many backups of a register at work, each at a random moment after it has begun to write."""
    dice, usb = random.Random(seed), home.parent / "usb"
    usb.mkdir()
    counted: Counter[str] = Counter()
    with at_work(home):
        with closing(open_register(home, NOW)) as db:
            for n in range(FILES):
                add_file(db, somebody(db), str(n))
        longest = _span(command("backup", usb, home=home), lambda: bool(names(usb)))
        for _ in range(kills):
            before = names(usb)
            process = command("backup", usb, "--keep", "3", home=home)
            hit = _kill(process, lambda before=before: names(usb) != before, dice, longest)  # type: ignore[misc]
            counted["at_work"] += hit
            longest *= 1 if hit else SOONER
    master = load_key(home / KEY)
    standing = backups.found(usb)
    named = list(usb.glob("tracker-*"))
    half = len(named) - len(standing) + sum(not _whole(one.folder, master) for one in standing)
    done("backup", usb, home=home)
    return Backups(kills, counted["at_work"], len(named), half, len(list(usb.glob(".tracker-*.part"))))


def _whole(folder: Path, master: bytes) -> bool:
    try:
        backups.check(folder, master)
    except Refusal:
        return False
    return True


def kill_restores(home: Path, kills: int, seed: int = 1) -> Restores:
    """Kill so many restores into a home with another register, every second one of them with a key of its own."""
    dice, counted = random.Random(seed), Counter[str]()
    with closing(open_register(home, NOW)) as db:
        office_with_files(db, FILES)
        made = back_up(db, home.parent / "usb").folder
    backup = dump(made / DATABASE)
    longest = 0.0
    for number in range(kills + 1):
        target = home.parent / f"target-{number}"
        old = _other_register(target, home, own_key=number % 2 == 1)
        arguments, begun = ("restore", made, "--key", home / KEY), (target / STAGED).exists
        process = command(*arguments, home=target)
        if number == 0:  # to its end, for the time it takes
            longest = _span(process, begun)
            continue
        hit = _kill(process, begun, dice, longest)
        counted["at_work"] += hit
        longest *= 1 if hit else SOONER
        counted[_stands(target, old, backup)] += 1
        done(*arguments, home=target)
        counted["not_mended"] += _stands(target, old, backup) != "new"
    kinds = ("at_work", "old", "new", "refused", "half", "not_mended")
    return Restores(kills, **{name: counted[name] for name in kinds})


def _other_register(target: Path, home: Path, *, own_key: bool) -> Dump:
    """A register with two cases in ``target``; what it holds."""
    target.mkdir(mode=0o700)
    if not own_key:
        (target / KEY).write_bytes((home / KEY).read_bytes())
        os.chmod(target / KEY, 0o600)
    with closing(open_register(target, NOW)) as db:
        office_with_files(db, 2)
        make_case(db, actor_for(people.everybody(db)[0]), NOW, place="港北路1号")
    return dump(target / DATABASE)


def _stands(home: Path, old: Dump, backup: Dump) -> str:
    """Which register stands in ``home`` as the program finds it at its start."""
    try:
        db = open_register(home, NOW)
    except Refusal:
        return "refused"
    with closing(db):
        fault = audit.verify(db)
    found = dump(home / DATABASE)
    if fault is None and found == old:
        return "old"
    restored = [one for one in found["audit"] if one["act"] == "restore"]
    return "new" if fault is None and restored and without_its_record(found) == backup else "half"


def _span(process: subprocess.Popen[str], begun: Callable[[], bool]) -> float:
    """Seconds from its first sign on disk to its end."""
    while not begun() and process.poll() is None:
        time.sleep(0.001)
    began = time.monotonic()
    _out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return time.monotonic() - began


def _kill(process: subprocess.Popen[str], begun: Callable[[], bool], dice: random.Random, longest: float) -> bool:
    """kill -9 within so many seconds of its first sign on disk; was it still at work?"""
    while not begun() and process.poll() is None:
        time.sleep(0.001)
    time.sleep(dice.uniform(0, longest))
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return alive
