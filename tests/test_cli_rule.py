"""``tracker deadlines``: what it prints and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from click.testing import CliRunner, Result

from tracker import i18n
from tracker.cli_rule import deadlines


def run(*arguments: str, **environment: str) -> Result:
    empty = {"TRACKER_LOCALE": None, "TRACKER_ZONE": None}
    return CliRunner(env={**empty, **environment}).invoke(deadlines, list(arguments))


def limits(*arguments: str, **environment: str) -> list[str]:
    result = run(*arguments, **environment)
    assert result.exit_code == 0, result.output
    return [line for line in result.output.splitlines() if line[0] in "1234"]


def test_four_limits_are_printed() -> None:
    assert run("2026-09-30T23:59").output == (
        "收到  2026-09-30（周三）23:59  Asia/Shanghai\n"
        "计日  自然日\n"
        "1 先行联系  10-01（周四）24:00前\n"
        "2 现场检查  10-03（周六）24:00前\n"
        "3 现场复查  10-10（周六）24:00前\n"
        "4 后续处理  10-15（周四）24:00前\n"
    )


def test_another_convention_and_a_closing_hour() -> None:
    assert limits("2026-09-30T23:59", "--convention", "working", "--closes", "17:30")[0] == (
        "1 先行联系  10-08（周四）17:30前"
    )


def test_hours_are_due_to_the_minute() -> None:
    assert limits("2026-06-09T09:05:59", "--convention", "hours")[0] == "1 先行联系  06-10（周三）09:05前"


def test_the_year_is_named_where_it_is_another_than_that_of_the_receipt() -> None:
    assert limits("2025-12-30T10:00")[:2] == [
        "1 先行联系  12-31（周三）24:00前",
        "2 现场检查  2026-01-02（周五）24:00前",
    ]


def test_a_limit_in_an_unpublished_year_is_marked() -> None:
    result = run("2098-12-20T10:00", "--convention", "working")
    assert "1 先行联系  12-22（周一）24:00前  暂定\n" in result.output
    assert result.output.endswith("暂定：所涉年份的放假安排尚未公布，公布后重新计算\n")


def test_an_explanation_follows_each_limit() -> None:
    printed = run("2026-09-18T16:00", "--convention", "working", "--explain").output.splitlines()
    assert [line[:6] for line in printed if line[0] in "1234"] == [
        "1 先行联系",
        "2 现场检查",
        "3 现场复查",
        "4 后续处理",
    ]
    assert printed[2:6] == [
        "1 先行联系  09-20（周日）24:00前",
        "    09-18（周五）  —      收到当日，不计",
        "    09-19（周六）  —      周末，不计",
        "    09-20（周日）  第1日  调休上班，计入  国庆节",
    ]


def test_one_stage_may_be_asked_for_alone() -> None:
    assert limits("2026-09-30T23:59", "--stage", "recheck") == ["3 现场复查  10-10（周六）24:00前"]


@pytest.mark.parametrize(
    "typed",
    [
        ["2026-09-30T15:59Z"],
        ["2026-09-30T11:59-04:00"],
        ["2026-09-30 23:59"],
        ["2026-09-30", "23:59"],
        ["２０２６-09-30T23：59"],
        ["2026-09-30t23:59:00"],
        ["2026-09-30t15:59z"],
    ],
)
def test_one_instant_may_be_typed_in_many_ways(typed: list[str]) -> None:
    assert run(*typed).output == run("2026-09-30T23:59").output


def test_a_day_alone_begins_at_midnight() -> None:
    assert run("2026-09-30").output == run("2026-09-30T00:00").output


def test_the_wall_clock_is_that_of_the_zone() -> None:
    assert run("2026-09-30T23:59", "--zone", "Europe/Berlin").output.splitlines()[0] == (
        "收到  2026-09-30（周三）23:59  Europe/Berlin"
    )
    assert limits("2026-09-30T15:59Z", TRACKER_ZONE="Asia/Tokyo")[0] == "1 先行联系  10-02（周五）24:00前"


def test_json_gives_instants_in_utc() -> None:
    data = json.loads(run("2026-09-30T23:59", "--convention", "natural-roll", "--closes", "17:30", "--json").output)
    assert {**data, "stages": data["stages"][1:2]} == {
        "received_at": "2026-09-30T15:59:00Z",
        "zone": "Asia/Shanghai",
        "convention": "natural-roll",
        "closes": "17:30",
        "stages": [
            {
                "key": "inspection",
                "days": 3,
                "due_at": "2026-10-08T09:30:00Z",
                "due_day": "2026-10-08",
                "unrolled_day": "2026-10-03",
                "provisional": False,
            }
        ],
    }


def test_json_explains_when_asked() -> None:
    data = json.loads(run("2026-09-30T23:59", "--convention", "working", "--json", "--explain").output)
    assert data["closes"] is None
    assert data["stages"][0]["explain"][1] == {"day": "2026-10-01", "n": None, "why": "放假，不计", "note": "国庆节"}
    assert data["stages"][0]["explain"][-1] == {"day": "2026-10-08", "n": 1, "why": "工作日，计入", "note": ""}


RECEIVED = "2026-09-30T23:59"


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ([], "RECEIVED_AT：请给出收到时间"),
        (["yesterday"], "yesterday"),
        (["30.09.2026"], "30.09.2026"),
        (["20260930"], "20260930"),
        (["2026-02-30"], "2026-02-30"),
        (["2026-13-01"], "2026-13-01"),
        (["0000-01-01T00:00"], "0000-01-01T00:00"),
        (["2026-09-30T25:00"], "2026-09-30T25:00"),
        (["2026-09-30T23:59+99:00"], "+99:00"),
        ([RECEIVED, "extra"], "extra"),
        (["0001-01-01T00:00"], "0001-01-01T00:00"),
        (["9999-12-30T00:00"], "9999-12-29T16:00"),
        (["2026-03-29T02:30", "--zone", "Europe/Berlin"], "2026-03-29T02:30"),
        ([RECEIVED, "--convention", "weekly"], "--convention：没有“weekly”"),
        ([RECEIVED, "--stage", "visit"], "--stage：没有“visit”"),
        ([RECEIVED, "--closes", "25:00"], "--closes：“25:00”"),
        ([RECEIVED, "--closes", "24:01"], "--closes：“24:01”"),
        ([RECEIVED, "--closes", "17:60"], "--closes：“17:60”"),
        ([RECEIVED, "--closes", "17.30"], "--closes：“17.30”"),
        ([RECEIVED, "--closes", "00:00"], "--closes：截止钟点应在00:01到23:59之间，精确到分，现为 00:00"),
        ([RECEIVED, "--closes", "17:30", "--convention", "hours"], "--closes：按小时计时"),
        ([RECEIVED, "--zone", "Mars/Olympus"], "--zone：没有“Mars/Olympus”"),
        ([RECEIVED, "--zone", "Asia"], "--zone：没有“Asia”"),
        ([RECEIVED, "--zone", "../etc/passwd"], "--zone：没有“../etc/passwd”"),
        ([RECEIVED, "--zone", ""], "--zone：没有“”"),
    ],
)
def test_a_wrong_argument_is_named_with_the_way_out(arguments: list[str], names: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    message = result.output.splitlines()[-1]
    assert names in message
    assert any(way in message for way in ("请", "可选"))
    assert "Traceback" not in result.output


def test_every_stage_speaks_english_where_the_catalogue_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = Catalog(locale="en")
    english.add("先行联系", "First contact")
    english.add("%(day)s（%(weekday)s）%(clock)s前", "%(day)s (%(weekday)s) before %(clock)s")
    english.add("周四", "Thu")
    english.add("%(place)s：%(message)s", "%(place)s: %(message)s")
    english.add(
        "没有“%(value)s”这个时区，请写成 Asia/Shanghai 的形式", "no zone “%(value)s”; write it like Asia/Shanghai"
    )
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, english)
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    assert limits(RECEIVED, TRACKER_LOCALE="en")[0].split("  ")[-1] == "10-01 (Thu) before 24:00"
    assert limits(RECEIVED, TRACKER_LOCALE="en")[0].startswith("1 First contact")
    refused = run(RECEIVED, "--zone", "Mars", TRACKER_LOCALE="en")
    assert refused.output.endswith("--zone: no zone “Mars”; write it like Asia/Shanghai\n")


def test_a_locale_without_a_catalogue_speaks_the_source_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    assert limits(RECEIVED, TRACKER_LOCALE="en") == limits(RECEIVED)
    assert i18n.translator("en")("先行联系") == "先行联系"
