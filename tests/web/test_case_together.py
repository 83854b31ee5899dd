"""Notes, undo, and two people or two presses on the same case."""

from __future__ import annotations

import re

import pytest

from tests.web.case_desk import problems, upload


@pytest.fixture
def no(desk):
    """A case on the desk of its handler."""
    desk.enter("王建国")
    return desk.case().no


class TestNote:
    def test_what_was_typed_is_kept_as_a_note_and_finishes_nothing(self, desk, no):
        answer = desk.record(no, "inspection", do="note", demand_until="", happened_at="06-17 09:30", mode="")
        assert answer.status_code == 303
        folder = desk.folder(no)
        assert folder.standing.stage("inspection").state == "open"
        (fact,) = folder.facts
        assert fact.kind == "note"
        for words in (
            "2026-06-17 09:30",
            "检查情况：夜间挤出工序生产",
            "整改要求：立即密闭车间",
            "检查人：王建国、周明",
        ):
            assert words in fact.body["text"]
        assert "已记录，没有完成任何阶段" in desk.page(no)

    def test_files_alone_are_a_note(self, desk, no):
        form = {"officers": "王建国", "happened_at": desk.local(), "files": upload("西窗.jpg"), "do": "note"}
        assert desk.send(no, "stage/inspection", "inspection", **form).status_code == 303
        assert [fact.body["text"] for fact in desk.folder(no).facts] == [""]

    @pytest.mark.parametrize("key", ["contact", "inspection"])
    def test_an_empty_one_is_refused(self, desk, no, key):
        answer = desk.send(
            no, f"stage/{key}", key, happened_at=desk.local(), who="王建国", officers="王建国", do="note"
        )
        field = "record" if key == "contact" else "note"
        assert problems(answer.text)[f"{key}-{field}"] == "请填写办理记录"
        assert f'id="f-{key}-{field}"' in answer.text

    def test_the_form_of_its_own_takes_text_and_files(self, desk, no):
        form = {"note": "已责令关闭破损窗口", "files": upload("西窗.jpg")}
        assert desk.send(no, "note", "note", **form).status_code == 303
        assert "已责令关闭破损窗口" in desk.page(no)
        assert problems(desk.send(no, "note", "note", note="").text)["note-note"] == "请填写办理记录"


class TestUndo:
    def test_it_opens_the_stage_again(self, desk, no):
        desk.finish(no, "inspection")
        assert desk.send(no, "undo/inspection", "undo").status_code == 303
        assert desk.folder(no).standing.stage("inspection").state == "open"
        assert "已撤销“现场检查与整改”，该阶段恢复为未完成" in desk.page(no)

    def test_it_is_offered_for_ten_minutes_to_whom_recorded_it(self, desk, no):
        desk.record(no, "inspection")
        assert f"/case/{no}/undo/inspection" in desk.page(no)
        assert f"/case/{no}/undo/inspection" not in desk.enter("李处").page(no)
        desk.enter("王建国")
        desk.clock.forward(minutes=10, seconds=1)
        assert f"/case/{no}/undo/inspection" not in desk.page(no)
        answer = desk.send(no, "undo/inspection", "undo")
        assert answer.status_code == 400
        assert "已超过10分钟，不能撤销" in answer.text

    def test_it_is_not_offered_once_something_rests_on_the_stage(self, desk, no):
        desk.finish(no, "inspection", "recheck")
        page = desk.page(no)
        assert f"/case/{no}/undo/recheck" in page
        assert f"/case/{no}/undo/inspection" not in page


class TestTwoPeople:
    def test_the_second_is_told_and_her_text_is_still_in_the_form(self, desk, no):
        seen = desk.folder(no).case.version
        desk.enter("李处").record(no, "contact")
        desk.enter("王建国")
        answer = desk.record(no, "inspection", seen=seen)
        assert answer.status_code == 409
        assert "李处 10:24 已更新本件。您填写的内容已保留，请核对后再提交" in answer.text
        assert "夜间挤出工序生产，车间未密闭</textarea>" in answer.text
        assert "<title>错误：" in answer.text
        again = re.search(r'name="seen" value="(\d+)"', answer.text)[1]
        assert desk.record(no, "inspection", seen=int(again)).status_code == 303

    def test_a_change_of_another_day_is_told_with_its_day(self, desk, no):
        seen = desk.folder(no).case.version
        desk.enter("李处").record(no, "contact")
        desk.later(days=1)
        assert "李处 06-17 10:24 已更新本件" in desk.enter("王建国").record(no, "inspection", seen=seen).text

    def test_her_text_stays_even_when_the_other_has_finished_the_stage(self, desk, no):
        seen = desk.folder(no).case.version
        desk.enter("李处").record(no, "inspection")
        answer = desk.enter("王建国").record(no, "inspection", seen=seen, note="我看到的情况")
        assert answer.status_code == 409
        assert "我看到的情况</textarea>" in answer.text
        assert "只记录，不完成" in answer.text

    def test_a_refused_form_does_not_swallow_the_conflict(self, desk, no):
        seen = desk.folder(no).case.version
        desk.enter("李处").record(no, "contact")
        answer = desk.enter("王建国").record(no, "inspection", seen=seen, demand_until="?")
        assert answer.status_code == 400
        assert f'name="seen" value="{seen}"' in answer.text, "sent again, it still meets the change"

    @pytest.mark.parametrize(
        ("key", "changes", "kinds"),
        [
            ("inspection", {}, ["inspection"]),
            ("contact", {"outcome": "未接通"}, ["attempt"]),
            ("inspection", {"do": "note"}, ["note"]),
        ],
    )
    def test_a_button_pressed_twice_records_once(self, desk, no, key, changes, kinds):
        seen = desk.folder(no).case.version
        for _press in range(2):
            assert desk.record(no, key, seen=seen, **changes).status_code == 303
        assert [fact.kind for fact in desk.folder(no).facts] == kinds

    def test_the_same_words_a_minute_later_are_another_note(self, desk, no):
        seen = desk.folder(no).case.version
        desk.send(no, "note", "note", seen=seen, note="已电话催办")
        desk.clock.forward(minutes=1)
        desk.send(no, "note", "note", seen=seen, note="已电话催办")
        assert len(desk.folder(no).facts) == 2

    def test_a_note_rests_on_nothing_that_was_seen(self, desk, no):
        seen = desk.folder(no).case.version
        desk.enter("李处").record(no, "contact")
        assert desk.enter("王建国").send(no, "note", "note", seen=seen, note="已到现场").status_code == 303
