"""The register is locked for a minute (make faults): a plain error, no false acknowledgement, and then it goes on."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from tests.faults.table import told
from tests.faults.world import Clerk, answers, program
from tests.patience import wait_until
from tracker.clock import now
from tracker.store.database import rows
from tracker.store.register import open_register

LOCKED = 60


@dataclass(frozen=True)
class Figures:
    """What came of it."""

    seconds: int
    refused_plainly: int
    acknowledged_before: int
    acknowledged_meanwhile: int
    acknowledged_after: int
    lost: int


def test_a_register_that_is_locked_for_a_minute(home):
    with program(home) as running:
        running.start("web")
        wait_until(lambda: answers(running))
        clerk = Clerk(running, pause=0.05, patient=True)
        thread = threading.Thread(target=clerk.work, daemon=True)
        thread.start()
        wait_until(lambda: len(clerk.acknowledged) >= 5)
        db = open_register(home, now())
        db.conn.execute("BEGIN IMMEDIATE")
        before = len(clerk.acknowledged)
        time.sleep(LOCKED)
        meanwhile = len(clerk.acknowledged)
        db.conn.execute("ROLLBACK")
        wait_until(lambda: len(clerk.acknowledged) >= meanwhile + 5)
        clerk.stopped.set()
        thread.join(timeout=20)
        kept = {row["no"]: row["place"].removeprefix("港南路") for row in rows(db, "SELECT no, place FROM cases")}
        db.close()
        lost = sum(kept.get(no) != token for token, no in clerk.acknowledged.items())
        figures = Figures(
            LOCKED, len(clerk.wrong), before, meanwhile - before, len(clerk.acknowledged) - meanwhile, lost
        )
        told("the register locked by another program for a minute", figures)
        # One form may have been on its way when the lock was taken.
        assert figures.acknowledged_meanwhile <= 1, figures
        assert figures.refused_plainly >= 3, figures
        assert all("数据库正忙，内容未保存。请稍候再试" in said for said in clerk.wrong), clerk.wrong
        assert lost == 0, figures
