"""Recording a stage from its form: what is missing is named, and nothing that was typed is lost."""

from __future__ import annotations

import re

import pytest

from tests.web.case_desk import CONTACT, FORMS, INSPECTION, JPG, problems, upload


@pytest.fixture
def no(desk):
    """A case on the desk of its handler."""
    desk.enter("王建国")
    return desk.case().no


def test_a_stage_that_is_done_says_how_long_it_took_and_offers_the_undo(desk, no):
    answer = desk.record(no, "inspection")
    assert answer.status_code == 303
    page = desk.page(no)
    assert "已完成第2阶段（用时1小时）" in page
    assert page.count(f'action="/case/{no}/undo/inspection"') == 2, "beside the message and in the stage"
    assert "已完成第2阶段" not in desk.page(no), "said once"


def test_a_late_stage_says_how_late(desk, no):
    desk.later(days=4)
    desk.record(no, "inspection", late_cause="人手不足")
    assert "已完成第2阶段（用时4天1小时，超期10小时24分）" in desk.page(no)


@pytest.mark.parametrize(
    ("key", "changes", "field", "words"),
    [
        ("contact", {"outcome": ""}, "outcome", "请选择联系结果"),
        ("contact", {"method": ""}, "method", "请选择联系方式"),
        ("contact", {"who": ""}, "who", "请填写联系人（本单位）"),
        ("contact", {"record": ""}, "reason", "完成第1阶段需要至少1份佐证，或写明原因"),
        ("contact", {"outcome": "未联系上", "unreached": "始终未接"}, "outcome", "不同时段联系 3 次仍未接通"),
        ("contact", {"outcome": "不适用", "cause": "不愿留电话"}, "outcome", "只有匿名"),
        ("inspection", {"officers": "王建国"}, "officers", "请填写两名检查人，用顿号分开"),
        ("inspection", {"officers": "王建国、王建国"}, "officers", "请填写两名检查人，用顿号分开"),
        ("inspection", {"mode": ""}, "mode", "请选择检查方式"),
        ("inspection", {"mode": "飞行"}, "mode", "请选择检查方式"),
        ("inspection", {"finding": ""}, "finding", "请选择初步认定"),
        ("inspection", {"note": " "}, "note", "请填写检查情况"),
        ("inspection", {"demand": ""}, "demand", "请填写整改要求；没有整改要求的，写明理由"),
        ("inspection", {"demand_until": ""}, "demand_until", "请填写整改期限"),
        ("inspection", {"demand_until": "下周"}, "demand_until", "请按 06-22 或 2026-06-22 的样子填写日期"),
        ("inspection", {"demand_until": "02-30"}, "demand_until", "没有这一天：02-30"),
        ("inspection", {"reason": ""}, "reason", "完成第2阶段需要至少1份佐证，或写明原因"),
        ("inspection", {"happened_at": ""}, "happened_at", "请按 06-15 16:00 或 2026-06-15 16:00 的样子填写时间"),
        ("inspection", {"happened_at": "昨天"}, "happened_at", "的样子填写时间"),
        ("inspection", {"happened_at": "06-17 25:00"}, "happened_at", "没有这个时间：06-17 25:00"),
        ("inspection", {"happened_at": "06-18 09:00"}, "happened_at", "办理时间不能晚于现在"),
        ("inspection", {"happened_at": "06-16 09:00"}, "happened_at", "办理时间不能早于收到时间（06-17 09:24）"),
        ("inspection", {"note": "长" * 10_001}, "note", "文字过长：10001 字，最多 10000 字"),
        ("inspection", {"officers": "长" * 100_000}, "officers", "文字过长：100000 字，最多 200 字"),
        ("inspection", {"reason": "长" * 100_000}, "reason", "文字过长：100000 字，最多 10000 字"),
        ("inspection", {"record": "长" * 100_000}, "record", "文字过长：100000 字，最多 10000 字"),
    ],
)
def test_what_is_missing_or_wrong_is_named(desk, no, key, changes, field, words):
    before = desk.folder(no)
    answer = desk.record(no, key, **changes)
    assert answer.status_code == 400
    found = problems(answer.text)
    assert words in found[f"{key}-{field}"]
    assert f'id="f-{key}-{field}"' in answer.text, "the summary leads to the field"
    assert answer.text.count(found[f"{key}-{field}"]) >= 2, "the same words stand by the field"
    assert "<title>错误：" in answer.text
    assert desk.folder(no) == before


@pytest.mark.parametrize(
    ("key", "changes", "field", "words"),
    [
        ("recheck", {"officers": ""}, "officers", "请填写复查人"),
        ("recheck", {"rectified": ""}, "rectified", "请选择整改情况"),
        ("recheck", {"no_monitoring": ""}, "body_name", "请填写监测单位、计划日期和监测项目"),
        ("recheck", {"no_monitoring": "", "body_name": "市监测站"}, "planned", "请填写计划监测日期"),
        ("recheck", {"no_monitoring": "", "body_name": "市监测站", "planned": "06-20"}, "items", "请填写监测项目"),
        ("resolution", {"result": ""}, "result", "请选择监测结果"),
        ("resolution", {"result": "超标"}, "report_no", "请填写监测报告编号"),
        ("resolution", {"result": "超标", "report_no": "H-1"}, "report_date", "请填写监测报告日期"),
        ("resolution", {"finding": ""}, "finding", "请选择最终认定"),
        ("resolution", {"next_step": ""}, "next_step", "请选择后续处理"),
        ("resolution", {"next_step": "继续整改"}, "until", "请填写下次查看日期"),
    ],
)
def test_what_is_missing_in_the_later_stages_is_named(desk, no, key, changes, field, words):
    desk.finish(no, "inspection", *(["recheck"] if key == "resolution" else []))
    answer = desk.record(no, key, **changes)
    assert answer.status_code == 400
    assert words in problems(answer.text)[f"{key}-{field}"]
    assert f'id="f-{key}-{field}"' in answer.text


def test_everything_that_is_wrong_is_said_at_once(desk, no):
    answer = desk.record(no, "inspection", officers="", mode="", demand_until="?", note="", reason="")
    assert set(problems(answer.text)) >= {
        "inspection-officers",
        "inspection-mode",
        "inspection-demand_until",
        "inspection-note",
        "inspection-reason",
    }
    assert "处需要修改" in answer.text


def test_a_wrong_file_and_a_missing_cause_are_said_with_the_rest(desk, no):
    desk.later(days=5)
    fields = {**INSPECTION, "note": "", "demand_until": "?", "reason": "", "happened_at": desk.local()}
    answer = desk.send(no, "stage/inspection", "inspection", files=upload("病毒.exe", b"MZ"), **fields)
    assert set(problems(answer.text)) == {
        "inspection-note",
        "inspection-demand_until",
        "inspection-files",
        "inspection-late_cause",
    }


def test_an_attempt_names_everything_at_once(desk, no):
    desk.later(days=2)
    answer = desk.record(no, "contact", outcome="关机", method="", happened_at="06-17 10:00")
    assert set(problems(answer.text)) == {"contact-method", "contact-reason"}


def test_the_choices_that_are_named_are_those_of_the_form(desk, no):
    answer = desk.record(no, "contact", outcome="")
    assert problems(answer.text)["contact-outcome"] == "请选择联系结果：已联系、未接通、关机、号码有误"
    anonymous = desk.case(channel="来信", phone="", anonymous=True).no
    answer = desk.record(anonymous, "contact", outcome="")
    offered = "已联系、未接通、关机、号码有误、不适用（匿名）"
    assert problems(answer.text)["contact-outcome"] == f"请选择联系结果：{offered}"


@pytest.mark.parametrize(
    ("known", "field", "words"),
    [
        ({"street_id": None}, "street", "请选择街道，再完成第2阶段"),
        ({"categories": ()}, "categories", "请选择污染类别，再完成第2阶段"),
    ],
)
def test_of_the_triage_only_what_is_missing_is_named(desk, no, known, field, words):
    case = desk.case(**known)
    assert words in desk.page(case.no)
    kept = {"street": str(case.street_id or ""), "categories": list(case.categories)}
    found = problems(desk.record(case.no, "inspection", mode="", **kept).text)
    assert set(found) == {f"inspection-{field}", "inspection-mode"}
    assert found[f"inspection-{field}"] == words


def test_with_the_triage_filled_in_nobody_asks_for_it_again(desk, no):
    case = desk.case(street_id=None)
    found = problems(
        desk.record(case.no, "inspection", demand_until="?", street=str(desk.street_id), categories="11").text
    )
    assert set(found) == {"inspection-demand_until"}


def test_while_the_time_cannot_be_read_nobody_asks_for_the_cause_of_the_delay(desk, no):
    desk.later(days=4)
    found = problems(desk.record(no, "inspection", happened_at="?", note="").text)
    assert set(found) == {"inspection-happened_at", "inspection-note"}


def test_everything_that_was_typed_is_still_there(desk, no):
    typed = {**INSPECTION, "happened_at": "06-17 09:50", "officers": "", "note": "<车间>\n未密闭", "no_demand": "无"}
    page = desk.send(no, "stage/inspection", "inspection", **typed).text
    assert 'value="06-17 09:50"' in page
    assert "&lt;车间&gt;\n未密闭</textarea>" in page
    assert "立即密闭车间</textarea>" in page
    assert 'value="06-22"' in page
    assert re.search(r'<option value="属实" selected>', page)
    assert re.search(r'<option value="现场" selected>', page)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("病毒.exe", b"MZ\x90", "“病毒.exe”不是 JPG、PNG 或 PDF 文件，未上传"),
        ("网页.jpg", b"<html><script>", "“网页.jpg”不是 JPG、PNG 或 PDF 文件，未上传"),
        ("空.jpg", b"", "“空.jpg”是空文件，未上传"),
        ("大.jpg", JPG + b"0" * (20 * 1024 * 1024), "“大.jpg”超过20MB，未上传"),
    ],
)
def test_a_wrong_file_is_named(desk, no, name, data, words):
    fields = {**INSPECTION, "happened_at": desk.local(), "files": upload(name, data)}
    answer = desk.send(no, "stage/inspection", "inspection", **fields)
    assert answer.status_code == 400
    assert problems(answer.text)["inspection-files"] == words
    assert desk.folder(no).standing.stage("inspection").state == "open"


def test_a_photograph_is_evidence_and_needs_no_reason(desk, no):
    fields = {**INSPECTION, "reason": "", "happened_at": desk.local(), "files": upload("西窗.jpg")}
    assert desk.send(no, "stage/inspection", "inspection", **fields).status_code == 303
    page = desk.page(no)
    assert "照片 1 份" in page
    assert "附件（1）" in page


def test_times_are_read_as_people_type_them(desk, no):
    assert desk.record(no, "inspection", happened_at="６月１７日　１０：００").status_code == 303
    assert desk.folder(no).stage("inspection").done_at.strftime("%m-%d %H:%M") == "06-17 02:00"


def test_the_minute_in_which_a_case_was_received_is_not_before_it(desk, no):
    desk.clock.forward(seconds=30)
    late = desk.case(received_at=desk.clock()).no
    assert desk.record(late, "inspection", happened_at="2026-06-17 10:24").status_code == 303
    assert desk.folder(late).stage("inspection").done_at == desk.clock()


class TestLate:
    def test_the_cause_is_asked_for_only_when_the_stage_is_late(self, desk, no):
        assert "inspection-late_cause" not in desk.page(no)
        desk.later(days=4)
        assert "inspection-late_cause" in desk.page(no)
        answer = desk.record(no, "inspection")
        assert problems(answer.text)["inspection-late_cause"] == "本阶段已超期，请选择超期原因"

    def test_a_late_entry_of_what_was_done_in_time_waits_for_another_supervisor(self, desk, no):
        desk.later(days=5)
        assert desk.record(no, "inspection", happened_at="06-18 10:00").status_code == 303
        page = desk.page(no)
        assert "第2阶段已补录，待督办人员核定" in page
        assert "■</span> 补录待核" in page
        assert "等待其他督办人员核定：李处、赵科" in page

    def test_a_late_entry_wants_its_reason(self, desk, no):
        desk.later(days=5)
        answer = desk.record(no, "inspection", happened_at="06-18 10:00", reason="", record="笔录")
        assert problems(answer.text)["inspection-reason"] == "办理已超过24小时才记录（补录），请写明原因"

    @pytest.mark.parametrize(
        ("button", "done", "words"),
        [("confirm", "06-18 02:00", "已确认补录"), ("refuse", "06-22 02:24", "未予确认")],
    )
    def test_a_supervisor_confirms_or_refuses_it(self, desk, no, button, done, words):
        desk.later(days=5)
        desk.record(no, "inspection", happened_at="06-18 10:00")
        desk.enter("李处")
        assert "补录待核：现场检查与整改" in desk.page(no)
        form = {"answer": "照片时间不符", "do": button}
        assert desk.send(no, "backfill/inspection", "backfill-inspection", **form).status_code == 303
        assert words in desk.page(no)
        assert desk.folder(no).stage("inspection").done_at.strftime("%m-%d %H:%M") == done

    def test_to_refuse_it_wants_an_answer(self, desk, no):
        desk.later(days=5)
        desk.record(no, "inspection", happened_at="06-18 10:00")
        answer = desk.enter("李处").send(no, "backfill/inspection", "backfill-inspection", do="refuse")
        assert problems(answer.text)["backfill-inspection-answer"] == "不同意的，请写明理由"

    def test_nobody_confirms_their_own(self, desk, no):
        desk.later(days=5)
        desk.enter("李处").record(no, "inspection", happened_at="06-18 10:00")
        assert "等待其他督办人员核定：赵科" in desk.page(no)
        answer = desk.send(no, "backfill/inspection", "backfill-inspection", do="confirm")
        assert "不能核定自己的补录，请其他督办人员办理" in answer.text


class TestContact:
    def test_a_failed_call_is_logged_and_does_not_finish_the_stage(self, desk, no):
        answer = desk.record(no, "contact", outcome="未接通", record="响铃无人接")
        assert answer.status_code == 303
        page = desk.page(no)
        assert "已记录第1次联系：未接通。先行联系还没有完成" in page
        assert "目前记录了 1 次" in page
        assert desk.folder(no).standing.stage("contact").state == "open"

    def test_a_failed_call_keeps_its_screenshot(self, desk, no):
        fields = {**CONTACT, "outcome": "关机", "happened_at": desk.local(), "files": upload("通话记录.jpg", JPG)}
        desk.send(no, "stage/contact", "contact", **fields)
        folder = desk.folder(no)
        assert [one.name for one in folder.evidence if one.kind == "jpg"] == ["通话记录.jpg"]

    def test_giving_up_is_offered_after_three_calls_at_different_hours(self, desk, no):
        assert "未联系上，结束联系" not in desk.page(no)
        for _n in range(3):
            desk.record(no, "contact", outcome="未接通")
            desk.later(hours=1)
        assert "未联系上，结束联系" in desk.page(no)
        answer = desk.record(no, "contact", outcome="未联系上", unreached="")
        assert "请选择未联系上的原因" in problems(answer.text)["contact-unreached"]
        assert desk.record(no, "contact", outcome="未联系上", unreached="始终未接").status_code == 303
        assert desk.folder(no).stage("contact").done_at == desk.folder(no).standing.attempts[-1]

    def test_an_anonymous_case_may_go_without(self, desk):
        desk.enter("王建国")
        no = desk.case(anonymous=True, name="", phone="").no
        assert "不适用（匿名）" in desk.page(no)
        answer = desk.record(no, "contact", outcome="不适用", cause="")
        assert problems(answer.text)["contact-cause"] == "请写明不适用的理由"
        assert desk.record(no, "contact", outcome="不适用", cause="匿名信，无联系方式").status_code == 303

    def test_spoken_is_offered_only_where_the_citizen_spoke_with_the_office(self, desk, no):
        assert "来电来访时已沟通" in desk.page(no)
        assert "来电来访时已沟通" not in desk.page(desk.case(channel="12345热线").no)


class TestWhatRegistrationLeftOpen:
    def test_the_inspection_fills_in_street_and_category_in_one_act(self, desk):
        desk.enter("王建国")
        no = desk.case(street_id=None, categories=()).no
        answer = desk.record(no, "inspection")
        assert problems(answer.text)["inspection-street"] == "请选择街道和污染类别，再完成第2阶段"
        assert desk.record(no, "inspection", street=desk.street_id, categories=["11", "23"]).status_code == 303
        case = desk.folder(no).case
        assert (case.street, case.categories) == ("新港街道", ("11", "23"))
        assert "大气 › 恶臭异味<br>噪声 › 工业" in desk.page(no)

    def test_a_refused_inspection_leaves_them_open(self, desk):
        desk.enter("王建国")
        no = desk.case(street_id=None, categories=()).no
        answer = desk.record(no, "inspection", street=desk.street_id, categories=["11"], reason="")
        assert answer.status_code == 400
        assert desk.folder(no).case.street_id is None
        assert f'<option value="{desk.street_id}" selected>' in answer.text
        assert re.search(r'value="11" checked', answer.text)


def test_after_继续整改_a_further_step_is_asked_for_and_the_stage_keeps_its_stamp(desk, no):
    desk.finish(no, "contact", "inspection", "recheck")
    desk.record(no, "resolution", next_step="继续整改", until="06-25")
    done_at = desk.folder(no).stage("resolution").done_at
    desk.later(days=30)
    page = desk.page(no)
    assert "继续整改之后的处理" in page
    assert "后续处理为“继续整改”，还没有最终处理" in page
    assert "resolution-late_cause" not in page
    assert desk.record(no, "resolution").status_code == 303
    page = desk.page(no)
    assert "已记录后续处理：办结" in page
    assert "继续整改之后的处理" not in page
    assert desk.folder(no).stage("resolution").done_at == done_at


def test_a_stage_is_recorded_once(desk, no):
    desk.finish(no, "inspection")
    answer = desk.record(no, "inspection")
    assert answer.status_code == 400
    assert "“现场检查与整改”已经完成，不能重复记录" in answer.text


@pytest.mark.parametrize(("key", "words"), [("recheck", "现场检查与整改"), ("resolution", "现场复查与安排监测")])
def test_a_stage_waits_for_the_one_before(desk, no, key, words):
    answer = desk.record(no, key)
    assert answer.status_code == 400
    assert f"请先完成“{words}”" in answer.text


def test_a_stage_that_does_not_exist_is_no_page(desk, no):
    assert desk.client.post(f"/case/{no}/stage/billing", data={"seen": "1"}).status_code == 404
    assert set(FORMS) == {"contact", "inspection", "recheck", "resolution"}
