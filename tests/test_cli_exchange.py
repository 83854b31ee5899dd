"""``tracker import``: what it prints, what it refuses, and what it leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.exchange import books
from tests.factories import NOW, set_up_office
from tests.test_cli import tracker
from tracker.cli_exchange import import_
from tracker.store.database import rows, value
from tracker.store.register import open_register


def run(home: Path, *arguments: object, **environ: str) -> Result:
    env = {"TRACKER_HOME": str(home), "TRACKER_LOCALE": None, "TRACKER_ZONE": None, **environ}
    return CliRunner(env=env).invoke(import_, [str(argument) for argument in arguments])


def counted(home: Path) -> int:
    db = open_register(home, NOW)
    found = value(db, "SELECT count(*) FROM cases")
    db.close()
    return int(found)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    good = [books.row(留言编号=2549 + n, 留言时间=f"2019/4/25 9:{n:02}:09") for n in range(3)]
    wrong = books.row(留言编号=2560, 答复时间="2019/4/1 8:00", 留言时间="昨天")
    return books.xlsx(tmp_path / "来信.xlsx", *good, wrong)


def test_json_on_stdout_and_what_was_decided_on_stderr(home: Path, letters: Path) -> None:
    result = run(home, letters, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "rows": 4,
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "rejected": [
            {
                "row": 5,
                "column": "留言时间",
                "value": "昨天",
                "reason": "不是能识别的时间，请写成 2019-04-25 09:32",
            }
        ],
    }
    assert result.stderr.splitlines() == [
        "文件中没有派单时间：时限从“留言时间”列（来信本身的时间）起算",
        "文件中没有来源列：来源按“网络/微信”登记",
        "尚未设置本单位：受理编号暂以 TS 开头",
        "已处理 4/4 行",
    ]


def test_in_words(home: Path, letters: Path) -> None:
    assert run(home, letters).stdout == (
        "共 4 行：新建 3，更新 0，未变 0，有错 1\n第 5 行 留言时间“昨天”：不是能识别的时间，请写成 2019-04-25 09:32\n"
    )


def test_a_second_run_creates_nothing(home: Path, letters: Path) -> None:
    run(home, letters)
    again = json.loads(run(home, letters, "--json").stdout)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 3)
    assert counted(home) == 3


def test_progress_ends_before_the_summary_and_claims_no_import(home: Path, letters: Path) -> None:
    for _ in range(2):
        told = run(home, letters).output
        assert told.index("已处理 4/4 行\n") < told.index("共 4 行：")
        assert "已导入" not in told


@pytest.mark.parametrize("exists", [False, True])
def test_a_dry_run_counts_and_writes_nothing(home: Path, letters: Path, exists: bool) -> None:
    if exists:
        open_register(home, NOW).close()
    result = run(home, letters, "--dry-run", "--json")
    assert json.loads(result.stdout)["created"] == 3
    assert result.stderr.endswith("以上为试算，没有写入\n")
    assert home.exists() is exists
    assert not exists or counted(home) == 0


def test_all_or_nothing(home: Path, letters: Path) -> None:
    result = run(home, letters, "--all-or-nothing", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["created"], len(found["rejected"])) == (0, 1)
    assert result.stderr.endswith("有错的行未改正，整个文件都没有导入\n")
    assert counted(home) == 0


def test_all_when_all_are_right(home: Path, tmp_path: Path) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", books.row())
    assert run(home, path, "--all-or-nothing").exit_code == 0
    assert counted(home) == 1


def test_a_row_that_contradicts_the_register_is_reported_like_a_wrong_cell(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    run(home, books.xlsx(path, books.row()))
    found = json.loads(run(home, books.xlsx(path, books.row(留言主题="另一件事")), "--json").stdout)
    assert found["rejected"] == [
        {
            "row": 2,
            "column": "留言主题",
            "value": "另一件事",
            "reason": "编号已导入为 TS2019-000001，但标题与那时不同。历史件不改写，请核对编号",
        }
    ]


def test_what_the_reader_decided_is_said(home: Path, tmp_path: Path) -> None:
    heading = ("工单编号", "登记时间", "诉求内容", "所属街镇")
    rows_ = [["统计表"], heading, ["A1", "2019/4/25", "有油烟", "新港街道"], ["合计", "", "", ""]]
    result = run(home, books.xlsx(tmp_path / "a.xlsx", *rows_, heading=None))
    assert result.stderr.splitlines()[0] == "文件中没有派单时间：时限从“登记时间”列（登记时间）起算"
    assert result.stderr.splitlines()[3:6] == [
        "1 行的时间只有日期，按当日 00:00 计：第 3 行",
        "以下各行不是数据，已略过：第 1、4 行",
        "以下各列未导入：所属街镇",
    ]
    assert result.stderr.splitlines()[-1] == (
        "1 件没有答复时间，按未办结的历史件保存。补上答复时间后再导入同一文件即可"
    )


def test_an_office_that_is_set_up_gives_its_prefix_and_zone(home: Path, letters: Path) -> None:
    db = open_register(home, NOW)
    set_up_office(db, prefix="XH", zone="Asia/Tokyo")
    result = run(home, letters)
    assert "TS" not in result.stderr
    found = rows(db, "SELECT no, received_at FROM cases ORDER BY id")
    assert tuple(found[0]) == ("XH2019-000001", "2019-04-25T00:00:09Z")
    db.close()


BAD_ARGUMENTS: list[tuple[str, tuple[str, ...], str, str]] = [
    ("no file", (), "FILE", "--help"),
    ("a file that is not there", ("无.xlsx",), "无.xlsx", "没有这个文件"),
    ("a folder", (".",), ".", "不是文件"),
    ("no workbook", ("rubbish.xlsx",), "rubbish.xlsx", "不是完好的工作簿"),
    ("no heading", ("names.csv",), "names.csv", "没有找到表头"),
    ("a column missing", ("short.csv",), "short.csv", "缺少“内容”一列"),
    ("a heading without rows is right, an empty file is not", ("empty.csv",), "empty.csv", "文件是空的"),
    ("a sheet that is not there", ("letters.xlsx", "--sheet", "来访"), "--sheet", "来信"),
    ("a sheet of a CSV", ("names.csv", "--sheet", "来访"), "--sheet", "去掉"),
    ("an option that is not there", ("letters.xlsx", "--dry"), "--dry", "--dry-run"),
    ("two files", ("letters.xlsx", "names.csv"), "names.csv", "--help"),
]


@pytest.mark.parametrize(
    ("what", "arguments", "named", "way_out"), BAD_ARGUMENTS, ids=[case[0] for case in BAD_ARGUMENTS]
)
def test_a_wrong_argument_is_named_with_the_way_out(
    tmp_path: Path, what: str, arguments: tuple[str, ...], named: str, way_out: str
) -> None:
    books.xlsx(tmp_path / "letters.xlsx", books.row())
    (tmp_path / "rubbish.xlsx").write_bytes(b"PK\x03\x04rubbish")
    (tmp_path / "names.csv").write_text("姓名,年龄\n张,3\n", encoding="gbk")
    (tmp_path / "short.csv").write_text("留言编号,留言时间\n1,2019/4/25\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("\n", encoding="utf-8")
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-m", "tracker", "import", *arguments],
        cwd=tmp_path,
        env={**os.environ, "TRACKER_HOME": str(home), "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert named in done.stderr
    assert way_out in done.stderr
    assert "Traceback" not in done.stderr
    if home.exists():
        assert counted(home) == 0


def test_a_wrong_setting_is_named(tmp_path: Path, letters: Path) -> None:
    done = tracker("import", str(letters), home=tmp_path, TRACKER_ZONE="Asia/Shang-hai")
    assert done.returncode == 2
    assert "TRACKER_ZONE" in done.stderr


def test_progress_on_a_terminal_stays_on_one_line(home: Path, letters: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.cli_exchange._on_terminal", lambda: True)
    assert "\r已处理 4/4 行\n" in run(home, letters).stderr
