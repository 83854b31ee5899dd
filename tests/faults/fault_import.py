"""Ten thousand rows of a workbook, half of them spoiled (make faults): the good ones exact, each bad one named."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from tests.exchange.books import row, xlsx
from tests.faults.table import told
from tracker import cli
from tracker.clock import now
from tracker.store.database import value
from tracker.store.register import open_register

ROWS = 10_000
#: What may be wrong with a cell: its heading, and what stands in it.
SPOILED = (
    ("留言时间", "不详"),
    ("留言时间", "2019/13/45 9:32"),
    ("留言时间", ""),
    ("留言时间", "2099/1/1 9:00"),
    ("答复时间", "2019/4/1 9:00:00"),
    ("答复时间", "昨天"),
)


@dataclass(frozen=True)
class Figures:
    """What came of it. ``unnamed``: spoiled rows that were not named with their column and a reason."""

    rows: int
    good: int
    created: int
    spoiled: int
    unnamed: int
    named_wrongly: int


def test_ten_thousand_rows(home, tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_HOME", str(home))
    dice = random.Random(1)
    spoiled: dict[int, str] = {}
    found = []
    for number in range(2, ROWS + 2):
        changes: dict[str, object] = {"留言编号": 100_000 + number}
        if dice.random() < 0.5:
            heading, cell = dice.choice(SPOILED)
            changes[heading], spoiled[number] = cell, heading
        found.append(row(**changes))
    book = xlsx(tmp_path / "来信.xlsx", *found)
    whole = _run(book, "--all-or-nothing")
    assert whole["created"] == 0
    said = _run(book)
    db = open_register(Path(home), now())
    cases = value(db, "SELECT count(*) FROM cases")
    db.close()
    named = {one["row"]: one for one in said["rejected"]}
    figures = Figures(
        rows=ROWS,
        good=ROWS - len(spoiled),
        created=cases,
        spoiled=len(spoiled),
        unnamed=sum(not (n in named and named[n]["column"] and named[n]["reason"]) for n in spoiled),
        named_wrongly=len(named.keys() - spoiled.keys()),
    )
    told("ten thousand rows, half of them spoiled", figures)
    assert figures.created == figures.good == said["created"], figures
    assert figures.unnamed == figures.named_wrongly == 0, figures


def _run(book: Path, *options: str) -> dict:
    done = CliRunner().invoke(cli.tracker, ["import", str(book), "--json", *options])
    return json.loads(done.stdout)
