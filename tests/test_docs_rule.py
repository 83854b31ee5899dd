"""Every example on docs/rule.md is run, and prints what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker.cli_rule import deadlines
from tracker.rule.stages import CONVENTION_WORDS, RULE_1

PAGE = (Path(__file__).parent.parent / "docs" / "rule.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```console\n\$ tracker deadlines (.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
COMMANDS = [command for command, _ in EXAMPLES]


@pytest.mark.parametrize(("command", "printed"), EXAMPLES, ids=COMMANDS)
def test_an_example_prints_what_the_page_says(command: str, printed: str) -> None:
    runner = CliRunner(env={"TRACKER_LOCALE": None, "TRACKER_ZONE": None})
    result = runner.invoke(deadlines, shlex.split(command), prog_name="tracker deadlines")
    assert result.output == printed
    assert result.exit_code == (2 if "Error: " in printed else 0)


def test_no_example_escapes_the_test() -> None:
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
