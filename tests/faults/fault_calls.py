"""Three hundred broken calls (make faults), and a program that acknowledges too early, seen to lose."""

from __future__ import annotations

from tests.faults import calls
from tests.faults.table import told


def test_three_hundred_broken_calls(home):
    found = calls.run(home, 300)
    told("every n-th write or sync call killed, EIO, ENOSPC", found)
    assert found.broken > found.runs // 3, found
    assert found.lost == found.torn == found.notices_lost == found.notices_doubled == 0, found
    assert found.sent_twice <= found.bound, found


def test_an_early_acknowledgement_would_be_seen(home, monkeypatch):
    early = calls.CHILD.replace('print("begun", flush=True)', 'print("begun\\nregistered XH2026-999999", flush=True)')
    monkeypatch.setattr(calls, "CHILD", early)
    assert calls.run(home, 3).lost > 0
