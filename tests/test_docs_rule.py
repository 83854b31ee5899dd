"""Every example on docs/rule.md is run, and prints what the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker.cli_rule import deadlines
from tracker.rule.stages import CONVENTION_WORDS, RULE_1

TOP = Path(__file__).resolve().parent.parent
PAGE = (TOP / "docs" / "rule.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```console\n\$ tracker deadlines (.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
REFUSED = [example for example in EXAMPLES if "错误：" in example[1]]
ANSWERED = [example for example in EXAMPLES if example not in REFUSED]
COMMANDS = [command for command, _ in EXAMPLES]


@pytest.mark.parametrize(("command", "printed"), ANSWERED, ids=[command for command, _ in ANSWERED])
def test_an_example_prints_what_the_page_says(command: str, printed: str) -> None:
    runner = CliRunner(env={"TRACKER_LOCALE": None, "TRACKER_ZONE": None})
    result = runner.invoke(deadlines, shlex.split(command))
    assert (result.exit_code, result.output) == (0, printed)


@pytest.mark.parametrize(("command", "printed"), REFUSED, ids=[command for command, _ in REFUSED])
def test_a_refused_example_is_refused_in_the_words_of_the_page(command: str, printed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tracker", "deadlines", *shlex.split(command)],
        cwd=TOP,
        env={key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", printed)


def test_no_example_escapes_the_test() -> None:
    assert REFUSED
    assert len(EXAMPLES) == PAGE.count("```") / 2 == PAGE.count("$ tracker ")


def test_every_convention_is_explained_and_shown() -> None:
    for convention, words in CONVENTION_WORDS.items():
        assert f"| `{convention}`" in PAGE
        assert words in PAGE
    assert {c for command in COMMANDS for c in CONVENTION_WORDS if c in command.split()} == {*CONVENTION_WORDS} - {
        "natural"
    }


def test_the_table_of_stages_gives_the_days_of_the_rule() -> None:
    rows = re.findall(r"^\| ([1-4]) \| [^|]+ \| (\d+) \|", PAGE, re.MULTILINE)
    assert rows == [(str(number), str(stage.days)) for number, stage in enumerate(RULE_1.stages, 1)]


def test_every_link_of_the_contents_leads_to_a_heading() -> None:
    headings = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^## (.+)$", PAGE, re.M)
    }
    assert set(re.findall(r"\]\(#(.+?)\)", PAGE)) <= headings
