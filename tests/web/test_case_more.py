"""Beside the page of a case: the explanation of a limit, the files, who complained."""

from __future__ import annotations

import re

import pytest

from tests.web.case_desk import INSPECTION, JPG, NAME, PHONE, problems, upload
from tracker.store import audit
from tracker.store.attachments import path_of


@pytest.fixture
def no(desk):
    """A case on the desk of its handler."""
    desk.enter("王建国")
    return desk.case().no


class TestWhy:
    def test_each_day_is_told(self, desk, no):
        page = re.sub(r"<[^>]+>|\s+", " ", desk.page(no, "/why/inspection"))
        for words in ("06-17 周三", "收到当日，不计", "06-20 周六", "自然日，计入", "06-20（周六）24:00前"):
            assert words in page
        assert "自然日" in page
        assert "1-3-10-15（第 1 版）" in page
        assert "收到时间" in page
        assert "派单时间" in re.sub(r"\s", "", desk.page(desk.case(channel="12345热线").no, "/why/inspection"))

    def test_a_stage_that_the_case_does_not_have_has_no_page(self, desk, no):
        assert desk.client.get(f"/case/{no}/why/billing").status_code == 404
        assert desk.client.get(f"/case/{desk.case(kind='咨询').no}/why/contact").status_code == 404
        assert desk.client.get(f"/case/{no}/why/contact?round=7").status_code == 404
        assert desk.client.get(f"/case/{no}/why/contact?round=x").status_code == 200


class TestFiles:
    def given(self, desk, no, name="西窗.jpg", data=JPG):
        fields = {**INSPECTION, "happened_at": desk.local(), "record": "车间西窗未关", "files": upload(name, data)}
        assert desk.send(no, "stage/inspection", "inspection", **fields).status_code == 303
        return {one.kind: one for one in desk.folder(no).evidence}

    def test_a_file_comes_down_as_a_download_that_runs_nowhere(self, desk, no):
        photo = self.given(desk, no)["jpg"]
        answer = desk.client.get(f"/case/{no}/file/{photo.id}")
        assert answer.data == JPG
        assert answer.content_type == "image/jpeg"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert "%E8%A5%BF%E7%AA%97.jpg" in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_evidence_of_a_stage_that_was_undone_is_marked(self, desk, no):
        def marked():
            return desk.page(no).split('id="files"')[1].split("</section>")[0].count("已撤销")

        self.given(desk, no)
        assert marked() == 0
        desk.send(no, "undo/inspection", "undo")
        assert marked() == 2

    def test_a_web_page_that_calls_itself_a_picture_does_not_get_in(self, desk, no):
        fields = {**INSPECTION, "happened_at": desk.local(), "files": upload("a.jpg", b"<svg onload=alert(1)>")}
        assert desk.send(no, "stage/inspection", "inspection", **fields).status_code == 400

    def test_the_type_follows_the_bytes_not_the_name(self, desk, no):
        photo = self.given(desk, no, "page.html")["jpg"]
        assert desk.client.get(f"/case/{no}/file/{photo.id}").content_type == "image/jpeg"

    def test_a_written_note_stands_on_the_page(self, desk, no):
        self.given(desk, no)
        page = desk.page(no)
        assert "车间西窗未关</p>" in page

    def test_a_file_of_another_case_is_not_found_under_this_one(self, desk, no):
        photo = self.given(desk, no)["jpg"]
        assert desk.client.get(f"/case/{desk.case().no}/file/{photo.id}").status_code == 404
        assert desk.client.get(f"/case/{no}/file/99999").status_code == 404

    def test_a_file_that_is_gone_says_so(self, desk, no, home):
        kept = self.given(desk, no)
        for one in kept.values():
            path_of(home / "attachments", one.sha256).unlink()
        answer = desk.client.get(f"/case/{no}/file/{kept['jpg'].id}")
        assert answer.status_code == 404
        assert "“西窗.jpg”没有找到。请联系管理员从备份恢复" in answer.text
        assert f"/case/{no}/file/{kept['text'].id}" in desk.page(no)


class TestWhoComplained:
    def test_a_reason_is_asked_for_first(self, desk, no):
        page = desk.page(no, "/who")
        assert "查看的理由" in page
        assert PHONE not in page
        answer = desk.client.post(f"/case/{no}/who", data={"reason": " "})
        assert answer.status_code == 400
        assert problems(answer.text)["reason"] == "请写明查看投诉人的理由"
        assert NAME not in answer.text

    def test_with_a_reason_it_is_shown_once_kept_nowhere_and_on_record(self, desk, no):
        answer = desk.client.post(f"/case/{no}/who", data={"reason": "回电核实地点"})
        assert NAME in answer.text
        assert PHONE in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert PHONE not in desk.page(no, "/who")
        assert PHONE not in desk.page(no)
        look = audit.of_case(desk.db, desk.folder(no).case.id)[0]
        assert (look.act, look.person, look.detail["reason"]) == ("reveal", "王建国", "回电核实地点")

    def test_the_look_stands_in_the_record_for_supervisors_alone(self, desk, no):
        desk.client.post(f"/case/{no}/who", data={"reason": "回电核实地点"})
        assert "查看投诉人" not in desk.page(no)
        assert "回电核实地点" in desk.enter("李处").page(no)

    def test_a_clerk_sees_only_whom_she_took_down_herself(self, desk, make_person, no):
        assert "查看的理由" in desk.enter("林涛").page(no, "/who")
        desk.people["新人"] = make_person(name="新人", roles=("clerk",))
        desk.enter("新人")
        assert "/who" not in desk.page(no)
        assert "您没有查看投诉人的权限" in desk.page(no, "/who")
        answer = desk.client.post(f"/case/{no}/who", data={"reason": "回电核实地点"})
        assert answer.status_code == 403
        assert NAME not in answer.text
        assert "督办人员：李处、赵科" in answer.text

    def test_a_reason_that_nobody_would_read_comes_back_with_the_form(self, desk, no):
        answer = desk.client.post(f"/case/{no}/who", data={"reason": "长" * 10_001})
        assert (answer.status_code, "最多 10000 字" in problems(answer.text)["reason"]) == (400, True)
        assert NAME not in answer.text

    def test_a_reason_of_invisible_signs_is_none(self, desk, no):
        answer = desk.client.post(f"/case/{no}/who", data={"reason": "\x00\u202e\u200f"})
        assert problems(answer.text)["reason"] == "请写明查看投诉人的理由"

    def test_an_anonymous_citizen_who_left_a_number_can_be_called_back(self, desk):
        desk.enter("王建国")
        no = desk.case(anonymous=True, name="").no
        assert f"/case/{no}/who" in desk.page(no)
        assert "查看的理由" in desk.page(no, "/who")
        assert PHONE in desk.client.post(f"/case/{no}/who", data={"reason": "先行联系"}).text

    def test_an_anonymous_case_has_nobody_to_show(self, desk):
        desk.enter("王建国")
        no = desk.case(anonymous=True, name="", phone="").no
        assert "匿名" in desk.page(no)
        assert f"/case/{no}/who" not in desk.page(no)
        assert "匿名投诉，没有登记姓名和电话" in desk.page(no, "/who")

    def test_no_page_of_the_case_shows_who_complained_to_anybody(self, desk, no):
        """A canary: the name and the number are looked for on every page, after every kind of act."""
        desk.finish(no, "contact", "inspection", "recheck", "resolution")
        desk.record(no, "inspection")  # refused: the page with its errors
        desk.send(no, "reply", "reply", **desk.answer())
        desk.send(no, "close", "close")
        for name in ("林涛", "王建国", "李处", "赵科"):
            desk.enter(name)
            for path in ("", "?log=system", "/why/contact", "/who", "?do=note"):
                page = desk.page(no, path)
                for secret in (NAME, PHONE, PHONE[3:]):
                    assert secret not in page, (name, path)
            assert NAME not in desk.send(no, "end", "end", ground="x").text
