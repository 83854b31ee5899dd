"""Where a phone does not reach the office: a sheet to carry, and one page for the evening with its photographs."""

from __future__ import annotations

import re

import pytest

from tests.pictures import opened, photo
from tests.web.case_desk import INSPECTION, JPG, RECHECK, problems, upload
from tracker.office import features, tray
from tracker.store.database import rows

TOKENS = {
    "name": "金丝雀",
    "phone": "13977770001",
    "source_no": "CANARY-SOURCE-1",
    "content": "金丝雀原话甲乙丙丁13977770001",
}


@pytest.fixture
def office(desk):
    desk.people["吴管理"] = desk.make_person(name="吴管理", roles=("admin",))
    features.switch(desk.db, desk.actor("吴管理"), ["sheets"], desk.clock())
    desk.enter("王建国")
    return desk


def printed(page):
    return "".join(re.findall(r'<table class="paper".*?</table>\s*</td>', page, re.DOTALL))


def form_of(office, no, key, **changes):
    """The fields of a case's form as the page sends them."""
    case = office.folder(no).case
    facts = {"happened_at": office.local(), **(INSPECTION if key == "inspection" else RECHECK), **changes}
    told = {f"c{case.id}-{key}-{name}": value for name, value in facts.items()}
    return {f"c{case.id}-{key}-seen": str(case.version), **told}


def save(office, *forms, do="save", **more):
    data = {"do": do, **more}
    for one in forms:
        data.update(one)
    answer = office.client.post("/evening", data=data)
    answer.request.environ["wsgi.input"].close()
    return answer


def waiting(office):
    return tray.unsorted(office.db, office.actor("王建国"))


class TestTheSheet:
    def test_switched_off_nobody_finds_it(self, desk):
        desk.enter("王建国")
        for path in ("/outdoors", "/outdoors/print?no=x", "/evening"):
            assert desk.client.get(path).status_code == 404
        assert "/outdoors" not in desk.client.get("/today").text

    def test_the_cases_that_want_a_visit_are_listed(self, office):
        visited, waits = office.case().no, office.case().no
        office.finish(visited, "inspection", "recheck")
        office.case(handler_id=office.people["周明"].id)
        page = office.client.get("/outdoors").text
        assert re.findall(r'name="no" value="([^"]+)"', page) == [waits]
        assert "/outdoors" in office.client.get("/today").text

    def test_a_sheet_tells_nothing_of_who_complained(self, office):
        case = office.case(subject_unit="示例塑料制品有限公司", **TOKENS)
        page = printed(office.client.get(f"/outdoors/print?no={case.no}").text)
        assert [token for token in ("金丝雀", "13977770001", "CANARY", "原话") if token in page] == []
        assert case.no in page
        assert "港南路88号" in page
        assert "示例塑料制品有限公司" in page
        assert "恶臭异味" in page

    def test_the_words_of_the_complaint_come_along_where_they_are_ticked_without_name_and_number(self, office):
        case = office.case(**TOKENS)
        page = printed(office.client.get(f"/outdoors/print?no={case.no}&matter=1").text)
        assert "原话甲乙丙丁" in page
        assert "金丝雀" not in page
        assert "13977770001" not in page

    def test_each_case_has_its_own_with_the_fields_of_its_stage(self, office):
        first, second = office.case().no, office.case().no
        office.finish(second, "inspection")
        page = office.client.get(f"/outdoors/print?no={first}&no={second}").text
        assert page.count('class="paper"') == 2
        assert "现场检查单" in page
        assert "现场复查单" in page
        assert "立即密闭车间" in page, "what was demanded is looked at again"

    def test_what_wants_no_visit_is_left_out_and_said(self, office):
        no = office.case().no
        office.finish(no, "inspection", "recheck")
        page = office.client.get(f"/outdoors/print?no={no}").text
        assert 'class="paper"' not in page
        assert f"没有打印：{no}" in page

    def test_nothing_ticked_is_said(self, office):
        answer = office.client.get("/outdoors/print")
        assert answer.status_code == 422
        assert "请先勾选案件" in answer.text

    def test_anothers_case_is_not_printed(self, office):
        no = office.case(handler_id=office.people["周明"].id).no
        assert office.client.get(f"/outdoors/print?no={no}").status_code == 404

    def test_the_supervisor_prints_from_the_overdue_list(self, office):
        no = office.case().no
        office.later(days=4)
        office.enter("李处")
        assert 'formaction="/outdoors/print"' in office.client.get("/overdue").text
        assert 'class="paper"' in office.client.get(f"/outdoors/print?no={no}&from=overdue").text


class TestTheEvening:
    def test_every_case_that_is_filled_in_is_saved(self, office):
        one, two, left = office.case().no, office.case().no, office.case().no
        office.finish(two, "inspection")
        answer = save(office, form_of(office, one, "inspection"), form_of(office, two, "recheck"))
        assert answer.status_code == 303
        assert office.folder(one).stage("inspection").state == "done"
        assert office.folder(two).stage("recheck").state == "done"
        assert office.folder(left).stage("inspection").state == "open"
        page = office.client.get("/evening").text
        assert f"{one} 已完成第2阶段" in page
        assert f"{two} 已完成第3阶段" in page

    def test_what_is_wrong_in_one_keeps_its_text_and_the_others_are_saved(self, office):
        good, bad = office.case().no, office.case().no
        forms = (
            form_of(office, good, "inspection"),
            form_of(office, bad, "inspection", officers="王建国", note="车间<未>密闭"),
        )
        answer = save(office, *forms)
        assert answer.status_code == 400
        assert office.folder(good).stage("inspection").state == "done"
        assert office.folder(bad).stage("inspection").state == "open"
        assert f"{good} 已完成第2阶段" in answer.text
        bad_id = office.folder(bad).case.id
        assert problems(answer.text) == {f"c{bad_id}-inspection-officers": f"{bad} 请填写两名检查人，用顿号分开"}
        assert "车间&lt;未&gt;密闭</textarea>" in answer.text

    def test_a_time_left_open_is_asked_for(self, office):
        no = office.case().no
        answer = save(office, form_of(office, no, "inspection", happened_at=""))
        assert "的样子填写时间" in next(iter(problems(answer.text).values()))

    def test_nothing_filled_in_is_said(self, office):
        no = office.case().no
        blank = {"happened_at": "", "finding": "", "note": "", "demand": "", "demand_until": "", "reason": ""}
        answer = save(office, form_of(office, no, "inspection", **blank))
        assert answer.status_code == 400
        assert "还没有填写任何一件" in answer.text

    def test_the_photographs_of_the_day_are_sorted_to_their_cases(self, office):
        one, two = office.case(), office.case()
        batch = [upload(f"IMG_{n}.jpg", photo((300 + n, 200))) for n in range(4)]
        page = save(office, form_of(office, one.no, "inspection"), do="upload", **{"batch-files": batch})
        assert page.status_code == 200
        assert "夜间挤出工序生产，车间未密闭</textarea>" in page.text, "what was typed is still there"
        ids = [one.id for one in waiting(office)]
        assert re.findall(r'name="photo-(\d+)"', page.text) == [str(id_) for id_ in ids]
        choice = {f"photo-{ids[0]}": f"c{one.id}-inspection", f"photo-{ids[1]}": f"c{two.id}-inspection"}
        choice |= {f"photo-{ids[2]}": "x", f"photo-{ids[3]}": ""}
        forms = (form_of(office, case.no, "inspection", reason="") for case in (one, two))
        assert save(office, *forms, **choice).status_code == 303
        assert [e.name for e in office.folder(one.no).evidence] == ["IMG_0.jpg"]
        assert [e.name for e in office.folder(two.no).evidence] == ["IMG_1.jpg"]
        assert [one.file.name for one in waiting(office)] == ["IMG_3.jpg"], "not sorted, it stays for the next time"

    def test_a_case_that_is_refused_keeps_its_photographs(self, office):
        case = office.case()
        save(office, do="upload", **{"batch-files": upload("西窗.jpg")})
        (one,) = waiting(office)
        choice = {f"photo-{one.id}": f"c{case.id}-inspection"}
        answer = save(office, form_of(office, case.no, "inspection", officers=""), **choice)
        assert answer.status_code == 400
        assert waiting(office) == (one,)
        assert f'<option value="c{case.id}-inspection" selected>' in answer.text

    def test_photographs_alone_ask_for_the_rest(self, office):
        case = office.case()
        save(office, do="upload", **{"batch-files": upload("西窗.jpg")})
        (one,) = waiting(office)
        answer = save(office, **{f"photo-{one.id}": f"c{case.id}-inspection"})
        assert f"c{case.id}-inspection-note" in problems(answer.text)

    def test_a_wrong_file_loses_neither_the_others_nor_the_text(self, office):
        no = office.case().no
        batch = [upload("西窗.jpg"), upload("病毒.exe", b"MZ"), upload("东门.jpg", JPG + b"2")]
        answer = save(office, form_of(office, no, "inspection"), do="upload", **{"batch-files": batch})
        assert answer.status_code == 400
        assert "“病毒.exe”不是" in problems(answer.text)["batch-files"]
        assert [one.file.name for one in waiting(office)] == ["西窗.jpg", "东门.jpg"]
        assert "立即密闭车间</textarea>" in answer.text

    def test_the_small_picture_is_its_owners_alone_and_tells_nothing(self, office):
        save(office, do="upload", **{"batch-files": upload("西窗.jpg", photo((2000, 1500), secret="CANARY"))})
        (one,) = waiting(office)
        answer = office.client.get(f"/evening/photo/{one.id}")
        assert opened(answer.data).size == (240, 180)
        assert b"CANARY" not in answer.data
        office.enter("周明")
        assert office.client.get(f"/evening/photo/{one.id}").status_code == 404

    def test_what_another_changed_meanwhile_is_said_and_then_goes_through(self, office):
        no = office.case().no
        form = form_of(office, no, "inspection")
        office.enter("林涛")
        office.send(no, "note", "note", note="来电补充")
        office.enter("王建国")
        answer = save(office, form)
        assert "林涛 10:24 已更新本件" in answer.text
        assert save(office, form_of(office, no, "inspection")).status_code == 303

    def test_pressed_twice_it_is_recorded_once(self, office):
        no = office.case().no
        form = form_of(office, no, "inspection")
        save(office, form)
        save(office, form)
        found = rows(office.db, "SELECT count(*) FROM fact WHERE kind = 'inspection'")
        assert found[0][0] == 1

    def test_without_street_and_category_it_leads_to_the_case(self, office):
        no = office.case(street_id=None, categories=()).no
        answer = save(office, form_of(office, no, "inspection"))
        assert "请先在本件页面补上街道和污染类别" in answer.text
