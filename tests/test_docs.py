"""The documents say what the program does: their settings, commands and options are held against it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker import cli
from tracker.config import KEYS

ROOT = Path(__file__).parents[1]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
READMES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")}


def command_names() -> list[str]:
    return sorted(cli.COMMANDS)


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = set(re.findall(r"\bTRACKER_[A-Z_]+\b", OPERATIONS))
    assert documented == {f"TRACKER_{name.upper()}" for name in KEYS}


@pytest.mark.parametrize("name", command_names())
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"`tracker {name}\b", OPERATIONS)


@pytest.mark.parametrize("name", command_names())
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(cli.tracker, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert len(result.output.splitlines()) >= 3


@pytest.mark.parametrize(
    "line",
    sorted(
        {
            m
            for text in (*READMES.values(), OPERATIONS)
            for m in re.findall(r"tracker ((?:deadlines|import|overdue|remind|audit|backup|restore)\b[^`\n]*)", text)
        }
    ),
)
def test_every_option_in_an_example_exists(line: str) -> None:
    command, *rest = line.replace("RECEIVED", "").replace("FILE", "").split()
    options = [word for word in rest if word.startswith("--")]
    shown = CliRunner().invoke(cli.tracker, [command, *([] if command != "audit" else ["verify"]), "--help"]).output
    for option in options:
        assert option in shown, f"tracker {command} has no {option}"


@pytest.mark.parametrize("text", READMES.values(), ids=READMES)
def test_the_readme_gives_the_two_commands_that_the_makefile_has(text: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("run", "test"):
        assert f"make {target}" in text
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("path", [*READMES, "docs/operations.md", "docs/decisions.md", "docs/rule.md", "SECURITY.md"])
def test_every_link_inside_the_documents_leads_somewhere(path: str) -> None:
    here = ROOT / path
    for target in re.findall(r"\]\(([^)#]+)\)", here.read_text("utf-8")):
        if not target.startswith("http"):
            assert (here.parent / target).exists(), f"{path} links to {target}"
