"""The page of a case: who sees it, and what stands on it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.web.case_desk import NAME, PHONE
from tracker.office import stages
from tracker.office.stages import Around
from tracker.store.database import execute


@pytest.mark.parametrize("name", ["林涛", "王建国", "李处"])
def test_the_page_shows_the_four_stages_and_nobody_who_complained(desk, name):
    no = desk.case().no
    page = desk.enter(name).page(no)
    for words in ("1. 先行联系", "2. 现场检查与整改", "3. 现场复查与安排监测", "4. 后续处理"):
        assert words in page
    assert "06-18 24:00" in page
    assert "已隐藏（要求保密）" in page
    assert NAME not in page
    assert PHONE not in page


def test_the_whole_way_from_registration_to_closing(desk):
    no = desk.case().no
    desk.enter("王建国").finish(no, "contact", "inspection", "recheck", "resolution")
    assert desk.send(no, "reply", "reply", **desk.answer()).status_code == 303
    assert desk.send(no, "close", "close").status_code == 303
    assert "等待其他督办人员审核：李处、赵科" in desk.page(no)
    desk.enter("李处")
    assert desk.send(no, "close/decide", "review", do="close").status_code == 303
    assert "✓</span> 已销项" in desk.page(no)
    assert desk.folder(no).case.state == "closed"


def test_a_case_of_another_handler_looks_as_if_it_were_not_there(desk):
    no = desk.case().no
    desk.enter("周明")
    theirs = desk.client.get(f"/case/{no}")
    nobodys = desk.client.get("/case/XH2026-999999")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text.replace(no, "") == nobodys.text.replace("XH2026-999999", "")


@pytest.mark.parametrize("path", ["why/inspection", "who", "file/1"])
def test_no_part_of_another_handlers_case_is_there(desk, path):
    no = desk.case().no
    assert desk.enter("周明").client.get(f"/case/{no}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["stage/inspection", "undo/contact", "reply", "end", "close", "triage", "note", "who"])
def test_nothing_can_be_sent_into_another_handlers_case(desk, path):
    no = desk.case().no
    before = desk.folder(no)
    answer = desk.enter("周明").client.post(f"/case/{no}/{path}", data={"seen": "1", "reason": "x", "note-note": "x"})
    assert answer.status_code == 404
    assert desk.folder(no) == before


@pytest.mark.parametrize("path", ["assign", "close/decide", "end/decide", "backfill/contact"])
def test_what_is_for_supervisors_is_refused_to_a_handler_by_her_role(desk, path):
    no = desk.case().no
    assert desk.enter("王建国").client.post(f"/case/{no}/{path}", data={"seen": "1"}).status_code == 403


def test_the_stage_to_record_is_the_current_step_and_the_other_is_folded(desk):
    no = desk.case().no
    page = desk.enter("王建国").page(no)
    assert page.count('aria-current="step"') == 1
    first, second = page.index("完成第1阶段：先行联系"), page.index("完成第2阶段：现场检查与整改")
    assert first < second
    assert '<details class="box noprint" id="act-inspection"' in page
    desk.finish(no, "inspection")
    page = desk.page(no)
    assert "完成第3阶段" in page
    assert page.index("完成第1阶段") < page.index("完成第3阶段"), "the nearest limit comes first"


def test_a_clerk_is_offered_the_contact_alone(desk):
    page = desk.enter("林涛").page(desk.case().no)
    assert "完成第1阶段" in page
    assert "完成第2阶段" not in page
    assert "act-end" not in page
    assert "act-reply" not in page
    assert "act-assign" in page


def test_the_header_says_how_late_the_case_is(desk):
    no = desk.case().no
    desk.clock.forward(days=4, hours=1)
    page = desk.enter("王建国").page(no)
    head = page[page.index("<h1>") : page.index("h-st")]
    assert "■</span> 超期 2天11小时" in head
    assert "已用 4天2小时" in page
    assert "应完成" in page


def test_a_stage_done_late_stays_red_and_says_by_how_much(desk):
    no = desk.case().no
    desk.clock.forward(days=4)
    desk.enter("王建国")
    assert desk.record(no, "inspection", late_cause="人手不足").status_code == 303
    page = desk.page(no)
    assert "超期完成 超期 10小时24分" in page
    assert "人手不足" in page


def test_the_outside_limit_stands_with_its_name_and_what_is_left(desk):
    due = desk.clock() + timedelta(days=9, hours=6)
    no = desk.case(channel="12345热线", source_no="A-04417", source_due_at=due).no
    page = desk.enter("王建国").page(no)
    assert "编号 A-04417" in page
    assert ">12345热线应反</a>" in page
    assert "06-26 16:24" in page
    assert "剩余 9天6小时" in page


def test_a_joined_case_and_its_lead_lead_to_each_other(desk):
    lead = desk.case().no
    other = desk.case(lead_no=lead, content="味道很大").no
    desk.enter("王建国")
    assert f'href="/case/{other}"' in desk.page(lead)
    assert "并入1件" in desk.page(lead)
    assert f'href="/case/{lead}"' in desk.page(other)
    desk.finish(lead, "inspection")
    assert f"引用首件 {lead} 的记录" in desk.page(other)


def test_what_is_still_open_at_registration_is_said(desk):
    page = desk.enter("王建国").page(desk.case(street_id=None, categories=()).no)
    assert "街道待补" in page
    assert "请选择街道和污染类别，再完成第2阶段" in page


def test_a_kind_without_a_rule_has_no_stages_and_can_be_answered_and_closed(desk):
    no = desk.case(kind="咨询").no
    desk.enter("王建国")
    assert "办理进度" not in desk.page(no)
    assert "待答复" in desk.page(no)
    assert desk.send(no, "reply", "reply", **desk.answer()).status_code == 303
    assert desk.send(no, "close", "close").status_code == 303
    assert desk.folder(no).case.state == "applied"


def test_text_from_outside_is_shown_as_text(desk):
    no = desk.case(content="<script>alert(1)</script>", subject_unit='"><img src=x>').no
    desk.enter("王建国")
    desk.send(no, "note", "note", note="<b>记录</b>")
    page = desk.page(no)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;b&gt;记录" in page


@pytest.mark.parametrize(
    ("convention", "due", "day"),
    [("natural", "01-01 24:00", ""), ("working", "2027-01-", "工作日，计入"), ("hours", "12-", "满24小时，计入")],
)
def test_every_convention_is_told_and_a_year_that_is_not_published_is_provisional(desk, convention, due, day):
    execute(desk.db, "UPDATE rule SET convention = :convention", {"convention": convention})
    desk.clock.at = desk.clock.at.replace(month=12, day=29)
    desk.enter("王建国")
    no = desk.case().no
    page = desk.page(no)
    assert due in page
    assert ("暂定" in page) is (convention == "working")
    why = desk.page(no, "/why/recheck")
    assert day in why
    assert ("还没有公布" in why) is (convention == "working")


class TestTheWayBack:
    def test_it_leads_to_the_list_one_came_from_with_its_filters(self, desk):
        page = desk.enter("李处").page(desk.case().no, "?from=overdue%3Fstreet%3D3")
        assert '<a href="/overdue?street=3">← 返回超期清单</a>' in page

    @pytest.mark.parametrize("wanted", ["//evil.example", "http://evil.example", "me", "overdue//x\\", ""])
    def test_it_never_leads_elsewhere(self, desk, wanted):
        page = desk.enter("李处").page(desk.case().no, f"?from={wanted}")
        assert not re.search(r'href="[^"]*evil', page)
        assert '<a href="/">← 返回首页</a>' in page

    def test_an_act_keeps_it(self, desk):
        no = desk.case().no
        desk.enter("王建国")
        answer = desk.client.post(
            f"/case/{no}/note?from=today", data={"note-note": "已电话催办", "seen": str(desk.folder(no).case.version)}
        )
        assert answer.location == f"/case/{no}?from=today"

    def test_the_next_case_is_the_next_of_that_list(self, desk):
        first, second = desk.case().no, desk.case().no
        desk.clock.forward(days=4)
        page = desk.enter("李处").page(first, "?from=overdue")
        assert f'<a href="/case/{second}?from=overdue">下一件</a>' in page
        assert "下一件" not in desk.page(second, "?from=overdue")
        assert "下一件" not in desk.page(first, "?from=overdue%3Fstreet%3D99")
        assert "下一件" not in desk.page(first)


class TestTheRecord:
    def test_it_tells_each_act_with_its_facts_newest_first(self, desk):
        no = desk.case().no
        desk.enter("王建国").finish(no, "contact", "inspection")
        page = desk.page(no)
        record = re.sub(r"<[^>]+>|\s+", " ", page[page.index('id="h-tl"') :])
        record = re.sub(r"\s+", " ", record)
        assert record.index("现场检查与整改") < record.index("先行联系") < record.index("登记")
        for words in (
            "检查人： 王建国、周明",
            "初步认定： 属实",
            "整改期限： 06-22",
            "原因说明： 设备故障",
            "派单： 王建国",
        ):
            assert words in record

    def test_a_contact_made_while_registering_is_told_too(self, desk):
        no = desk.case(talked=True).no
        page = desk.enter("王建国").page(no)
        record = page[page.index('id="h-tl"') :]
        assert "<b>先行联系</b>" in record
        assert "来电来访时已沟通" in record

    def test_reminders_are_the_systems_and_can_be_shown_apart(self, desk):
        case = desk.case()
        at = desk.clock()
        execute(
            desk.db,
            "UPDATE reminder SET shown_at = :at WHERE case_id = :id AND rung = 'dispatch'",
            {"at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "id": case.id},
        )
        desk.enter("王建国")
        assert "派单提醒" in desk.page(case.no)
        assert "派单提醒" in desk.page(case.no, "?log=system")
        assert "派单提醒" not in desk.page(case.no, "?log=people")
        assert "<b>登记</b>" not in desk.page(case.no, "?log=system")

    def test_two_hundred_entries_show_thirty_and_fold_the_rest(self, desk, home):
        case = desk.case()
        for n in range(200):
            at = desk.clock.forward(minutes=1)
            stages.note(desk.db, home / "attachments", desk.actor("王建国"), case.no, f"第{n}条", Around(at), at)
        page = desk.enter("王建国").page(case.no)
        shown, folded = page.split("更早的 171 条")
        assert "第199条" in shown
        assert "第170条" in shown
        assert "第169条" not in shown
        assert "第0条" in folded

    def test_what_was_undone_stays_and_is_struck_out(self, desk):
        no = desk.case().no
        desk.enter("王建国").finish(no, "inspection")
        desk.send(no, "undo/inspection", "undo")
        page = desk.page(no)
        assert "<del>现场检查与整改</del>" in page
        assert "撤销：现场检查与整改" in page


def test_the_languages_can_be_switched(desk):
    desk.enter("李处")
    desk.client.post("/language", data={"language": "en", "next": "/"})
    assert 'lang="en"' in desk.page(desk.case().no)


def test_a_case_closed_from_a_list_is_named_there_and_taken_back_with_one_click(desk):
    no = desk.case().no
    desk.enter("王建国").finish(no, "contact", "inspection", "recheck", "resolution")
    desk.send(no, "reply", "reply", **desk.answer())
    desk.send(no, "close", "close")
    desk.enter("李处")
    from_list = {"then": "list", "from": "today?scope=team", "do": "close", "seen": desk.folder(no).case.version}
    sent = desk.client.post(f"/case/{no}/close/decide", data=from_list)
    assert sent.location == "/today?scope=team"
    page = desk.client.get(sent.location).text
    assert f"{no} 已销项，60秒内可以撤销" in page
    assert page.count("已销项") == 1
    assert f"{no} 已销项，60秒内可以撤销" in desk.page(no)
    version = desk.folder(no).case.version
    answer = desk.client.post(f"/case/{no}/close/undo", data={"seen": version, "then": "list", "from": "today"})
    assert answer.location == "/today"
    assert desk.folder(no).case.state == "applied"
    desk.send(no, "close/decide", "review", do="close")
    desk.later(seconds=61)
    assert "60秒内可以撤销" not in desk.client.get("/today").text
