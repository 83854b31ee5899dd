"""``tracker remind explain CASE``: what became of each step, or why it is owed to nobody."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from tests import factories
from tests.office.cases_sql import add_case, natural, shanghai
from tracker import clock as wall_clock
from tracker.cli_remind import remind
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.office.replanning import refresh
from tracker.rule.ladder import LADDER, Rung
from tracker.store import ladder
from tracker.store.database import execute


@pytest.fixture
def run(home, monkeypatch):
    """``run("XH…")``: the command over the register of this test, on a standing clock."""
    monkeypatch.setenv("TRACKER_HOME", str(home))
    monkeypatch.setattr(wall_clock, "now", lambda: shanghai("06-19 09:00"))
    return lambda *arguments: CliRunner().invoke(remind, ["explain", *arguments])


@pytest.fixture
def case(register, make_person):
    handler = make_person(roles=("handler",), name="王建国", email="wang@example.gov.cn")
    make_person(roles=("supervisor",), name="周明")
    limits = {key: due for key, due in natural("2026-06-17").items() if key in ("contact", "inspection")}
    case = add_case(register, limits, handler_id=handler.id, at=shanghai("06-17 10:24"))
    replan(register, case, factories.NOW, "register")
    tick(register, factories.NOW, "example.gov.cn")
    execute(register, "UPDATE delivery SET sent_at = '2026-06-17T02:25:00Z', tries = 1, answer = '250 ok'")
    tick(register, shanghai("06-18 08:30"), "example.gov.cn")
    execute(register, "UPDATE delivery SET dead = 1, tries = 1, failed = 1, answer = '550 no' WHERE sent_at IS NULL")
    execute(
        register,
        "UPDATE deadline SET state = 'done', done_at = '2026-06-18T02:00:00Z' WHERE key = 'contact'",
    )
    replan(register, case, shanghai("06-18 10:00"), "contact")
    return case


def test_it_says_for_each_step_when_to_whom_and_what_became_of_it(run, case):
    shown = run("XH2026-000001")
    assert shown.exit_code == 0, shown.output
    assert shown.output.splitlines() == [
        "本件",
        "    06-17 10:24  派单  王建国  站内 06-17 10:24  电子邮件 06-17 10:25",
        "    —  派单  不提醒：此行只用于紧急件",
        "1 先行联系  应完成 06-18（周四）24:00前  已完成",
        "    06-18 08:30  到期当天  王建国  站内 06-18 08:30  电子邮件 无法送达（550 no）",
        "    06-22 08:30  超期满3天  王建国  已撤回：先行联系",
        "    06-22 08:30  超期满3天  周明  已撤回：先行联系",
        "    06-17 08:30  到期前一个工作日  不提醒：已完成",
        "    06-22 08:30  超期次日  不提醒：已完成",
        "    06-22 08:30  超期满1天  不提醒：已完成",
        "    06-29 08:30  超期后每周一  不提醒：已完成",
        "2 现场检查与整改  应完成 06-20（周六）24:00前  剩 1天15小时",
        "    06-18 08:30  到期前一个工作日  王建国  站内 06-18 08:30  电子邮件 无法送达（550 no）",
        "    06-20 08:30  到期当天  王建国  待提醒",
        "    06-22 08:30  超期满1天  王建国  待提醒",
        "    06-22 08:30  超期满1天  周明  待提醒",
        "    06-24 08:30  超期满3天  王建国  待提醒",
        "    06-24 08:30  超期满3天  周明  待提醒",
        "    06-22 08:30  超期次日  不提醒：同一时间已有更重的提醒",
        "    06-24 08:30  超期满3天  不提醒：未指定责任领导，改由督办接收",
        "    06-29 08:30  超期后每周一  不提醒：末次超期提醒后才开始",
        "    06-20 08:30  到期当天  不提醒：此行只用于紧急件",
        "    06-22 08:30  超期次日  不提醒：此行只用于紧急件",
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("withdrawn:handed_on", "电子邮件 已不需要发送：已不由其办理"),
        ("withdrawn", "电子邮件 已不需要发送"),  # as it was kept before there were reasons
    ],
)
def test_what_nobody_needed_any_more_is_no_failure(run, case, register, answer, said):
    execute(register, "UPDATE delivery SET answer = :answer WHERE dead = 1", {"answer": answer})
    assert f"06-18 08:30  到期当天  王建国  站内 06-18 08:30  {said}\n" in run("XH2026-000001").output
    (one,) = [
        one
        for one in json.loads(run("XH2026-000001", "--json").output)
        if one["rung"] == "due_day" and one["limit"] == "contact"
    ]
    assert [way["state"] for way in one["channels"]] == ["not_needed"]


def test_what_waits_on_a_channel_that_is_off_says_so(run, case, register):
    execute(register, "UPDATE delivery SET dead = 0 WHERE dead = 1")
    execute(register, "UPDATE channel SET active = 0")
    assert "电子邮件 已停用，恢复使用后发送" in run("XH2026-000001").output


def test_rows_that_are_switched_off_or_name_somebody_who_is_not_there_say_so(run, register, make_person, case):
    rungs = (
        *(replace(rung, active=False) if rung.key in ("eve", "unsigned_4") else rung for rung in LADDER),
        Rung("limit", "late", 2, ("handler", "duty", "co_handler")),
    )
    ladder.add(register, rungs, factories.NOW, make_person(roles=("admin",)).id)
    while not refresh(register, shanghai("06-18 10:30")):
        pass
    lines = [" ".join(line.split()) for line in run("XH2026-000001").output.splitlines()]
    assert "— 派单满4小时未签收 不提醒：提醒阶梯中此行未使用" in lines
    assert "06-18 08:30 到期前一个工作日 不提醒：提醒阶梯中此行未使用" in lines
    assert "06-23 08:30 超期满2天 王建国 待提醒" in lines
    assert "06-23 08:30 超期满2天 不提醒：没有协办人" in lines
    assert "06-23 08:30 超期满2天 不提醒：未使用值班表" in lines


def test_as_data_it_says_the_same(run, case):
    found = json.loads(run("XH2026-000001", "--json").output)
    assert found[0] == {
        "limit": None,
        "round": 1,
        "due_at": None,
        "rung": "dispatch",
        "owed_at": "2026-06-17T02:24:00Z",
        "person": "王建国",
        "state": "sent",
        "shown_at": "2026-06-17T02:24:00Z",
        "why": "",
        "channels": [{"channel": "mail", "state": "sent", "sent_at": "2026-06-17T02:25:00Z", "answer": "250 ok"}],
    }
    assert {one["state"] for one in found} == {"sent", "shown", "withdrawn", "planned", "not_owed"}


def test_what_lay_before_the_registration_says_so(run, register, make_person):
    handler = make_person(roles=("handler",), name="王建国")
    case = add_case(register, {"contact": shanghai("06-18 00:00")}, handler_id=handler.id)
    replan(register, case, factories.NOW, "register")
    assert "06-16 08:30  到期前一个工作日  不提醒：早于登记或改期，不再提醒" in run("XH2026-000001").output


def test_a_case_that_is_not_there_is_named(run, case):
    shown = run("XH2026-000009")
    assert shown.exit_code == 2
    assert "XH2026-000009" in shown.output
