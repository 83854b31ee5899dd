"""The ``tracker`` command in English: its help, and what it says to a mistake."""

from __future__ import annotations

import re

import pytest

from tracker.cli import COMMANDS, main

CHINESE = re.compile(r"[一-鿿、。（）：，；]")
#: What other systems call their columns is quoted as it is looked for.
QUOTED = re.compile(r"“[^”]*”")
MISTAKES = (
    "fly",
    "run now",
    "audit",
    "audit verify --until 3",
    "audit verify --head 3",
    "deadlines",
    "deadlines 2026-13-30",
    "deadlines soon",
    "deadlines 9999-12-31",
    "deadlines 2026-09-30 --closes 25:00",
    "deadlines 2026-09-30 --closes 17:30 --convention hours",
    "deadlines 2026-09-30 --convention lunar",
    "deadlines 2026-09-30 --stage x",
    "deadlines 2026-09-30 --zone Mars",
    "deadlines 2026-09-30 --explian",
    "import",
    "import nowhere.xlsx",
    "import .",
    "import setup.cfg",
    "import README.md --sheet x",
    "overdue --at x",
    "overdue --handler nobody",
    "overdue --stage x",
    "overdue --street nowhere",
    "overdue --xlsx list.csv",
    "backup",
    "backup nowhere --keep 0",
    "restore",
    "restore nowhere",
    "restore nowhere --check",
    "remind",
    "remind --dry-run --at x",
)


@pytest.fixture
def say(tmp_path, monkeypatch, capsys):
    """``say("deadlines soon")``: what the command prints, in a folder without a register."""
    monkeypatch.setenv("TRACKER_LOCALE", "en")
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "home"))

    def run(line: str) -> str:
        with pytest.raises(SystemExit):
            main(line.split())
        printed = capsys.readouterr()
        return printed.out + printed.err

    return run


@pytest.mark.parametrize("line", ["--help", *(f"{name} --help" for name in COMMANDS), "audit verify --help"])
def test_the_help_is_english(say, line):
    text = say(line)
    assert "Usage:" in text
    assert not CHINESE.search(text), text


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_explained_in_english(say, line):
    text = say(line)
    assert text
    assert "Traceback" not in text
    assert not CHINESE.search(QUOTED.sub("", text)), text


def test_due_times_read_as_in_english(say):
    text = say("deadlines 2026-09-30T23:59 --explain")
    assert "1 First contact  10-01 24:00 (Thu)" in text
    assert "natural day, counted" in text
    assert not CHINESE.search(text)
