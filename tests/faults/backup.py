"""Backups of a program at work, and what they hold when they are put back.

What must be in a backup is what was acknowledged over HTTP before it began; that it is the register of one instant
follows from its audit trail, which is the beginning of the one that the register has in the end: each table holds what
the acts up to there did, and nothing of those after.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.backups import Dump, dump, without_its_record
from tests.faults.world import TOP, Browser, Clerk, Program, answers, hidden, program
from tests.patience import PATIENCE, wait_until
from tracker.clock import now
from tracker.store.database import rows
from tracker.store.register import DATABASE, KEY, open_register

Trail = list[dict[str, Any]]
#: Seconds between two complaints of a clerk, each with a file: some hundred in a hundred backups.
PAUSE = 1.0


@dataclass
class Filer(Clerk):
    """A clerk who registers a complaint and adds a file to it; both acknowledged, it is remembered with its SHA-256."""

    filed: dict[str, str] = field(default_factory=dict)  # token → SHA-256

    def _send(self, browser: Browser, form: dict[str, str], token: str) -> None:
        super()._send(browser, form, token)
        no = self.acknowledged[token]
        _status, _to, page = browser.ask("GET", f"/case/{no}")
        data = b"%PDF-1.7 " + token.encode() + random.Random(token).randbytes(20_000)
        fields = {"csrf_token": hidden(page, "csrf_token"), "seen": hidden(page, "seen"), "note-note": f"附件 {token}"}
        status, _to, text = browser.send_file(f"/case/{no}/note", "note-files", data, **fields)
        if status != 303:
            raise AssertionError(f"{status}: {text[:300]}")
        self.filed[token] = hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Said:
    """What two clerks had been told by an instant: numbers and SHA-256 by token."""

    cases: dict[str, str]
    files: dict[str, str]


@dataclass(frozen=True)
class Figures:
    """What came of the backups. ``acknowledged``: what was in the last one; seconds of the slowest of each."""

    backups: int
    acknowledged: int
    files: int
    lost: int
    torn: tuple[str, ...]
    not_equal: int
    slowest_backup: float
    slowest_restore: float


@dataclass
class Work:
    """The program with two clerks at work on it."""

    home: Path
    program: Program
    clerks: list[Filer]

    def said(self) -> Said:
        # The files first: whoever is acknowledged in between has a case more, and never a file without its case.
        files = {token: sha for one in self.clerks for token, sha in tuple(one.filed.items())}
        return Said({token: no for one in self.clerks for token, no in tuple(one.acknowledged.items())}, files)


@contextmanager
def at_work(home: Path, clerks: int = 2) -> Iterator[Work]:
    """Server, scheduler and clerks as processes and threads of their own, until the end of the block."""
    with program(home) as running:
        for name in ("web", "schedule"):
            running.start(name)
        wait_until(lambda: answers(running))
        work = Work(home, running, [Filer(running, pause=PAUSE) for _ in range(clerks)])
        threads = [threading.Thread(target=one.work, daemon=True) for one in work.clerks]
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: len(work.said().files) >= 5)
            yield work
        finally:
            for one in work.clerks:
                one.stopped.set()
            for thread in threads:
                thread.join(timeout=PATIENCE)
        assert not any(one.wrong for one in work.clerks), [one.wrong for one in work.clerks]


def command(*arguments: str | Path, home: Path) -> subprocess.Popen[str]:
    """``tracker …`` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tracker", *map(str, arguments)],
        cwd=TOP,
        env={**os.environ, "TRACKER_HOME": str(home), "TRACKER_LOCALE": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(*arguments: str | Path, home: Path) -> float:
    """The same, to its end; the seconds that it took."""
    began = time.monotonic()
    process = command(*arguments, home=home)
    said = process.communicate(timeout=300)
    assert process.returncode == 0, (arguments, said)
    return time.monotonic() - began


def run(home: Path, moments: int, seed: int = 1) -> Figures:
    """So many backups at random moments, each put into a home of its own and held against what was acknowledged."""
    dice, usb = random.Random(seed), home.parent / "usb"
    usb.mkdir()
    lost, not_equal, torn = 0, 0, list[str]()
    times: dict[str, list[float]] = {"backup": [], "restore": []}
    trails: list[tuple[int, str]] = []
    with at_work(home) as work:
        for number in range(moments):
            time.sleep(dice.uniform(0, 1.5))
            said = work.said()
            times["backup"].append(done("backup", usb, "--keep", "1", home=home))
            (folder,) = usb.glob("tracker-*")
            fresh = home.parent / f"fresh-{number % 2}"
            _empty(fresh)
            times["restore"].append(done("restore", folder, "--key", home / KEY, home=fresh))
            copy, restored = dump(folder / DATABASE), dump(fresh / DATABASE)
            not_equal += without_its_record(restored) != copy
            lost += missing(copy, fresh, said)
            torn += wrong(copy)
            trails.append(known(copy["audit"]))
        work.program.stop()
    torn += [f"backup {n} is no beginning of the trail" for n in not_beginnings(trails, audit_of(home))]
    return Figures(
        backups=moments,
        acknowledged=len(said.cases),
        files=len(said.files),
        lost=lost,
        torn=tuple(torn),
        not_equal=not_equal,
        slowest_backup=round(max(times["backup"]), 1),
        slowest_restore=round(max(times["restore"]), 1),
    )


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True) if folder.exists() else ():
        path.rmdir() if path.is_dir() else path.unlink()


def missing(copy: Dump, restored: Path, said: Said) -> int:
    """Of what had been acknowledged: cases that the copy has not, and files that are not on disk as they were sent."""
    kept = {case["place"].removeprefix("港南路"): case["no"] for case in copy["cases"]}
    named = {one["sha256"] for one in copy["evidence"]}
    lost = sum(kept.get(token) != no for token, no in said.cases.items())
    return lost + sum(not (sha in named and _is_there(restored, sha)) for sha in said.files.values())


def _is_there(home: Path, sha: str) -> bool:
    path = home / "attachments" / sha[:2] / sha
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha


def wrong(copy: Dump) -> list[str]:
    """Whatever does not fit what its own trail tells: more or less than the acts up to its last record did."""
    trail = copy["audit"]
    acts = {act: Counter(one["case_id"] for one in trail if one["act"] == act) for act in ("register", "note")}
    each = Counter(case["id"] for case in copy["cases"])
    stages = Counter(one["case_id"] for one in copy["deadline"] if one["kind"] == "stage")
    found = {
        "cases": each == acts["register"],
        "limits": stages == Counter({case: 4 for case in each}),
        "words": Counter(one["case_id"] for one in copy["case_category"]) == each,
        "identities": Counter(one["case_id"] for one in copy["complainant"]) == each,
        "numbers": sum(one["last"] for one in copy["counter"]) == len(each),
        "notes": Counter(one["case_id"] for one in copy["fact"]) == acts["note"],
        "files": Counter(one["case_id"] for one in copy["evidence"] if one["kind"] == "pdf") == acts["note"],
        "state": Counter({one["id"]: one["version"] for one in copy["cases"]}) == acts["register"] + acts["note"],
        "trail": sorted(one["seq"] for one in trail) == list(range(1, len(trail) + 1)),
    }
    return [f"{words}: not those of record {len(trail)}" for words, fits in found.items() if not fits]


def audit_of(home: Path) -> Trail:
    """The trail that the register has in the end."""
    db = open_register(home, now())
    try:
        return [dict(one) for one in rows(db, "SELECT * FROM audit ORDER BY seq")]
    finally:
        db.close()


def known(trail: Trail) -> tuple[int, str]:
    """How long a trail is, and what it may be known by."""
    return len(trail), hashlib.sha256(repr(sorted(trail, key=_seq)).encode()).hexdigest()


def not_beginnings(trails: list[tuple[int, str]], end: Trail) -> list[int]:
    """Those of the trails that are not how the last one begins."""
    return [n for n, trail in enumerate(trails) if trail != known(end[: trail[0]])]


def _seq(record: dict[str, Any]) -> int:
    return int(record["seq"])
