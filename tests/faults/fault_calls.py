"""Each write and sync of the register broken in three ways (make faults); an early acknowledgement is seen."""

from __future__ import annotations

from tests.faults import calls
from tests.faults.table import told


def test_every_call_broken(home):
    found = calls.run(home)
    told("each write and sync of the register killed, EIO, ENOSPC", found)
    assert found.broken > found.runs * 3 // 4, found  # a run that finds fewer calls to make ends unbroken
    assert found.lost == found.torn == found.notices_lost == found.notices_doubled == 0, found
    assert found.sent_twice <= found.bound, found


def test_an_early_acknowledgement_would_be_seen(home, monkeypatch):
    early = calls.CHILD.replace('print("begun", flush=True)', 'print("begun\\nregistered XH2026-999999", flush=True)')
    monkeypatch.setattr(calls, "CHILD", early)
    assert calls.run(home, every=140).lost > 0
