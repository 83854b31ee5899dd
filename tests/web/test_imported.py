"""A case that was brought in, on the pages."""

from __future__ import annotations

import json
from dataclasses import replace

from click.testing import CliRunner

from tests.office.test_history import LETTER, brought
from tracker.cli_overdue import overdue


def test_the_page_says_what_the_letter_said_and_invents_nothing(client, register, make_person, sign_in):
    brought(register, LETTER)
    page = sign_in(client, make_person(roles=("supervisor",))).get("/case/XH2019-000001").get_data(as_text=True)
    for words in ("历史件", "时限自来信时间", "导入历史件", "来信.xlsx 第 2 行", "已责令停工。", "夜里两点还在打桩。"):
        assert words in page
    assert page.count("无记录") >= 3
    assert LETTER.complainant not in page


def test_the_web_list_of_an_instant_has_the_rows_of_the_command(client, register, make_person, sign_in, home):
    brought(register, LETTER)
    for at, late in (("2019-05-11T00:00", True), ("2019-05-10T23:59", False)):
        page = sign_in(client, make_person(roles=("supervisor",))).get(f"/overdue?at={at}").get_data(as_text=True)
        said = CliRunner(env={"TRACKER_HOME": str(home)}).invoke(overdue, ["--at", at, "--json"]).stdout
        assert [line["no"] for line in json.loads(said)] == (["XH2019-000001"] if late else [])
        assert ("XH2019-000001" in page) is late


def test_an_open_one_says_that_it_stands_on_no_live_list_and_the_live_list_says_that_it_is_there(
    client, register, make_person, sign_in
):
    brought(register, replace(LETTER, reply="", replied_at=None))
    sign_in(client, make_person(roles=("supervisor",)))
    page = client.get("/case/XH2019-000001").get_data(as_text=True)
    assert "历史件：只供查询，不提醒，不列入今日待办和超期清单" in page
    live = client.get("/overdue").get_data(as_text=True)
    assert "XH2019-000001" not in live
    assert "另有 1 件未办结的历史件已过时限" in live
    then = "/overdue?at=" + live.partition('href="/overdue?at=')[2].partition('"')[0]
    assert "XH2019-000001" in client.get(then).get_data(as_text=True)
    for path in (then, "/overdue?light=near", "/overdue?stage=contact"):
        assert "另有" not in client.get(path).get_data(as_text=True)


def test_a_closed_one_needs_no_reply_and_the_live_list_is_silent_of_it(client, register, make_person, sign_in):
    brought(register, LETTER)
    sign_in(client, make_person(roles=("supervisor",)))
    assert "只供查询" not in client.get("/case/XH2019-000001").get_data(as_text=True)
    assert "历史件" not in client.get("/overdue").get_data(as_text=True)
