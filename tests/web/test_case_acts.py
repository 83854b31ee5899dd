"""The acts around the stages: reply, early end, closing and review, dispatch, filling in."""

from __future__ import annotations

import re

import pytest

from tests.web.case_desk import problems


@pytest.fixture
def no(desk):
    """A case on the desk of its handler."""
    desk.enter("王建国")
    return desk.case().no


@pytest.fixture
def applied(desk, no):
    """The same, done and waiting for its review."""
    desk.finish(no, "contact", "inspection", "recheck", "resolution")
    desk.send(no, "reply", "reply", **desk.answer())
    assert desk.send(no, "close", "close", summary="已整改到位").status_code == 303
    return no


class TestReply:
    def test_it_is_recorded_once(self, desk, no):
        assert desk.send(no, "reply", "reply", **desk.answer(handed_back="1")).status_code == 303
        page = desk.page(no)
        assert "已记录答复" in page
        assert "已反馈来源单位" in page
        assert "act-reply" not in page
        answer = desk.send(no, "reply", "reply", **desk.answer())
        assert "本件已经记录答复" in answer.text

    def test_handed_back_it_meets_the_limit_of_the_source(self, desk):
        desk.enter("王建国")
        no = desk.case(channel="12345热线", source_due_at=desk.clock.at.replace(day=27)).no
        desk.send(no, "reply", "reply", **desk.answer(handed_back="1"))
        assert desk.folder(no).outside[0].state == "done"
        assert "✓</span> 按时完成" in desk.page(no)

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"form": ""}, "form", "请选择答复方式"),
            ({"text": ""}, "text", "请填写答复内容；无法答复的，写明理由"),
            ({"text": "长" * 10_001}, "text", "文字过长：10001 字，最多 10000 字"),
            ({"happened_at": "x"}, "happened_at", "的样子填写时间"),
            ({"happened_at": "06-18 10:00"}, "happened_at", "办理时间不能晚于现在"),
        ],
    )
    def test_what_is_missing_is_named(self, desk, no, changes, field, words):
        answer = desk.send(no, "reply", "reply", **desk.answer(**changes))
        assert answer.status_code == 400
        assert words in problems(answer.text)[f"reply-{field}"]
        assert '<details class="act" id="act-reply" open>' in answer.text

    def test_where_nobody_can_be_told_the_reason_is_enough(self, desk, no):
        fields = desk.answer(form="", text="", nobody="匿名，无联系方式")
        assert desk.send(no, "reply", "reply", **fields).status_code == 303

    def test_a_reply_recorded_late_wants_its_reason(self, desk, no):
        desk.later(days=2)
        answer = desk.send(no, "reply", "reply", **desk.answer(happened_at="06-17 10:30"))
        assert "补录" in problems(answer.text)["reply-reason"]


class TestEarlyEnd:
    def test_what_is_not_lawful_yet_is_not_offered_and_says_why(self, desk, no):
        page = desk.page(no)
        part = page[page.index('id="act-end"') : page.index('id="h-tl"')]
        assert 'value="not_ours"' in part
        assert 'value="withdrawn"' not in part
        assert "“撤回投诉”须在现场检查之后才能申请" in part
        desk.finish(no, "inspection")
        assert 'value="withdrawn"' in desk.page(no)

    def test_it_waits_for_another_supervisor_who_is_named(self, desk, no):
        assert (
            desk.send(no, "end", "end", ground="not_ours", reason="已转区城管局", receiver="区城管局").status_code
            == 303
        )
        page = desk.page(no)
        assert "已申请终止，待审批" in page
        assert "等待其他督办人员审核：李处、赵科" in page
        assert "已转区城管局" in page
        assert "完成第1阶段" not in page, "nothing can be recorded while it waits"

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            ({"ground": "", "reason": "x"}, "ground", "请选择终止的理由"),
            ({"ground": "withdrawn", "reason": "x"}, "ground", "须在现场检查之后才能申请"),
            ({"ground": "not_ours", "reason": ""}, "reason", "请写明终止的具体理由"),
            ({"ground": "not_ours", "reason": "x"}, "receiver", "请填写接收单位"),
            (
                {"ground": "not_ours", "reason": "x", "receiver": "水务局", "handed_on": "06-16"},
                "handed_on",
                "移送日期不能早于收到日期",
            ),
        ],
    )
    def test_what_is_missing_is_named(self, desk, no, fields, field, words):
        answer = desk.send(no, "end", "end", **fields)
        assert answer.status_code == 400
        assert words in problems(answer.text)[f"end-{field}"]

    @pytest.mark.parametrize(("button", "state"), [("approve", "ended"), ("refuse", "open")])
    def test_another_supervisor_decides(self, desk, no, button, state):
        desk.send(no, "end", "end", ground="not_ours", reason="已转区城管局", receiver="区城管局")
        desk.enter("李处")
        assert "同意终止" in desk.page(no)
        assert desk.send(no, "end/decide", "decide", do=button, answer="请补充转办单").status_code == 303
        assert {stage.state for stage in desk.folder(no).stages} == {state}
        assert "请补充转办单" in desk.page(no)

    def test_to_refuse_it_wants_a_reason(self, desk, no):
        desk.send(no, "end", "end", ground="not_ours", reason="已转区城管局", receiver="区城管局")
        answer = desk.enter("李处").send(no, "end/decide", "decide", do="refuse")
        assert problems(answer.text)["decide-answer"] == "不同意的，请写明理由"

    def test_nobody_approves_their_own(self, desk, no):
        desk.enter("李处").send(no, "end", "end", ground="not_ours", reason="已转区城管局", receiver="区城管局")
        assert "同意终止</button>" not in desk.page(no)
        assert "等待其他督办人员审核：赵科" in desk.page(no)
        answer = desk.send(no, "end/decide", "decide", do="approve")
        assert "不能审批自己的申请，请其他督办人员办理" in answer.text
        assert desk.folder(no).standing.open_request == "end"


class TestClosing:
    def test_what_is_missing_is_listed(self, desk, no):
        page = desk.page(no)
        part = page[page.index('id="act-close"') : page.index('id="act-triage"')]
        for words in ("“先行联系”尚未完成", "“后续处理”尚未完成", "尚未记录答复"):
            assert words in part
        assert "<form" not in part
        answer = desk.send(no, "close", "close")
        assert "尚未记录答复" in answer.text
        assert answer.status_code == 400

    def test_the_one_who_applied_waits_and_is_told_for_whom(self, desk, applied):
        page = desk.page(applied)
        assert "待审核" in page
        assert "等待其他督办人员审核：李处、赵科" in page
        assert "已整改到位" in page
        assert 'value="close"' not in page

    def test_another_supervisor_closes(self, desk, applied):
        desk.enter("李处")
        assert desk.send(applied, "close/decide", "review", do="close", answer="属实").status_code == 303
        page = desk.page(applied)
        assert "✓</span> 已销项" in page
        assert "<b>销项</b>" in page
        assert 'id="act-reply"' not in page
        assert 'id="h-act"' not in page

    def test_nobody_closes_what_they_applied_for(self, desk, no):
        desk.enter("李处").finish(no, "contact", "inspection", "recheck", "resolution")
        desk.send(no, "reply", "reply", **desk.answer())
        desk.send(no, "close", "close")
        assert "等待其他督办人员审核：赵科" in desk.page(no)
        answer = desk.send(no, "close/decide", "review", do="close")
        assert "不能审批自己的申请，请其他督办人员办理" in answer.text
        assert desk.folder(no).case.state == "applied"

    def test_sent_back_the_ticked_stages_run_anew_from_now_and_the_old_stamps_stay(self, desk, applied):
        page = desk.enter("李处").page(applied)
        ticked = re.findall(r'name="review-stages" value="(\w+)" checked', page)
        assert ticked == ["inspection", "recheck", "resolution"]
        fields = {"do": "back", "answer": "没有复查照片", "stages": ["recheck", "resolution"]}
        assert desk.send(applied, "close/decide", "review", **fields).status_code == 303
        page = desk.page(applied)
        assert "已退回重办，第2轮从现在起算" in page
        assert "第2轮" in page
        assert "以前各轮的时限和完成情况" in page
        assert "没有复查照片" in page
        assert "完成第3阶段" in page
        assert "时限自收到时间 06-17 09:28 起算" in desk.page(desk.case().no)
        assert f"时限自退回重办时间 {desk.local()[5:]} 起算" in page

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            ({"answer": "", "stages": ["recheck"]}, "answer", "请写明退回重办的理由"),
            ({"answer": "再查", "stages": []}, "stages", "请勾选需要重办的阶段"),
            ({"answer": "再查", "stages": ["billing"]}, "stages", "请勾选需要重办的阶段"),
        ],
    )
    def test_to_send_back_it_wants_a_reason_and_stages(self, desk, applied, fields, field, words):
        answer = desk.enter("李处").send(applied, "close/decide", "review", do="back", **fields)
        assert answer.status_code == 400
        assert problems(answer.text)[f"review-{field}"] == words
        assert f'id="f-review-{field}"' in answer.text

    def test_a_joined_case_waits_for_its_lead(self, desk, no):
        joined = desk.case(lead_no=no).no
        desk.finish(no, "inspection", "recheck")
        desk.finish(joined, "contact", "resolution")
        desk.send(joined, "reply", "reply", **desk.answer())
        assert "首件尚未销项，并入件与首件同时或之后销项" in desk.page(joined)


class TestDispatch:
    def test_a_clerk_gives_the_case_to_another_with_a_reason(self, desk, no):
        desk.enter("林涛")
        other = desk.people["周明"].id
        answer = desk.send(no, "assign", "assign", handler_id=other)
        assert problems(answer.text)["assign-reason"] == "改派请写明理由"
        assert f'<option value="{other}" selected>' in answer.text
        assert desk.send(no, "assign", "assign", handler_id=other, reason="王建国休假").status_code == 303
        page = desk.page(no)
        assert "已派给 周明" in page
        assert "改派：王建国 → 周明" in page

    def test_the_first_dispatch_wants_no_reason(self, desk):
        desk.enter("林涛")
        no = desk.case(handler_id=None).no
        assert "待派单" in desk.page(no)
        assert desk.send(no, "assign", "assign", handler_id=desk.people["周明"].id).status_code == 303
        assert "派单：周明" in desk.page(no)

    @pytest.mark.parametrize("chosen", ["", "999", "abc", "林涛"])
    def test_only_a_handler_can_be_chosen(self, desk, no, chosen):
        desk.enter("林涛")
        person = desk.people.get(chosen)
        answer = desk.send(no, "assign", "assign", handler_id=person.id if person else chosen, reason="x")
        assert problems(answer.text)["assign-handler_id"] == "所选承办人不在岗或没有承办人角色，请另选"

    def test_a_handler_is_not_offered_it(self, desk, no):
        assert "act-assign" not in desk.page(no)

    def test_the_case_leaves_the_desk_of_the_one_who_had_it(self, desk, no):
        desk.enter("李处").send(no, "assign", "assign", handler_id=desk.people["周明"].id, reason="休假")
        assert desk.enter("王建国").client.get(f"/case/{no}").status_code == 404
        assert "完成第1阶段" in desk.enter("周明").page(no)


class TestFillingIn:
    def test_street_category_place_and_unit_are_put_right_and_no_limit_moves(self, desk):
        desk.enter("林涛")
        no = desk.case(street_id=None, categories=()).no
        before = [stage.due_at for stage in desk.folder(no).stages]
        fields = {"street": desk.street_id, "place": "港南路 90 号", "subject_unit": "某厂", "categories": ["12", "23"]}
        assert desk.send(no, "triage", "triage", **fields).status_code == 303
        case = desk.folder(no).case
        assert (case.street, case.place, case.categories) == ("新港街道", "港南路90号", ("12", "23"))
        assert [stage.due_at for stage in desk.folder(no).stages] == before
        assert "港南路88号 → 港南路90号" in desk.page(no)

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"street": ""}, "street", "请选择街道"),
            ({"street": "999"}, "street", "街道"),
            ({"street": "x"}, "street", "请选择街道"),
            ({"place": ""}, "place", "请填写地点"),
            ({"categories": []}, "categories", "请选择污染类别"),
            ({"categories": ["11", "xx"]}, "categories", "污染类别"),
            ({"place": "长" * 201}, "place", "文字过长：201 字，最多 200 字"),
        ],
    )
    def test_what_is_missing_is_named(self, desk, no, changes, field, words):
        fields = {"street": desk.street_id, "place": "港南路", "categories": ["12"], **changes}
        answer = desk.send(no, "triage", "triage", **fields)
        assert answer.status_code == 400
        assert words in problems(answer.text)[f"triage-{field}"]


class TestAClosedCase:
    def test_it_takes_no_more_acts(self, desk, applied):
        desk.enter("李处").send(applied, "close/decide", "review", do="close")
        answer = desk.record(applied, "inspection")
        assert "本件已销项。需要再办的，请督办人员退回重办" in answer.text
        assert "act-end" not in desk.page(applied)


def test_a_form_from_before_a_change_comes_back_with_its_text(desk, no):
    seen = desk.folder(no).case.version
    desk.enter("李处").record(no, "contact")
    answer = desk.enter("王建国").send(no, "reply", "reply", seen=seen, **desk.answer(text="已电话告知"))
    assert answer.status_code == 409
    assert "已更新本件。您填写的内容已保留，请核对后再提交" in answer.text
    assert "已电话告知</textarea>" in answer.text


def test_the_text_stays_even_when_the_other_has_done_the_act(desk, no):
    seen = desk.folder(no).case.version
    desk.enter("李处").send(no, "reply", "reply", **desk.answer())
    answer = desk.enter("王建国").send(no, "reply", "reply", seen=seen, **desk.answer(text="我已上门告知"))
    assert answer.status_code == 409
    assert "act-reply" not in answer.text
    assert "您填写的内容" in answer.text
    assert "我已上门告知" in answer.text


def test_the_opinion_of_the_second_reviewer_stays(desk, applied):
    seen = desk.folder(applied).case.version
    desk.enter("赵科").send(applied, "close/decide", "review", do="close")
    answer = desk.enter("李处").send(applied, "close/decide", "review", seen=seen, do="back", answer="照片不清")
    assert answer.status_code == 409
    assert "照片不清" in answer.text


@pytest.mark.parametrize("name", ["reply", "close", "end", "note", "triage"])
def test_a_link_opens_its_form(desk, no, name):
    assert f'<details class="act" id="act-{name}" open>' in desk.page(no, f"?do={name}")


def test_whoever_closes_says_what_it_came_to_and_marks_a_model_case(desk, applied):
    desk.enter("李处")
    assert "办理结果" in desk.page(applied)
    answer = desk.send(applied, "close/decide", "review", do="close", settled="解释说明", model="1")
    assert answer.status_code == 303
    page = desk.page(applied)
    assert page.count("解释说明") == 2
    assert page.count("优秀案例") == 2


def test_a_result_that_is_none_of_the_two_is_named(desk, applied):
    desk.enter("李处")
    answer = desk.send(applied, "close/decide", "review", do="close", settled="好了")
    assert problems(answer.text) == {"review-settled": "请选择办理结果"}
