"""The doors between the rooms, and the house rules that a reader of one file cannot see.

Each rule is a function from a file (its path from the top, its text) to complaints. A rule is tested twice: the house
keeps it, and a small bad example is caught.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
Rule = Callable[[str, str], Iterator[str]]

#: What a room may import of ours. A file directly in tracker/ is a room of its own.
FOUNDATION = {"clock", "config", "paths"}
PURE = {"rule", *FOUNDATION}
DOORS = {
    "rule": set(),
    "clock": set(),
    "paths": set(),
    "config": {"rule"},
    "i18n": PURE,
    "supervise": {"rule"},
    "store": PURE,
    "office": {*PURE, "store"},
    "exchange": {*PURE, "store"},
    "notify": {*PURE, "store", "i18n"},
    "web": {*PURE, "store", "office", "exchange", "i18n"},
    "schedule": {*PURE, "store", "office", "notify", "i18n"},
}
#: The counter on the command line may go through every door.
COUNTER = re.compile(r"cli(_[a-z]+)?|run|__main__|__init__")
#: Rooms that are given the instant and never ask for it.
TIMELESS = {"rule", "store", "office", "exchange"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 60


def room_of(path: str) -> str:
    """``rule`` for tracker/rule/stages.py, ``clock`` for tracker/clock.py."""
    return path.split("/")[1].removesuffix(".py")


def imports(text: str) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything imported, at the top or inside a function."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{name.name}") for name in node.names)


def doors(path: str, text: str) -> Iterator[str]:
    room = room_of(path)
    if COUNTER.fullmatch(room):
        return
    for line, name in imports(text):
        if name.startswith("."):
            yield f"{path}:{line} imports relatively; name the room: tracker.…"
        parts = name.split(".")
        if parts[0] == "tracker" and parts[1] != room and parts[1] not in DOORS[room]:
            yield f"{path}:{line} {room} has no door to {parts[1]}"


def the_rule_is_pure(path: str, text: str) -> Iterator[str]:
    if room_of(path) != "rule":
        return
    for line, name in imports(text):
        first = name.split(".")[0]
        if first != "tracker" and first not in sys.stdlib_module_names:
            yield f"{path}:{line} the rule needs {first}, which is not in the standard library"


def one_clock(path: str, text: str) -> Iterator[str]:
    if path == "tracker/clock.py":
        return
    forbidden = {
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("datetime", "today"),
        ("date", "today"),
        ("time", "time"),
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (owner, node.attr) in forbidden:
                yield f"{path}:{node.lineno} reads the clock: {owner}.{node.attr}"
    for line, name in imports(text):
        if name in ("time.time", "time.time_ns") or (name == "tracker.clock.now" and room_of(path) in TIMELESS):
            yield f"{path}:{line} reads the clock: {name}"


def one_sqlite(path: str, text: str) -> Iterator[str]:
    for line, name in imports(text):
        parts = name.split(".")
        if parts[0] in ("sqlite3", "pysqlite3") or (parts[-1] == "sqlite3" and room_of(path) != "store"):
            yield f"{path}:{line} opens SQLite by {name}; connections come from store/database.py"


SQL = re.compile(
    r"\s*(SELECT\s.+|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX|TRIGGER)|"
    r"DROP\s+|ALTER\s+TABLE|PRAGMA\s|BEGIN(\s+IMMEDIATE)?\s*$|COMMIT\s*$|ROLLBACK\s*$|WITH\s+(RECURSIVE\s+)?\w+\s+AS)",
    re.DOTALL,
)


def sql_in_one_room(path: str, text: str) -> Iterator[str]:
    if room_of(path) == "store":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield f"{path}:{node.lineno} speaks SQL outside store/: {node.value[:40]!r}"


def transactions_are_immediate(path: str, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr == "atomic":
            yield f"{path}:{node.lineno} .atomic is a deferred BEGIN; use store.database.writing"


def files_and_functions_are_short(path: str, text: str) -> Iterator[str]:
    if (lines := len(text.splitlines())) > LONGEST_FILE:
        yield f"{path} has {lines} lines: it has two jobs"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{path}:{node.lineno} {node.name} has {lines} lines"


def refusals_are_marked_for_translation(path: str, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "Refusal":
            continue
        if any(isinstance(argument, ast.Constant | ast.JoinedStr | ast.BinOp) for argument in node.args):
            yield f"{path}:{node.lineno} a refusal that no translator will see; wrap it in N_()"


def nothing_is_left_for_later(path: str, text: str) -> Iterator[str]:
    if path == "tests/test_architecture.py":  # names what it forbids
        return
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b|@skip|pytest\.skip|mark\.(skip|xfail)", line):
            yield f"{path}:{number} is not finished: {line.strip()}"


def pages_are_served_from_here(path: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        without_names = re.sub(r"http://www\.w3\.org/[0-9]{4}/[a-z]+", "", line)
        if re.search(r"(https?:)?//[a-z0-9]", re.sub(r"{#.*?#}", "", without_names), re.IGNORECASE):
            yield f"{path}:{number} points outside: {line.strip()}"
        if re.search(r"<script(?![^>]*\bsrc=)|<style|\s(style|on[a-z]+)=[\"']", line):
            yield f"{path}:{number} has script or style inline: {line.strip()}"


def css_holds_in_chromium_90(path: str, text: str) -> Iterator[str]:
    text = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), text, flags=re.DOTALL)
    newer = r":has\(|color-mix\(|@layer|oklch\(|\binset\s*:|@container|container-type|&[\s.:>\[]|@nest\b"
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.search(newer, line):
            yield f"{path}:{number} {found[0]!r} is newer than Chromium 90"
    for number in _nested(text):
        yield f"{path}:{number} nests a rule in a rule, which is newer than Chromium 90"


def _nested(css: str) -> Iterator[int]:
    """Lines where a rule opens inside a rule; at-rules such as @media may hold rules."""
    opened: list[bool] = []
    for match in re.finditer(r"([^{};]*)\{|\}", css):
        if match[0] == "}":
            opened.pop()
            continue
        at_rule = match[1].strip().startswith("@")
        if any(opened) and not at_rule:
            yield css[: match.end()].count("\n") + 1
        opened.append(not at_rule)


CODE = ("tracker/**/*.py",)
PAGES = ("templates/**/*.html",)
STYLE = ("tracker/static/*.css",)
ALL_CODE = (*CODE, "tests/**/*.py", "schedule.py")

RULES: list[tuple[Rule, tuple[str, ...]]] = [
    (doors, CODE),
    (the_rule_is_pure, CODE),
    (one_clock, CODE),
    (one_sqlite, CODE),
    (sql_in_one_room, CODE),
    (transactions_are_immediate, ALL_CODE),
    (files_and_functions_are_short, CODE),
    (refusals_are_marked_for_translation, CODE),
    (nothing_is_left_for_later, (*CODE, "tests/**/*.py", *PAGES)),
    (pages_are_served_from_here, PAGES),
    (css_holds_in_chromium_90, STYLE),
]

BAD: list[tuple[Rule, str, str]] = [
    (doors, "tracker/rule/stages.py", "from tracker.store.cases import load"),
    (doors, "tracker/rule/stages.py", "from tracker.clock import from_text"),
    (doors, "tracker/store/cases.py", "import tracker.office.register"),
    (doors, "tracker/office/record.py", "def f():\n    from tracker.web import app"),
    (doors, "tracker/exchange/workbook.py", "from tracker import office"),
    (doors, "tracker/web/app.py", "from tracker.notify import sender"),
    (doors, "tracker/notify/sender.py", "from tracker.office import record"),
    (doors, "tracker/store/cases.py", "from . import people"),
    (the_rule_is_pure, "tracker/rule/calendar.py", "import chinese_calendar"),
    (one_clock, "tracker/web/app.py", "import datetime\nx = datetime.datetime.now()"),
    (one_clock, "tracker/web/app.py", "from datetime import date\nx = date.today()"),
    (one_clock, "tracker/web/app.py", "from datetime import datetime\nx = datetime.utcnow"),
    (one_clock, "tracker/notify/sender.py", "import time\nx = time.time()"),
    (one_clock, "tracker/notify/sender.py", "from time import time"),
    (one_clock, "tracker/office/record.py", "from tracker.clock import now"),
    (one_sqlite, "tracker/web/app.py", "import sqlite3"),
    (one_sqlite, "tracker/store/cases.py", "from sqlite3 import Row"),
    (one_sqlite, "tracker/office/record.py", "from sqlite_utils.utils import sqlite3"),
    (sql_in_one_room, "tracker/web/app.py", "x = 'SELECT id FROM cases'"),
    (sql_in_one_room, "tracker/web/app.py", "x = f'DELETE FROM {table}'"),
    (sql_in_one_room, "tracker/office/record.py", 'x = """\nUPDATE cases SET state = 1"""'),
    (transactions_are_immediate, "tracker/store/cases.py", "with db.atomic():\n    pass"),
    (files_and_functions_are_short, "tracker/store/cases.py", "x = 1\n" * (LONGEST_FILE + 1)),
    (files_and_functions_are_short, "tracker/store/cases.py", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
    (refusals_are_marked_for_translation, "tracker/office/record.py", "raise Refusal('请填写地点')"),
    (refusals_are_marked_for_translation, "tracker/office/record.py", "raise Refusal(f'请填写{x}')"),
    (nothing_is_left_for_later, "tracker/web/app.py", "# TODO: finish"),
    (nothing_is_left_for_later, "tests/test_x.py", "@pytest.mark.skip"),
    (pages_are_served_from_here, "templates/a.html", "<script src='https://cdn.example/a.js'></script>"),
    (pages_are_served_from_here, "templates/a.html", "<link href='//cdn.example/a.css'>"),
    (pages_are_served_from_here, "templates/a.html", "<script>alert(1)</script>"),
    (pages_are_served_from_here, "templates/a.html", '<p style="color: red">'),
    (pages_are_served_from_here, "templates/a.html", '<a onclick="go()">'),
    (css_holds_in_chromium_90, "tracker/static/a.css", "li:has(a) { color: red }"),
    (css_holds_in_chromium_90, "tracker/static/a.css", "a { color: color-mix(in srgb, red, blue) }"),
    (css_holds_in_chromium_90, "tracker/static/a.css", "a { position: fixed; inset: 0 }"),
    (css_holds_in_chromium_90, "tracker/static/a.css", "a { b { color: red } }"),
    (css_holds_in_chromium_90, "tracker/static/a.css", "@media print { a { &:hover { color: red } } }"),
]

GOOD: list[tuple[Rule, str, str]] = [
    (doors, "tracker/office/record.py", "from tracker.rule.stages import Stage\nfrom tracker.store import cases"),
    (doors, "tracker/cli_rule.py", "from tracker.rule import stages"),
    (one_clock, "tracker/web/app.py", "from tracker.clock import now\nx = now()"),
    (one_sqlite, "tracker/store/database.py", "from sqlite_utils.utils import sqlite3"),
    (sql_in_one_room, "tracker/web/app.py", "x = 'Select a street'"),
    (refusals_are_marked_for_translation, "tracker/office/record.py", "raise Refusal(N_('请填写地点'))"),
    (pages_are_served_from_here, "templates/a.html", '<svg xmlns="http://www.w3.org/2000/svg"><a href="/new">'),
    (
        css_holds_in_chromium_90,
        "tracker/static/a.css",
        "/* no :has( */ @media print { a { inset-inline: 0 } b { c: d } }",
    ),
]


def files(patterns: tuple[str, ...]) -> list[Path]:
    return sorted(path for pattern in patterns for path in TOP.glob(pattern))


@pytest.mark.parametrize(("rule", "patterns"), RULES, ids=lambda value: getattr(value, "__name__", ""))
def test_the_house_keeps_its_rules(rule, patterns):
    complaints = [
        complaint
        for path in files(patterns)
        for complaint in rule(path.relative_to(TOP).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize(("rule", "path", "text"), BAD, ids=lambda value: getattr(value, "__name__", ""))
def test_a_breach_is_caught(rule, path, text):
    assert list(rule(path, text))


@pytest.mark.parametrize(("rule", "path", "text"), GOOD, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_right_is_left_alone(rule, path, text):
    assert not list(rule(path, text))


def test_every_rule_has_a_breach_that_proves_it():
    assert {rule for rule, _ in RULES} == {rule for rule, _, _ in BAD}


def test_every_room_has_its_doors():
    rooms = {room_of(path.relative_to(TOP).as_posix()) for path in files(CODE)}
    assert {room for room in rooms if not COUNTER.fullmatch(room)} <= set(DOORS)


@pytest.mark.parametrize("program", ["tracker.web.app", "tracker.schedule", "tracker.cli"])
def test_a_program_starts_whatever_was_imported_before(program: str) -> None:
    """In a fresh interpreter, where a circle of imports is not hidden by what the tests imported already."""
    found = subprocess.run([sys.executable, "-c", f"import {program}"], cwd=TOP, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr[-600:]
