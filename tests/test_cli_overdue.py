"""``tracker overdue``: on the terminal, as JSON, as a workbook."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook
from sqlite_utils import Database

from tests import factories
from tests.store.test_overdue import CONTACT_DUE, RECEIVED, ZONE, make_case
from tests.test_cli import tracker
from tracker import cli_overdue
from tracker.cli_overdue import overdue
from tracker.rule.clocks import given
from tracker.store import cases, streets
from tracker.store.clocks import Setting, add
from tracker.store.database import writing

AT = CONTACT_DUE + timedelta(days=2, hours=1)


@pytest.fixture
def office(register: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Two late cases of two handlers; the second has done its first stage."""
    wang = factories.add_person(register, roles=("handler",), name="王建国", account="wang")
    zhou = factories.add_person(register, roles=("handler",), name="周明", account="zhou")
    with writing(register):
        street = streets.add(register, "新港街道", "xg")
        make_case(register, handler_id=wang.id, street_id=street, title="塑料制品厂异味")
        make_case(register, handler_id=zhou.id, done={"contact": RECEIVED}, title="工地夜间施工噪声")
    monkeypatch.setattr(cli_overdue, "now", lambda: AT + timedelta(hours=1))
    return register


def run(home: Path, *arguments: object) -> Result:
    env = {"TRACKER_HOME": str(home), "TRACKER_LOCALE": None, "TRACKER_ZONE": None}
    return CliRunner(env=env).invoke(overdue, [str(argument) for argument in arguments])


def numbers(home: Path, *arguments: object) -> list[str]:
    result = run(home, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return [line["no"] for line in json.loads(result.stdout)]


def test_the_table_has_the_worst_first(office: Database, home: Path) -> None:
    assert run(home).stdout == (
        "截至 2026-06-17 02:00，超期 2 件\n"
        "受理编号       超期时长    阶段      应完成            承办人  事由\n"
        "XH2026-000001  ■ 2天2小时  先行联系  2026-06-14 24:00  王建国  塑料制品厂异味\n"
        "XH2026-000002  ■ 2小时     现场检查  2026-06-16 24:00  周明    工地夜间施工噪声\n"
    )


def test_json_says_all_of_a_line(office: Database, home: Path) -> None:
    (first, _) = json.loads(run(home, "--at", "2026-06-17T01:00", "--json").stdout)
    assert first == {
        "no": "XH2026-000001",
        "title": "塑料制品厂异味",
        "categories": [],
        "limit": "contact",
        "limit_name": "先行联系",
        "outside": False,
        "received_at": "2026-06-13T01:05:00Z",
        "due_at": "2026-06-14T16:00:00Z",
        "due_day": "2026-06-14",
        "provisional": False,
        "late_minutes": 2 * 24 * 60 + 60,
        "late": "2天1小时",
        "backfill": False,
        "street": "新港街道",
        "handler": "王建国",
        "unit": "",
        "state": "open",
        "round": 1,
        "historic": False,
        "last_reminded_at": None,
    }


@pytest.mark.parametrize("at", ["2026-06-15T00:00", "2026-06-15", "2026-06-14T16:00:00Z", "2026-06-15 00:00:00+08:00"])
def test_an_instant_is_the_offices_unless_it_says_its_zone(office: Database, home: Path, at: str) -> None:
    assert numbers(home, "--at", at) == ["XH2026-000001"]


@pytest.mark.parametrize("at", ["2026-06-14T23:59:59", "2026-06-14T15:59:59Z"])
def test_the_second_before_it_is_not_late(office: Database, home: Path, at: str) -> None:
    assert numbers(home, "--at", at) == []
    assert run(home, "--at", at).stdout == "截至 2026-06-14 23:59 没有超期件\n"


@pytest.mark.parametrize(
    "arguments",
    [
        *(("--handler", "王建国"), ("--handler", "wang"), ("--street", "新港街道")),
        *(("--stage", "contact"), ("--stage", "先行联系")),
    ],
)
@pytest.mark.parametrize("at", [(), ("--at", "2026-06-17T01:00")], ids=["now", "then"])
def test_the_list_is_narrowed(office: Database, home: Path, arguments: tuple[str, ...], at: tuple[str, ...]) -> None:
    assert numbers(home, *arguments, *at) == ["XH2026-000001"]
    assert len(numbers(home, *at)) == 2


def test_a_workbook_holds_the_same_lines(office: Database, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "超期.xlsx"
    result = run(home, "--xlsx", path)
    assert result.stdout == ""
    assert result.stderr == f"已写入 {path}，共 2 件\n"
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [row[1] for row in rows[3:]] == ["XH2026-000001", "XH2026-000002"]
    assert "导出人 命令行" in rows[1][0]


def test_historic_cases_that_the_live_list_leaves_out_are_named(office: Database, home: Path) -> None:
    with writing(office):
        make_case(office, historic=True)
    told = run(home).stderr
    assert told == "另有 1 件未办结的历史件已过时限，用 --at 查看\n"
    assert run(home, "--at", "2026-07-17").stderr == run(home, "--handler", "wang").stderr == ""
    assert len(numbers(home, "--at", "2026-07-17")) == 3


def test_json_and_workbook_may_be_asked_at_once(office: Database, home: Path, tmp_path: Path) -> None:
    assert len(numbers(home, "--xlsx", tmp_path / "a.xlsx")) == 2
    assert (tmp_path / "a.xlsx").exists()


BAD_ARGUMENTS = [
    ("a day that does not exist", ("--at", "2026-02-30"), "--at", "请核对"),
    ("words for a time", ("--at", "昨天"), "--at", "2026-09-30T23:59"),
    ("a time without its day", ("--at", "09:00"), "--at", "2026-09-30T23:59"),
    ("25 o'clock", ("--at", "2026-06-14T25:00"), "--at", "请核对"),
    ("a year past the calendar", ("--at", "0001-01-01T00:00"), "--at", "年份"),
    ("a stage that does not exist", ("--stage", "closing"), "--stage", "inspection"),
    ("a person who does not exist", ("--handler", "李四"), "--handler", "账号"),
    ("a name that two people have", ("--handler", "周明"), "--handler", "zhou、zhou2"),
    ("a street that does not exist", ("--street", "旧港街道"), "--street", "新港街道"),
    ("a workbook of another kind", ("--xlsx", "a.csv"), "--xlsx", ".xlsx"),
    ("a workbook in a folder that is not there", ("--xlsx", "无/a.xlsx"), "--xlsx", "文件夹"),
]


@pytest.mark.parametrize(
    ("what", "arguments", "named", "way_out"), BAD_ARGUMENTS, ids=[case[0] for case in BAD_ARGUMENTS]
)
def test_a_wrong_argument_is_named_with_the_way_out(
    office: Database, home: Path, what: str, arguments: tuple[str, ...], named: str, way_out: str
) -> None:
    factories.add_person(office, roles=("handler",), name="周明", account="zhou2")
    result = run(home, *arguments)
    assert result.exit_code == 2
    assert named in result.stderr
    assert way_out in result.stderr
    assert arguments[1] in result.stderr


def test_without_a_register_nothing_is_listed_and_none_is_made(tmp_path: Path) -> None:
    done = tracker("overdue", home=tmp_path / "elsewhere")
    assert done.returncode == 1
    assert "TRACKER_HOME" in done.stderr
    assert not (tmp_path / "elsewhere").exists()


@pytest.fixture
def clocks(office: Database) -> Database:
    """The second case, whose inspection is the later one, has two 督办 beside it; the first of them is its worst."""
    at = CONTACT_DUE
    with writing(office):
        for n, key in enumerate(("督办", "督办#2")):
            due = given(key, at + timedelta(hours=n - 9), ZONE)
            add(office, 2, 1, RECEIVED, due, Setting("supervise", "区督查室", "", None, RECEIVED))
        cases.refresh_next(office, 2)
    return office


def test_what_is_no_stage_is_counted_apart(clocks: Database, home: Path) -> None:
    first, *_rest = run(home).stdout.splitlines()
    assert first == "截至 2026-06-17 02:00，超期 2 件，其中其他时限 1 件"
    first, *_rest = run(home, "--at", "2026-06-17T01:00").stdout.splitlines()
    assert first == "截至 2026-06-17 01:00，超期 2 件，其中其他时限 1 件"


def test_the_other_limits_are_a_stage_to_ask_for(clocks: Database, home: Path) -> None:
    assert numbers(home, "--stage", "clocks") == numbers(home, "--stage", "督办") == ["XH2026-000002"]
    assert numbers(home, "--stage", "clocks", "--at", "2026-06-17T01:00") == ["XH2026-000002"]
    (line,) = json.loads(run(home, "--stage", "督办", "--json").stdout)
    assert (line["limit"], line["limit_name"], line["outside"]) == ("督办", "督办", True)


def test_an_unknown_limit_is_told_which_there_are(clocks: Database, home: Path) -> None:
    said = run(home, "--stage", "弄错").output
    assert "clocks" in said
    assert "督办" in said
