"""The ``tracker`` command: what it says, in which language, and what it loads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import unwrap
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract

from tracker.cli import COMMANDS

TOP = Path(__file__).resolve().parent.parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def tracker(*arguments: str, home: Path, program: tuple[str, ...] = ("-m", "tracker"), **environ: str):
    """Run the command as a user would, in a process of its own."""
    return subprocess.run(
        [sys.executable, *program, *arguments],
        cwd=TOP,
        env={**os.environ, "TRACKER_HOME": str(home), **environ},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fly"], ["“fly”", "--help"]),
        (["overdu"], ["“overdu”", "overdue"]),
        (["--colour"], ["“--colour”", "--help"]),
        (["deadlines", "2026-09-30T23:59", "--explian"], ["“--explian”", "--explain"]),
        (["deadlines", "2026-09-30T23:59", "--convention"], ["“--convention”"]),
        (["run", "now"], ["now", "--help"]),
        (["deadlines", "2026-09-30T23:59", "--json=yes"], ["“--json”", "去掉"]),
        (["deadlines"], ["2026-09-30T23:59"]),
        (["deadlines", "2026-13-30"], ["2026-13-30"]),
    ],
)
def test_a_mistyped_command_is_refused_in_chinese_with_the_word_and_the_way_out(tmp_path, arguments, says):
    done = tracker(*arguments, home=tmp_path)
    assert done.returncode == 2
    assert all(word in done.stderr for word in says), done.stderr
    assert "Traceback" not in done.stderr
    error = done.stderr.splitlines()[-1]
    assert CHINESE.search(error)
    assert not re.search(r"\b(No such|Did you|Missing|Invalid|Error|requires|Got|Usage|OPTIONS)\b", done.stderr)


def test_the_same_in_english(tmp_path):
    done = tracker("fly", home=tmp_path, TRACKER_LOCALE="en")
    assert done.returncode == 2
    assert "No such command 'fly'" in done.stderr
    assert not CHINESE.search(done.stderr.partition("\n")[2])


@pytest.mark.parametrize("command", ["run", "web", "schedule"])
def test_a_wrong_setting_is_one_sentence_with_its_key(tmp_path, command):
    done = tracker(command, home=tmp_path, TRACKER_PORT="eighty", TRACKER_LOCAL="en")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "TRACKER_PORT" in done.stderr
    assert "TRACKER_LOCALE" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    done = tracker("web", home=tmp_path / "file" / "var", TRACKER_PORT="18001")
    assert done.returncode == 1
    assert f"{tmp_path}/file/var" in done.stderr
    assert "不是文件夹" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_every_command_and_imports_none(tmp_path):
    listing = "import sys; from tracker.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    done = tracker(home=tmp_path, program=("-c", listing + "print(sorted(m for m in sys.modules if 'tracker' in m))"))
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert "用法:" in done.stdout
    loaded = done.stdout.splitlines()[-1]
    assert all(target.partition(":")[0] not in loaded for target, _ in COMMANDS.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_words_that_are_translated(name):
    def texts(command: click.Command) -> Iterator[str]:
        yield command.help or ""
        yield from (one.help or "" for one in command.params if isinstance(one, click.Option))
        for child in getattr(command, "commands", {}).values():
            yield from texts(child)

    def files(command: click.Command) -> Iterator[Path]:
        """Where a command and those below it are written."""
        if command.callback is not None:
            yield Path(unwrap(command.callback).__code__.co_filename)
        for child in getattr(command, "commands", {}).values():
            yield from files(child)

    module, _, attribute = COMMANDS[name][0].partition(":")
    command = getattr(import_module(module), attribute)
    words = set(texts(command))
    assert "" not in words
    assert words <= set().union(*map(marked, {Path(import_module(module).__file__), *files(command)}))


def marked(file: Path) -> set[str]:
    """The messages in ``file`` that the catalogue takes up."""
    with file.open("rb") as source:
        return {message for _, message, _, _ in extract("python", source, keywords={"N_": None})}


def test_python_schedule_py_is_tracker_schedule(tmp_path):
    ours = tracker("--help", home=tmp_path, program=("schedule.py",))
    assert ours.stdout == tracker("schedule", "--help", home=tmp_path).stdout


def test_text_that_the_terminal_cannot_show_is_no_crash(tmp_path):
    done = tracker("fly", home=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_pipe_that_closes_early_is_no_crash(tmp_path):
    done = subprocess.run(
        f"{sys.executable} -m tracker deadlines 2026-09-30T23:59 --explain | head -c 1 >/dev/null",
        cwd=TOP,
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
