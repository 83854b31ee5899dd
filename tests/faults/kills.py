"""kill -9 of the server and of the scheduler at random, while complaints are registered and reminders go out.

What is owed is computed here from docs/rule.md and the ladder of docs/reliability.md by hand: each registered case owes
its handler one notice of the dispatch; one whose first limit had passed when it was registered owes the supervisor one.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from tests.faults.world import Clerk, Program, answers, program
from tests.patience import PATIENCE, wait_until
from tracker.clock import from_text, now
from tracker.config import Config
from tracker.notify.sender import Sender
from tracker.office import raising
from tracker.store import audit
from tracker.store.database import execute, rows, value
from tracker.store.register import open_register

TWO_DAYS = timedelta(days=2)


@dataclass(frozen=True)
class Figures:
    """What came of a run."""

    kills: dict[str, int]
    acknowledged: int
    lost_writes: int
    doubled_writes: int
    torn: tuple[str, ...]
    owed: int
    lost_reminders: int
    doubled_reminders: int
    undelivered: int
    duplicates: int

    @property
    def bound(self) -> int:
        """As many messages may go twice as schedulers were killed, the one at the end too (no reply was lost)."""
        return self.kills["schedule"] + 1


Counting = Callable[[Database, Program, dict[str, int], dict[str, str]], Figures]


def run(home: Path, kills: int, seed: int = 1, *, count: Counting | None = None, clerks: int = 2) -> Figures:
    """Kill so often, each time a random one of the two after a random while; then let everything come to rest."""
    dice = random.Random(seed)
    counted: Counter[str] = Counter(web=0, schedule=0)
    with program(home) as running:
        give_streets(home)
        for name in counted:
            running.start(name)
        wait_until(lambda: answers(running))
        working = [Clerk(running) for _ in range(clerks)]
        threads = [threading.Thread(target=one.work, daemon=True) for one in working]
        for thread in threads:
            thread.start()
        for _ in range(kills):
            name = dice.choice(tuple(counted))
            time.sleep(dice.uniform(0.05, 1.6))
            running.kill(name)
            counted[name] += 1
            running.start(name)
        wait_until(lambda: answers(running))
        time.sleep(2)
        # On a busy machine the server is hardly up before the next kill.
        wait_until(lambda: any(one.wrong for one in working) or sum(len(one.acknowledged) for one in working) > kills)
        for one in working:
            one.stopped.set()
        for thread in threads:
            thread.join(timeout=PATIENCE)
        assert not any(one.wrong for one in working), [one.wrong for one in working]
        running.stop()
        acknowledged = {token: no for one in working for token, no in one.acknowledged.items()}
        db = open_register(home, now())
        try:
            come_to_rest(db, home, running)
            return (count or figures)(db, running, dict(counted), acknowledged)
        finally:
            db.close()


def give_streets(home: Path) -> None:
    """Whoever handles the street gets its cases, each handler one category; registering sends to all of them."""
    db = open_register(home, now())
    execute(
        db,
        "INSERT INTO handler_rule (street_id, handler_id) SELECT street.id, person.id FROM street, person"
        " WHERE person.account = 'handler0'",
    )
    db.close()


def figures(db: Database, running: Program, kills: dict[str, int], acknowledged: dict[str, str]) -> Figures:
    """What the register, the mail server and the clerks say, held against each other."""
    found = rows(db, "SELECT id, no, place, handler_id, received_at, registered_at FROM cases")
    tokens = Counter(row["place"].removeprefix("港南路") for row in found)
    kept = {row["place"].removeprefix("港南路"): row["no"] for row in found}
    lost = [token for token, no in acknowledged.items() if kept.get(token) != no]
    owed = _owed(db, found)
    have = Counter(
        (row["case_id"], row["recipient_id"], row["rung"])
        for row in rows(db, "SELECT case_id, recipient_id, rung FROM reminder WHERE shown_at IS NOT NULL")
        if row["rung"] in ("dispatch", "late_entry")
    )
    ids = running.mail.ids()
    sent = {row["message_id"] for row in rows(db, "SELECT message_id FROM delivery WHERE sent_at IS NOT NULL")}
    wanting = value(
        db,
        "SELECT count(*) FROM reminder LEFT JOIN delivery ON delivery.id = reminder.delivery_id"
        " WHERE reminder.shown_at IS NOT NULL AND reminder.rung IN ('dispatch', 'late_entry')"
        " AND delivery.sent_at IS NULL",
    )
    return Figures(
        kills=kills,
        acknowledged=len(acknowledged),
        lost_writes=len(lost),
        doubled_writes=sum(n - 1 for n in tokens.values()),
        torn=tuple(_torn(db)),
        owed=len(owed),
        lost_reminders=len(owed - have.keys()),
        doubled_reminders=sum(n - 1 for n in have.values()) + len(have.keys() - owed),
        undelivered=wanting + len(sent - set(ids)),
        duplicates=len(ids) - len(set(ids)),
    )


def come_to_rest(db: Database, home: Path, running: Program) -> None:
    """What a killed sender had claimed goes again once its lease is over: an hour from now everything has gone."""
    config = Config(home=home, smtp_host="127.0.0.1", smtp_port=running.mail.port, mail_from="xinfang@example.gov.cn")
    raising.tick(db, now(), "example.gov.cn")
    for minutes in range(0, 61, 10):
        at = now() + timedelta(minutes=minutes)
        Sender(config, lambda at=at: at).send_waiting(db)  # type: ignore[misc]


def _owed(db: Database, found: list[object]) -> set[tuple[int, int, str]]:
    boss = value(db, "SELECT id FROM person WHERE account = 'boss'")
    owed = set()
    for row in found:
        owed.add((row["id"], row["handler_id"], "dispatch"))  # type: ignore[index]
        # One day to make contact, to the end of the day after the receipt: two whole days later it has passed.
        if from_text(row["registered_at"]) - from_text(row["received_at"]) >= TWO_DAYS:  # type: ignore[index]
            owed.add((row["id"], boss, "late_entry"))  # type: ignore[index]
    return owed


def _torn(db: Database) -> list[str]:
    """Everything of the register that does not fit together."""
    wrong = []
    if (said := value(db, "PRAGMA integrity_check")) != "ok":
        wrong.append(f"integrity: {said}")
    if rows(db, "PRAGMA foreign_key_check"):
        wrong.append("a foreign key leads nowhere")
    if fault := audit.verify(db):
        wrong.append(f"audit: {fault}")
    cases = value(db, "SELECT count(*) FROM cases")
    for words, sql in (
        ("a number is missing", "SELECT coalesce(max(CAST(substr(no, -6) AS INTEGER)), 0) FROM cases"),
        ("registered without a record", "SELECT count(*) FROM audit WHERE act = 'register'"),
        ("without its four limits", "SELECT count(*) / 4 FROM deadline WHERE kind = 'stage'"),
        ("without its words", "SELECT count(*) FROM case_category"),
    ):
        if value(db, sql) != cases:
            wrong.append(f"{words}: {value(db, sql)} of {cases}")
    return wrong
