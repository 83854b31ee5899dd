"""Extension, suspension, resumption and the corrected receipt time, on the page of a case."""

from __future__ import annotations

import re

import pytest

from tests.web.case_desk import RECHECK, problems

EXTEND = {"stage": "inspection", "days": "5", "reason": "涉及多家企业"}
FIRST = "第一次应完成</dt>"
MONITORED = {**RECHECK, "no_monitoring": "", "body_name": "区监测站", "planned": "06-25", "items": "臭气浓度"}


@pytest.fixture
def no(desk):
    """A case on the desk of its handler: due 06-18, 06-20, 06-27 and 07-02."""
    desk.enter("王建国")
    return desk.case().no


def part(page: str, start: str, end: str = "</section>") -> str:
    """The text of a part of the page, without its tags."""
    rest = page[page.index(start) :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", rest[: rest.index(end)]))


def extend(desk, no, **changes):
    return desk.send(no, "extend", "extend", **{**EXTEND, **changes})


def suspend(desk, no, **changes):
    return desk.send(no, "suspend", "suspend", **{"ground": "case", "reason": "停产检修", **changes})


def approve(desk, no, what, **fields):
    path = {"extension": "extend/decide", "suspension": "suspend/decide"}[what]
    return desk.send(no, path, f"decide-{what}", do=fields.pop("do", "approve"), **fields)


@pytest.fixture
def suspended(desk, no):
    desk.finish(no, "contact")
    suspend(desk, no)
    desk.enter("李处")
    approve(desk, no, "suspension")
    return no


class TestExtension:
    def test_the_handler_asks_and_another_supervisor_grants(self, desk, no):
        assert extend(desk, no).status_code == 303
        page = desk.page(no)
        assert "已申请延期，等待审批" in page
        assert "等待其他督办人员审批：李处、赵科" in page
        desk.enter("李处")
        shown = part(desk.page(no), 'id="h-review"')
        assert "现场检查与整改 · 5天 · 自然日" in shown
        assert "06-20 24:00 → 06-25 24:00" in shown
        assert approve(desk, no, "extension").status_code == 303
        page = desk.page(no)
        assert "已同意延期" in page
        stage = part(page, "2. 现场检查与整改", "</li>")
        assert "第一次应完成 06-20 24:00" in stage
        assert "延期后应完成 06-25 24:00" in stage

    def test_meanwhile_the_light_says_so(self, desk, no):
        extend(desk, no, stage="contact")
        assert "▲ 延期待批" in part(desk.page(no), '<p class="bar head">', "</p>")
        desk.later(days=2)
        page = desk.page(no)
        assert "▲ 延期待批" in part(page, "1. 先行联系", "</li>")
        assert "■ 超期" not in part(page, "1. 先行联系", "</li>")
        assert "完成第1阶段：先行联系" in page  # the work goes on

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"stage": ""}, "stage", "请选择要延期的阶段"),
            ({"days": ""}, "days", "延期天数应为 1 到 60 的整数"),
            ({"days": "三"}, "days", "延期天数应为 1 到 60 的整数"),
            ({"reason": ""}, "reason", "请写明延期的理由"),
            ({"reason": "长" * 10_001}, "reason", "文字过长"),
        ],
    )
    def test_what_is_missing_is_named_and_what_was_typed_is_kept(self, desk, no, changes, field, words):
        answer = extend(desk, no, **changes)
        assert answer.status_code == 400
        assert words in problems(answer.text)[f"extend-{field}"]
        assert '<details class="act" id="act-extend" open>' in answer.text
        if field != "reason":
            assert "涉及多家企业" in answer.text

    def test_the_conditions_stand_on_the_page(self, desk, no):
        said = part(desk.page(no), 'id="act-extend"', "</details>")
        for words in ("到期前申请", "只能延期一次", "第一次应完成时间保留", "由其他督办人员审批：李处、赵科"):
            assert words in said

    def test_where_nothing_may_be_extended_the_page_says_why(self, desk, no):
        desk.later(days=20)
        said = part(desk.page(no), 'id="act-extend"', "</details>")
        assert "现在不能申请延期" in said
        assert "“先行联系”已经超期，延期应在到期前申请" in said

    def test_refused_it_says_why_and_moves_nothing(self, desk, no):
        extend(desk, no)
        desk.enter("李处")
        answer = approve(desk, no, "extension", do="refuse")
        assert "请写明理由" in problems(answer.text)["decide-extension-answer"]
        assert approve(desk, no, "extension", do="refuse", answer="人手足够").status_code == 303
        page = desk.page(no)
        assert "不同意延期：现场检查与整改" in page
        assert FIRST not in page

    def test_the_asker_takes_it_back(self, desk, no):
        extend(desk, no)
        assert "撤回申请" in desk.page(no)
        desk.enter("李处")
        assert "撤回申请" not in desk.page(no)
        desk.enter("王建国")
        assert desk.send(no, "withdraw", "withdraw").status_code == 303
        assert "撤回延期申请：现场检查与整改" in desk.page(no)

    def test_a_supervisor_does_not_decide_her_own(self, desk):
        desk.enter("李处")
        no = desk.case().no
        extend(desk, no)
        page = desk.page(no)
        assert "同意延期" not in part(page, 'id="h-review"')
        assert "等待其他督办人员审批：赵科" in page
        assert "不能审批自己的申请" in approve(desk, no, "extension").text

    def test_that_the_citizen_is_still_to_be_told_stands_on_the_page(self, desk, no):
        extend(desk, no)
        desk.enter("李处")
        approve(desk, no, "extension")
        desk.enter("王建国")
        assert "延期尚未告知投诉人" in desk.page(no)
        assert desk.send(no, "extend/told", "told").status_code == 303
        page = desk.page(no)
        assert "延期尚未告知投诉人" not in page
        assert "已将延期告知投诉人" in page

    def test_nobody_else_may_ask(self, desk, no):
        desk.enter("林涛")
        assert 'id="act-extend"' not in desk.page(no)
        assert extend(desk, no).status_code == 403
        desk.enter("周明")
        assert extend(desk, no).status_code == 404

    def test_the_handler_does_not_decide(self, desk, no):
        extend(desk, no)
        assert approve(desk, no, "extension").status_code == 403

    def test_why_this_day_counts_what_was_granted(self, desk, no):
        extend(desk, no)
        desk.enter("李处")
        approve(desk, no, "extension")
        page = re.sub(r"<[^>]+>|\s+", " ", desk.page(no, "/why/inspection"))
        for words in ("第一次应完成", "06-20（周六）24:00前", "现应完成", "06-25（周四）24:00前", "已延期"):
            assert words in page
        assert re.search(r"06-25 周四 +8 +自然日，计入", page)


class TestSuspension:
    def test_it_is_asked_granted_and_resumed(self, desk, no):
        desk.finish(no, "contact")
        assert suspend(desk, no).status_code == 303
        desk.enter("李处")
        assert "全部未完成的阶段" in part(desk.page(no), 'id="h-review"')
        assert approve(desk, no, "suspension").status_code == 303
        page = desk.page(no)
        assert "‖ 中止 自 06-17 10:25 起" in part(page, '<p class="bar head">', "</p>")
        assert "‖ 中止 还剩 3天" in part(page, "2. 现场检查与整改", "</li>")
        assert "完成第2阶段" not in page
        desk.enter("王建国").later(days=10)
        assert desk.send(no, "resume", "resume", note="已复产").status_code == 303
        page = desk.page(no)
        assert "恢复后应完成 06-30 24:00" in part(page, "2. 现场检查与整改", "</li>")
        line = part(page, "<b>恢复办理</b>", "</li>")
        assert "现场检查与整改： 06-20 24:00 → 06-30 24:00" in line

    def test_gross_and_net_time_are_both_told(self, desk, suspended):
        desk.enter("王建国").later(days=10)
        desk.send(suspended, "resume", "resume")
        assert desk.record(suspended, "inspection", demand_until="07-10").status_code == 303
        stage = part(desk.page(suspended), "2. 现场检查与整改", "</li>")
        assert re.search(r"用时 10天1小时（扣除中止，净用时 1小时\d+分）", stage)

    def test_what_may_not_be_suspended_says_why(self, desk, no):
        said = part(desk.page(no), 'id="act-suspend"', "</details>")
        assert "后续处理，等待监测报告：请先完成“现场复查与安排监测”" in said
        assert "从申请之时起停止计时" in said
        answer = suspend(desk, no, ground="")
        assert "请选择中止的范围" in problems(answer.text)["suspend-ground"]

    def test_waiting_for_the_report_leaves_the_other_stages_alone(self, desk, no):
        desk.finish(no, "contact", "inspection")
        assert desk.record(no, "recheck", **MONITORED).status_code == 303
        assert suspend(desk, no, ground="report", reason="已送检").status_code == 303
        desk.enter("李处")
        approve(desk, no, "suspension")
        page = desk.page(no)
        assert "‖ 中止 等待监测报告，自 " in part(page, '<p class="bar head">', "</p>")
        assert "‖ 中止 还剩 15天" in part(page, "4. 后续处理", "</li>")

    def test_while_an_outside_limit_runs_both_are_told(self, desk):
        desk.enter("王建国")
        no = desk.case(channel="12345热线", source_due_at=desk.clock.at.replace(day=27)).no
        suspend(desk, no)
        desk.enter("李处")
        approve(desk, no, "suspension")
        head = part(desk.page(no), '<p class="bar head">', "</p>")
        assert "12345热线应反" in head
        assert "‖ 中止：全部未完成的阶段" in head

    def test_a_stage_that_was_late_says_so(self, desk, no):
        desk.later(days=2)
        suspend(desk, no)
        desk.enter("李处")
        approve(desk, no, "suspension")
        assert "‖ 中止 中止前已超期" in part(desk.page(no), "1. 先行联系", "</li>")

    def test_by_hours_the_hours_that_are_left_stand_there(self, desk, no):
        desk.db.execute("UPDATE rule SET convention = 'hours'")
        hourly = desk.case(received_at=desk.clock()).no
        suspend(desk, hourly)
        desk.enter("李处")
        approve(desk, hourly, "suspension")
        assert "还剩 1天" in part(desk.page(hourly), "1. 先行联系", "</li>")
        desk.enter("王建国").later(hours=5, minutes=30)
        desk.send(hourly, "resume", "resume")
        page = re.sub(r"<[^>]+>|\s+", " ", desk.page(hourly, "/why/contact"))
        assert "5小时30分" in page

    def test_the_suspended_case_still_takes_its_reply_and_no_stage(self, desk, suspended):
        desk.enter("王建国")
        page = desk.page(suspended)
        assert 'id="act-reply"' in page
        assert 'id="act-extend"' not in page or "恢复后再申请延期" in page
        answer = desk.record(suspended, "inspection")
        assert "“现场检查与整改”已中止，请先恢复" in answer.text


class TestCorrection:
    def test_a_supervisor_corrects_it_and_the_old_time_stays_on_record(self, desk, no):
        desk.enter("李处")
        answer = desk.send(no, "received", "correct", received_at="06-15 09:00", reason="派单时间写错")
        assert answer.status_code == 303
        page = desk.page(no)
        assert "应完成 06-18 24:00" in part(page, "2. 现场检查与整改", "</li>")
        line = part(page, "<b>更正收到时间：", "</li>")
        assert "06-17 09:24 → 06-15 09:00" in line
        assert "派单时间写错" in line
        assert FIRST not in page

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({}, "received_at", "收到时间没有变化"),
            ({"received_at": "昨天"}, "received_at", "的样子填写时间"),
            ({"received_at": "06-17 11:00"}, "received_at", "不能晚于登记时间（06-17 10:24）"),
            ({"received_at": "06-15 09:00", "reason": ""}, "reason", "请写明更正的理由"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, desk, no, changes, field, words):
        desk.enter("李处")
        fields = {"received_at": "2026-06-17 09:24", "reason": "写错", **changes}
        answer = desk.send(no, "received", "correct", **fields)
        assert answer.status_code == 400
        assert words in problems(answer.text)[f"correct-{field}"]

    def test_the_form_shows_the_time_that_stands(self, desk, no):
        desk.enter("李处")
        assert 'value="2026-06-17 09:24"' in desk.page(no)

    def test_the_handler_does_not_correct_it(self, desk, no):
        assert 'id="act-correct"' not in desk.page(no)
        answer = desk.send(no, "received", "correct", received_at="06-15 09:00", reason="写错")
        assert answer.status_code == 403
