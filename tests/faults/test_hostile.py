"""Some of the hostile files on every build, and that the checks see what a missing guard lets in; `make faults` sends
all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.hostile import afterwards, guards, judge, requests
from tests.faults.hostile.attack import NOTE, STAGE, Attack
from tests.faults.hostile.doors import Doors, run_import
from tests.faults.hostile.judge import Figures
from tests.faults.hostile.target import Target, canary, target
from tracker.store.register import attachments

EVERY = 37
#: What takes long is left to `make faults`.
LONG = ("19 MB", "90,000", "300,000", "1000 MB", "gigabyte", "400,000", "500,000")


def spotless(found: Figures) -> None:
    """What every run must show, long or short."""
    assert found.wrong == [], "\n".join(found.wrong)
    assert found.calls == found.strayed == found.half_saved == 0, found
    assert found.refused + found.accepted == found.sent, found
    assert max(found.web_memory, found.import_memory) < 256, found


@contextmanager
def attacked(top: Path, broken: str = "") -> Iterator[tuple[Target, Doors, str, list[str]]]:
    """The program, the people at its forms, the canary's address and who called it."""
    with canary() as (address, calls), target(top, broken) as program:
        doors = Doors.open(program)
        try:
            yield program, doors, address, calls
        finally:
            doors.db.close()


def those(address: str, family: str, *words: str) -> list[Attack]:
    """The attacks of a family that try this."""
    found = [one for one in judge.everything(address) if one.family == family and any(w in one.what for w in words)]
    assert found, words
    return found


@pytest.mark.slow
def test_hostile_files_harm_nothing(tmp_path):
    with attacked(tmp_path) as (program, doors, address, calls):
        every = [one for one in judge.everything(address) if not any(word in one.what for word in LONG)]
        spotless(judge.run(program, doors, every[::EVERY], calls))
        count, wrong = requests.judged(doors, (one for one in requests.requests() if "110 MB" not in one.what))
        assert count > 40
        assert wrong == []
        assert afterwards.bundled(doors, doors.made[0]) == []
        assert afterwards.exported(doors) == []


def test_every_attack_is_another_and_is_the_same_on_every_machine():
    first, again = (list(judge.everything("http://127.0.0.1:9")) for _ in range(2))
    assert len({(one.family, one.what) for one in first}) == len(first) > 500
    assert len({one.family for one in first}) >= 10
    small = [
        n for n, one in enumerate(first) if one.family in ("file names", "disguised", "polyglots", "old workbooks")
    ]
    assert all(first[n].make() == again[n].make() for n in small)


@pytest.mark.slow
def test_what_the_checks_see_of_missing_guards(tmp_path):
    broken = guards.PIXELS + guards.PATHS + guards.FORMULAS + guards.BUNDLE
    with attacked(tmp_path, broken) as (program, doors, address, calls):
        chosen = [replace(one, doors=(STAGE,)) for one in those(address, "pictures", "PNG of 60 million")]
        found = judge.run(program, doors, [*chosen, *those(address, "file names", "'../hostile")], calls).wrong
        assert any("PNG of 60 million" in one and one.endswith(" MB") for one in found)
        assert any(one.startswith("strayed") for one in found)
        assert any("in the bundle" in one for one in afterwards.bundled(doors, doors.made[-1]))
        assert any("worked out" in one for one in afterwards.exported(doors))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "family", "what", "memory", "called"),
    [
        (guards.BOOKS, "sheets", "100000 characters 3000 times", True, False),
        (guards.ENTITIES, "XML", "a call in xl/worksheets", False, True),
        ("", "sheets", "100000 characters 3000 times", False, False),
        ("", "XML", "a call in xl/worksheets", False, False),
    ],
)
def test_what_the_checks_see_of_an_import_without_its_guards(tmp_path, broken, family, what, memory, called):
    program = Target(tmp_path / "top", broken)
    program.prepare()
    with canary() as (address, calls):
        path = program.top / "work" / "a.xlsx"
        path.write_bytes(those(address, family, what)[0].make())
        done = run_import(program, path)
    assert any(one.endswith(" MB") for one in judge.judged_run(done)) == memory
    assert ("/xxe" in calls) == called


def test_a_file_without_a_row_and_a_row_without_its_file_are_seen(tmp_path):
    program = Target(tmp_path)
    program.db.close()
    assert program.disagreeing() == []
    folder = attachments(program.home) / "ab"
    folder.mkdir(parents=True)
    (folder / ("ab" * 32)).write_bytes(b"torn")
    assert program.disagreeing() == ["ab" * 32] * 2


@pytest.mark.browser
def test_nothing_runs_in_a_browser_and_a_guard_that_is_missing_is_seen(tmp_path, chromium):
    for broken in ("", guards.ANYTHING):
        with attacked(tmp_path / f"top{len(broken)}", broken) as (program, doors, address, calls):
            chosen = [replace(one, doors=(NOTE,)) for one in those(address, "polyglots", "jpeg and", "pdf and")]
            chosen += those(address, "file names", "script", "onerror")
            chosen += those(address, "disguised", "page called a.jpg") if broken else []
            judge.run(program, doors, chosen, calls)
            most = 3 if broken else 15
            opened, ran = afterwards.in_browser(chromium, doors, most)
            assert opened == most
            assert bool(ran or calls) == bool(broken), (ran, calls)
