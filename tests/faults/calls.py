"""Every n-th write or sync call of the program fails: the process is killed in it, the disk gives an error, or is full.

A child registers a complaint and sends its notice, saying what it has acknowledged; strace breaks one of its calls.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.factories import NOW
from tests.faults.world import TOP, prepare
from tests.mail_server import MailServer, listening
from tracker.clock import to_text
from tracker.config import Config
from tracker.notify.sender import LEASE, Sender
from tracker.office.raising import tick
from tracker.store import audit
from tracker.store.database import rows, value
from tracker.store.register import DATABASE, open_register

#: What the child calls on the register, and a little more often than it does so (some 120 writes and 10 syncs).
CALLS = {"fsync": 12, "pwrite64": 126}
FAULTS = ("error=EIO", "error=ENOSPC", "signal=KILL")
#: Each call of the child in each way, in the order in which they come.
ALL = tuple((call, nth, fault) for call, last in CALLS.items() for nth in range(1, last + 1) for fault in FAULTS)
CHILD = """
import sys
from pathlib import Path
from tests.factories import make_case
from tracker.clock import from_text
from tracker.config import Config
from tracker.notify.sender import Sender
from tracker.office.actors import actor_for
from tracker.office.raising import tick
from tracker.store import people
from tracker.store.register import open_register

home, port, at, token = Path(sys.argv[1]), int(sys.argv[2]), from_text(sys.argv[3]), sys.argv[4]
db = open_register(home, at)
by = {one.account: one for one in people.everybody(db)}
print("begun", flush=True)
case = make_case(db, actor_for(by["clerk"]), at, place=token, handler_id=by["handler0"].id)
print("registered", case.no, flush=True)
tick(db, at, "example.gov.cn")
print("raised", flush=True)
config = Config(home=home, smtp_host="127.0.0.1", smtp_port=port, mail_from="xinfang@example.gov.cn")
Sender(config, lambda: at).send_waiting(db)
print("sent", flush=True)
"""


@dataclass(frozen=True)
class Figures:
    """What came of the runs. ``acknowledged``: complaints that the child had said were registered."""

    runs: int
    broken: int
    acknowledged: int
    lost: int
    torn: int
    notices_lost: int
    notices_doubled: int
    sent_twice: int
    bound: int


def run(home: Path, every: int = 1) -> Figures:
    """Break one call after another, in each way: all of them, or only ``every`` so many."""
    strace = shutil.which("strace")
    assert strace, "strace is needed: apt-get install strace"
    db = open_register(home, NOW)
    prepare(db)
    db.close()
    counted: Counter[str] = Counter()
    told: dict[str, str] = {}
    with listening() as server:
        chosen = ALL[::every]
        for number, (call, nth, fault) in enumerate(chosen):
            at = NOW + timedelta(days=number)
            said = _child(strace, home, server, f"{call}:{fault}:when={nth}", f"x{number}", at)
            counted["broken"] += "sent" not in said
            found = [line.split()[1] for line in said.splitlines() if line.startswith("registered")]
            told.update((no, f"x{number}") for no in found)
        return _figures(home, server, len(chosen), counted, told)


def _child(strace: str, home: Path, server: MailServer, inject: str, token: str, at: object) -> str:
    """What the child said before it ended, however that was."""
    arguments = [strace, "-f", "-qq", "-o", "/dev/null", "-P", str(home / DATABASE), "-P", f"{home / DATABASE}-wal"]
    arguments += ["-e", f"inject={inject}", sys.executable, "-c", CHILD]
    arguments += [str(home), str(server.port), to_text(at), token]  # type: ignore[arg-type]
    done = subprocess.run(arguments, cwd=TOP, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout


def _figures(home: Path, server: MailServer, runs: int, counted: Counter[str], told: dict[str, str]) -> Figures:
    end = NOW + timedelta(days=runs)
    db = open_register(home, end)
    try:
        torn = value(db, "PRAGMA integrity_check") != "ok"
        torn += audit.verify(db) is not None
        torn += len(rows(db, "PRAGMA foreign_key_check"))
        cases = {row["no"]: row["place"] for row in rows(db, "SELECT no, place FROM cases")}
        torn += value(db, "SELECT count(*) FROM deadline WHERE kind = 'stage'") != 4 * len(cases)
        torn += value(db, "SELECT count(*) FROM audit WHERE act = 'register'") != len(cases)
        config = Config(home=home, smtp_host="127.0.0.1", smtp_port=server.port, mail_from="xinfang@example.gov.cn")
        for _ in range(3):  # whatever a killed child had claimed goes again once its lease is over
            tick(db, end, "example.gov.cn")
            Sender(config, lambda at=end: at).send_waiting(db)  # type: ignore[misc]
            end += LEASE
        notices = Counter(
            row["case_id"]
            for row in rows(
                db,
                "SELECT reminder.case_id FROM reminder JOIN delivery ON delivery.id = reminder.delivery_id"
                " WHERE reminder.rung = 'dispatch' AND delivery.sent_at IS NOT NULL",
            )
        )
        ids = server.ids()
        return Figures(
            runs=runs,
            broken=counted["broken"],
            acknowledged=len(told),
            lost=sum(cases.get(no) != token for no, token in told.items()),
            torn=int(torn),
            notices_lost=len(cases) - len(notices),
            notices_doubled=sum(n - 1 for n in notices.values()),
            sent_twice=len(ids) - len(set(ids)),
            bound=counted["broken"],
        )
    finally:
        db.close()
