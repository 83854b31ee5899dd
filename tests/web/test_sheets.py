"""The papers of a case. What goes to the unit and to the laboratory bears no trace of the citizen: every field that
could tell holds a token of its own, and none of them is found."""

from __future__ import annotations

import re

import pytest

from tests.pictures import opened, photo
from tests.web.case_desk import upload
from tracker.office import features, sheets, units
from tracker.store import pictures
from tracker.store.audit import of_case

#: A token for every field that tells of the citizen, or leads to them.
TOKENS = {
    "name": "金丝雀",
    "phone": "13977770001",
    "source_no": "CANARY-SOURCE-1",
    "content": "金丝雀原话一：半夜机器轰鸣孩子睡不着。金丝雀原话二：窗户全是灰",
    "title": "金丝雀标题甲乙丙丁",
}
LAID = {"file": "金丝雀来信扫描.jpg", "exif": "CANARY-EXIF", "call": "金丝雀电话记录"}
PAPERS = ("receipt", "notice", "monitoring")


@pytest.fixture
def case(desk):
    """Inspected and re-checked, with photographs of the citizen's and of the officers'."""
    desk.enter("林涛")
    found = desk.case(subject_unit="示例塑料制品有限公司", **TOKENS)
    desk.send(found.no, "note", "note", note="来信", files=upload(LAID["file"], photo(secret=LAID["exif"])))
    desk.enter("王建国")
    desk.record(found.no, "contact", record=LAID["call"])
    picture = upload(LAID["file"], photo((900, 600), secret=LAID["exif"], turned=6))
    assert desk.record(found.no, "inspection", files=picture).status_code == 303
    desk.clock.forward(minutes=1)
    ordered = {"no_monitoring": "", "body_name": "区监测站", "planned": "06-24", "items": "臭气浓度"}
    assert desk.record(found.no, "recheck", **ordered).status_code == 303
    return found


def photo_ids(desk, case):
    return [one.id for one in sheets.photographs(desk.folder(case.no))]


def printed(page):
    """What is printed of a page: the paper without what stands around it on the screen."""
    (paper,) = re.findall(r'<table class="paper".*</table>', page, re.DOTALL)
    return paper


def sheet(desk, case, key, **args):
    answer = desk.client.get(f"/case/{case.no}/sheet/{key}", query_string=args)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("key", PAPERS)
def test_no_paper_for_outside_bears_a_trace_of_the_citizen(desk, case, key):
    paper = printed(sheet(desk, case, key, photo=photo_ids(desk, case)))
    secrets = [*TOKENS.values(), *LAID.values(), case.no, "金丝雀", "CANARY", "投诉", "举报", "信访", "属实"]
    assert [secret for secret in secrets if secret in paper] == []
    assert "示例塑料制品有限公司" in paper


def test_the_papers_say_what_the_officers_found(desk, case):
    receipt = printed(sheet(desk, case, "receipt"))
    assert "王建国、周明" in receipt
    assert "夜间挤出工序生产，车间未密闭" in receipt
    assert "立即密闭车间" in receipt
    notice = printed(sheet(desk, case, "notice"))
    assert "2026-06-22" in notice
    order = printed(sheet(desk, case, "monitoring"))
    assert "区监测站" in order
    assert "臭气浓度" in order


def test_the_photographs_are_drawn_anew(desk, case):
    (one,) = photo_ids(desk, case)
    answer = desk.client.get(f"/sheet/photo/{case.id}/{one}")
    assert answer.mimetype == "image/jpeg"
    assert b"CANARY" not in answer.data
    assert "金丝雀".encode() not in str(answer.headers).encode()
    assert pictures.shot(answer.data) == pictures.Shot()
    assert dict(opened(answer.data).getexif()) == {}
    assert opened(answer.data).size == (600, 900), "upright"


def test_the_negative_control_the_file_itself_tells(desk, case):
    (one,) = photo_ids(desk, case)
    raw = desk.client.get(f"/case/{case.no}/file/{one}")
    assert b"CANARY" in raw.data


def test_what_came_with_the_complaint_is_not_offered(desk, case):
    every = {one.id for one in desk.folder(case.no).evidence if one.kind == "jpg"}
    (site,) = photo_ids(desk, case)
    (letter,) = every - {site}
    assert desk.client.get(f"/sheet/photo/{case.id}/{letter}").status_code == 404
    paper = printed(sheet(desk, case, "receipt", photo=[letter]))
    assert "<img" not in paper


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("note", "据金丝雀反映，车间未密闭"),
        ("note", "来电 139 7777 0001 已核实"),
        ("demand", "按CANARY-SOURCE-1整改"),
        ("note", "孩子睡不着的问题：半夜机器轰鸣孩子睡不着属实"),
    ],
)
def test_what_an_officer_wrote_of_the_citizen_is_withheld_and_said(desk, field, text):
    desk.enter("王建国")
    case = desk.case(subject_unit="示例塑料制品有限公司", **TOKENS)
    desk.record(case.no, "inspection", **{field: text})
    page = sheet(desk, case, "receipt" if field == "note" else "notice")
    assert text not in printed(page)
    word = {"note": "检查情况", "demand": "整改要求"}[field]
    assert f"没有印出：{word}" in page


def test_the_citizens_of_joined_cases_are_kept_as_well(desk):
    desk.enter("王建国")
    lead = desk.case(subject_unit="示例塑料制品有限公司")
    desk.case(lead_no=lead.no, name="金丝雀", phone="13977770001", content="另一位的原话另一位的原话")
    desk.record(lead.no, "inspection", note="金丝雀也在场")
    assert "金丝雀" not in printed(sheet(desk, lead, "receipt"))


def test_a_place_that_is_typed_is_looked_at_too(desk, case):
    page = sheet(desk, case, "receipt", place="金丝雀家楼下")
    assert "金丝雀" not in printed(page)
    assert "没有印出：检查地点" in page
    assert "南侧车间" in printed(sheet(desk, case, "receipt", place="南侧车间"))


def test_to_print_looks_at_no_citizen(desk, case):
    before = len(of_case(desk.db, case.id))
    sheet(desk, case, "receipt")
    assert len(of_case(desk.db, case.id)) == before


def test_the_internal_record_hides_the_citizen_and_tells_the_rest(desk, case):
    paper = printed(sheet(desk, case, "record"))
    assert TOKENS["name"] not in paper
    assert TOKENS["phone"] not in paper
    assert "已隐藏" in paper
    assert case.no in paper
    assert "立即密闭车间" in paper
    assert "按时完成" in paper


def test_a_number_in_the_words_of_the_complaint_is_masked_on_the_record(desk):
    desk.enter("王建国")
    case = desk.case(content="请回电13977770001，夜间有异味")
    assert "请回电＊＊＊，夜间" in printed(sheet(desk, case, "record"))


@pytest.mark.parametrize("written", ["021-64881234", "02164881234", "64881234", "138 1234 5678"])
def test_a_number_is_masked_on_the_record_however_it_is_written(desk, written):
    desk.enter("王建国")
    case = desk.case(content=f"请回电{written}，夜间有异味", phone="021-64881234")
    desk.record(case.no, "contact", record=f"{written}已接通")
    paper = printed(sheet(desk, case, "record"))
    assert "请回电＊＊＊，夜间" in paper
    assert written not in paper


def test_a_paper_is_offered_when_there_is_something_to_print(desk):
    desk.enter("王建国")
    case = desk.case()
    page = desk.page(case.no)
    assert "内部办理单" in page
    assert "现场检查回单" not in page
    assert desk.client.get(f"/case/{case.no}/sheet/receipt").status_code == 404
    desk.record(case.no, "inspection", demand="", no_demand="已停产")
    page = desk.page(case.no)
    assert "现场检查回单" in page
    assert "整改通知书" not in page


def test_anothers_case_has_no_papers(desk, case):
    (one,) = photo_ids(desk, case)
    desk.enter("周明")
    assert desk.client.get(f"/case/{case.no}/sheet/receipt").status_code == 404
    assert desk.client.get(f"/sheet/photo/{case.id}/{one}").status_code == 404


def test_the_grade_of_the_unit_stands_on_the_receipt_where_the_office_keeps_one(desk, case):
    units.grade(desk.db, desk.actor("李处"), "示例塑料制品有限公司", "yellow", "两次超标", desk.clock())
    assert "本单位评级" not in printed(sheet(desk, case, "receipt"))
    desk.people["吴管理"] = desk.make_person(name="吴管理", roles=("admin",))
    features.switch(desk.db, desk.actor("吴管理"), ["units"], desk.clock())
    assert "本单位评级" in printed(sheet(desk, case, "receipt"))


def test_the_administrator_sets_the_letterhead(desk, case):
    desk.people["吴管理"] = desk.make_person(name="吴管理", roles=("admin",))
    desk.enter("吴管理")
    assert desk.client.post("/letterhead", data={"letterhead": "长" * 61}).status_code == 422
    assert desk.client.post("/letterhead", data={"letterhead": "示例区生态环境综合行政执法大队"}).status_code == 303
    desk.enter("王建国")
    assert "示例区生态环境综合行政执法大队" in printed(sheet(desk, case, "notice"))
