"""``tracker remind --dry-run``: what would go to whom, and nothing goes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests import factories
from tests.office.cases_sql import add_case, natural
from tracker import clock as wall_clock
from tracker.cli_remind import remind
from tracker.office.reminding import replan
from tracker.store.database import rows, value


@pytest.fixture
def run(home, monkeypatch):
    """``run("--at", …)``: the command over the register of this test, on a standing clock."""
    monkeypatch.setenv("TRACKER_HOME", str(home))
    monkeypatch.setattr(wall_clock, "now", lambda: factories.NOW)
    return lambda *arguments: CliRunner().invoke(remind, arguments)


@pytest.fixture
def case(register, make_person):
    handler = make_person(roles=("handler",), name="王建国", account="wang", email="wang@example.gov.cn")
    make_person(roles=("supervisor",), name="周明", account="zhou")
    case = add_case(register, natural("2026-06-17"), handler_id=handler.id)
    replan(register, case, factories.NOW, "登记")
    return case


def test_it_lists_what_would_go_to_whom_and_why(run, register, case):
    shown = run("--dry-run", "--at", "2026-06-18T08:30")
    assert shown.exit_code == 0
    assert shown.output.splitlines() == [
        "到 2026-06-18 08:30 应发提醒 5 条，2 人。只列出，未发送",
        "王建国（wang）",
        "    06-17 10:24  派单  XH2026-000001  站内",
        "    06-18 08:30  到期当天  XH2026-000001  1 先行联系 应 06-18 24:00前  站内",
        "    06-18 08:30  到期前一个工作日  XH2026-000001  2 现场检查与整改 应 06-20 24:00前  站内",
        "    06-18 08:30  今日清单  超期、今日和明日到期、待签收的件  站内",
        "周明（zhou）",
        "    06-18 08:30  督办日报  超期、今日和明日到期、待审批的件  站内",
    ]


def test_as_data_it_says_the_same(run, register, case, monkeypatch):
    monkeypatch.setenv("TRACKER_SMTP_HOST", "mail.example.gov.cn")
    monkeypatch.setenv("TRACKER_MAIL_FROM", "xinfang@example.gov.cn")
    found = json.loads(run("--dry-run", "--at", "2026-06-18T08:30", "--json").output)
    assert found[1] == {
        "person": "王建国",
        "account": "wang",
        "channel": "mail",
        "other_channels": [],
        "mail_at": "2026-06-18T00:30:00Z",
        "rung": "due_day",
        "why": "到期当天",
        "case": "XH2026-000001",
        "limit": "contact",
        "due_at": "2026-06-18T16:00:00Z",
        "owed_at": "2026-06-18T00:30:00Z",
    }
    assert [one["channel"] for one in found] == ["mail", "mail", "mail", "mail", "app"]


def test_weeks_ahead_the_repeats_are_there(run, register, case):
    found = json.loads(run("--dry-run", "--at", "2026-07-20T09:00", "--json").output)
    mondays = [one["owed_at"][:10] for one in found if (one["rung"], one["limit"]) == ("weekly", "contact")]
    assert mondays == ["2026-06-29", "2026-07-06", "2026-07-13", "2026-07-20"] * 2
    assert [one["owed_at"][:10] for one in found if one["rung"] == "digest"] == ["2026-07-20"]


def test_nothing_is_sent_and_nothing_written(run, register, case):
    before = [tuple(r) for r in rows(register, "SELECT * FROM reminder")]
    run("--dry-run", "--at", "2026-08-18T08:30")
    assert [tuple(r) for r in rows(register, "SELECT * FROM reminder")] == before
    assert value(register, "SELECT count(*) FROM delivery") == value(register, "SELECT count(*) FROM heartbeat") == 0


def test_the_instant_is_now_unless_another_is_given(run, register, case):
    assert run("--dry-run").output.startswith("到 2026-06-17 10:24 应发提醒 1 条")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--at", "2026-06-18T08:30"], "--dry-run：提醒由 tracker schedule 发送"),
        (["--dry-run", "--at", "明天"], "--at：“明天”不是日期和时间，请写成 2026-09-30T23:59 的形式"),
        (["--dry-run", "--at", "2026-06-31T08:30"], "--at：没有“2026-06-31T08:30”这个时间"),
        (["--dry-run", "--at", "9999-12-31T23:59-10:00"], "--at：9999-12-31T23:59-10:00 超出历法范围"),
    ],
)
def test_what_is_wrong_is_named(run, register, arguments, words):
    shown = run(*arguments)
    assert shown.exit_code == 2
    assert words in shown.output


def test_without_a_register_it_says_so_and_makes_none(run, home):
    shown = run("--dry-run")
    assert "中还没有登记库" in str(shown.exception)
    assert not home.exists()
