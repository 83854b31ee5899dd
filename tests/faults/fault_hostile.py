"""All hostile files through all doors (make faults)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.hostile import afterwards, guards, judge, requests
from tests.faults.hostile.attack import NOTE
from tests.faults.table import told
from tests.faults.test_hostile import attacked, spotless, those

OPENED = 40


def test_every_hostile_file(tmp_path, chromium):
    with attacked(tmp_path) as (program, doors, address, calls):
        found = judge.run(program, doors, judge.everything(address), calls)
        count, wrong = requests.judged(doors)
        wrong += afterwards.bundled(doors, doors.made[0]) + afterwards.exported(doors)
        opened, ran = afterwards.in_browser(chromium, doors, OPENED)
        told("hostile files", replace(found, wrong=[*found.wrong, *wrong, *ran]))
        print(f"requests that are wrong themselves: {count}; opened in a browser: {opened}")
    spotless(replace(found, calls=len(calls)))
    assert wrong == ran == []
    assert found.files >= 500
    assert opened == OPENED


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        (guards.DEATH, "a worker died"),
        (guards.ERROR, "status 500"),
        (guards.ANYTHING, "no attachment"),
        (guards.RECEPTION, "others waited"),
    ],
    ids=["a worker that dies", "an error", "what is served", "slow senders"],
)
def test_a_missing_guard_is_seen(tmp_path, broken, seen):
    with attacked(tmp_path, broken) as (program, doors, address, calls):
        chosen = [replace(one, doors=(NOTE,)) for one in those(address, "disguised", "page called a.jpg")]
        wrong = judge.run(program, doors, chosen, calls).wrong
        if broken is guards.RECEPTION:
            wrong += requests.judged(doors, iter(()))[1]
        assert any(seen in one for one in wrong), wrong
