"""The complained-about unit: its page, its grade, two spellings of it, and the penalties of its cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.case_desk import RESOLUTION, problems
from tracker.store import features, units
from tracker.store.database import rows, value

NAME, OTHER = "示例塑料制品有限公司", "示例塑胶制品有限公司"


@pytest.fixture
def desk(desk):
    features.switch(desk.db, {"units", "penalties"})
    return desk


def filed(desk, **changes):
    """A case whose next step is 立案查处."""
    no = desk.case(subject_unit=NAME, **changes).no
    desk.enter("王建国").finish(no, "inspection", "recheck")
    assert desk.record(no, "resolution", **{**RESOLUTION, "next_step": "立案查处"}).status_code == 303
    return no


def page(desk, name=NAME):
    return desk.client.get("/unit", query_string={"name": name})


def test_an_office_that_has_not_switched_it_on_sees_nothing_of_it(desk):
    features.switch(desk.db, ())
    no = desk.case(subject_unit=NAME).no
    desk.enter("李处")
    assert "/unit" not in desk.page(no)
    assert "/units" not in desk.client.get("/today").text
    assert desk.client.get("/units").status_code == 404
    assert page(desk).status_code == 404


def test_the_page_of_a_unit_tells_its_cases_and_what_came_of_them(desk):
    no = filed(desk)
    desk.case(place="别处1号")
    text = page(desk).text
    assert f"/case/{no}" in text
    for said in ("属实", "立即密闭车间", "已整改", "立案查处", "一年内 1 件"):
        assert said in text


def test_cases_at_its_place_that_name_another_are_nearby(desk):
    desk.case(subject_unit=NAME)
    near, far = desk.case(subject_unit="老王烧烤"), desk.case(place="别处1号")
    old = desk.case(received_at=desk.clock() - timedelta(days=400))
    text = desk.enter("李处").client.get("/unit", query_string={"name": NAME}).text
    nearby = text.split("同一地点的其他投诉", 1)[1]
    assert near.no in nearby
    assert far.no not in nearby
    assert old.no not in nearby


def test_two_spellings_are_one_unit_and_can_be_taken_apart(desk):
    first, second = desk.case(subject_unit=NAME), desk.case(subject_unit=OTHER)
    desk.enter("李处")
    assert OTHER in page(desk).text  # offered, for it is alike
    answer = desk.client.post("/unit/merge", data={"name": NAME, "spelling": OTHER}, follow_redirects=True)
    assert first.no in answer.text
    assert second.no in answer.text
    assert f"又写作：<span>{OTHER}</span>" in answer.text
    assert page(desk, OTHER).text.count(f"<h1>{NAME}</h1>") == 1
    assert desk.client.get("/units").text.count("/unit?name=") == 1
    assert desk.folder(second.no).case.subject_unit == OTHER  # what was written stays
    desk.client.post("/unit/separate", data={"name": NAME, "spelling": OTHER})
    assert second.no not in page(desk).text.split("合并另一种写法")[0].split("同一地点")[0]
    said = [r["act"] for r in rows(desk.db, "SELECT act FROM audit WHERE act LIKE 'unit.%' ORDER BY seq")]
    assert said == ["unit.merged", "unit.separated"]


def test_a_chain_of_spellings_ends_at_one_name(desk):
    for name in ("甲厂", "乙厂", "丙厂"):
        desk.case(subject_unit=name)
    desk.enter("李处")
    desk.client.post("/unit/merge", data={"name": "乙厂", "spelling": "甲厂"})
    desk.client.post("/unit/merge", data={"name": "丙厂", "spelling": "乙厂"})
    assert [units.canonical(desk.db, name) for name in ("甲厂", "乙厂", "丙厂")] == ["丙厂"] * 3
    again = desk.client.post("/unit/merge", data={"name": "甲厂", "spelling": "丙厂"})
    assert problems(again.text) == {"spelling": "两个名称已经是同一单位"}


@pytest.mark.parametrize(
    ("spelling", "said"),
    [("", "请选择要合并的单位名称"), (NAME, "两个名称相同，无需合并"), ("没人写过", "没有这个被投诉单位：没人写过")],
)
def test_what_cannot_be_merged_is_said(desk, spelling, said):
    desk.case(subject_unit=NAME)
    answer = desk.enter("李处").client.post("/unit/merge", data={"name": NAME, "spelling": spelling})
    assert answer.status_code == 400
    assert said in answer.text
    assert value(desk.db, "SELECT count(*) FROM unit_spelling") == 0


def test_a_grade_is_kept_with_its_reason_and_moves_no_due_time(desk):
    no = desk.case(subject_unit=NAME).no
    before = desk.folder(no).deadlines
    desk.enter("李处")
    refused = desk.client.post("/unit/grade", data={"name": NAME, "grade": "red", "reason": ""})
    assert problems(refused.text) == {"reason": "请写明评级的依据"}
    assert 'value="red" checked' in refused.text
    desk.client.post("/unit/grade", data={"name": NAME, "grade": "red", "reason": "三次超标"})
    desk.client.post("/unit/grade", data={"name": NAME, "grade": "yellow", "reason": "已整改"})
    text = page(desk).text
    assert text.index("黄码") < text.index("红码")
    assert "三次超标" in text
    assert "黄码" in desk.page(no)
    assert desk.folder(no).deadlines == before


@pytest.mark.parametrize("path", ["grade", "merge", "separate"])
def test_only_a_supervisor_grades_and_merges(desk, path):
    desk.case(subject_unit=NAME)
    data = {"name": NAME, "grade": "red", "reason": "x", "spelling": OTHER}
    for name in ("林涛", "王建国"):
        assert desk.enter(name).client.post(f"/unit/{path}", data=data).status_code == 403


def test_a_handler_sees_their_own_cases_of_a_unit(desk):
    mine, other = desk.case(subject_unit=NAME), desk.case(subject_unit=NAME, handler_id=desk.people["周明"].id)
    text = desk.enter("王建国").client.get("/unit", query_string={"name": NAME}).text
    assert mine.no in text
    assert other.no not in text
    assert "评为" not in text


def test_a_unit_that_nobody_complained_of_is_not_found(desk):
    assert desk.enter("李处").client.get("/unit?name=没有").status_code == 404
    assert "没有名称含“没有”的单位" in desk.client.get("/units?q=没有").text
    assert "一年内没有写明投诉对象的件" in desk.client.get("/units").text


def test_a_penalty_is_entered_shown_and_withdrawn_with_its_reason(desk):
    no = filed(desk)
    form = {"number": "沪环罚〔2026〕1号", "decided_on": "06-16", "amount": "2万", "note": ""}
    assert desk.send(no, "penalty", "penalty", **form).status_code == 303
    for text in (desk.page(no), page(desk).text):
        assert "沪环罚〔2026〕1号" in text
        assert "20,000元" in text
    one = value(desk.db, "SELECT id FROM penalty")
    refused = desk.send(no, f"penalty/{one}/withdraw", "penalty-off", why="")
    assert problems(refused.text) == {"penalty-off-why": "请写明撤销的理由"}
    assert desk.send(no, f"penalty/{one}/withdraw", "penalty-off", why="登错了").status_code == 303
    assert "登错了" in desk.page(no)
    assert "沪环罚〔2026〕1号" not in page(desk).text
    again = desk.send(no, f"penalty/{one}/withdraw", "penalty-off", why="登错了")
    assert problems(again.text) == {"": "没有这条处罚，可能已由他人撤销"}


def test_a_penalty_of_a_closed_case_is_entered_and_reopens_nothing(desk):
    no = filed(desk)
    desk.record(no, "contact")
    desk.send(no, "reply", "reply", **desk.answer())
    desk.send(no, "close", "close", summary="")
    desk.enter("李处").send(no, "close/decide", "review", do="close")
    assert desk.folder(no).case.state == "closed"
    form = {"number": "沪环罚1号", "decided_on": "06-16", "amount": ""}
    assert desk.enter("王建国").send(no, "penalty", "penalty", **form).status_code == 303
    assert desk.folder(no).case.state == "closed"


def test_a_penalty_at_fault_names_every_field_and_keeps_what_was_typed(desk):
    no = filed(desk)
    answer = desk.send(no, "penalty", "penalty", number="", decided_on="2026-13-40", amount="两万", note="说明")
    assert answer.status_code == 400
    assert set(problems(answer.text)) == {"penalty-decided_on", "penalty-amount"}
    assert "说明</textarea>" in answer.text
    answer = desk.send(no, "penalty", "penalty", number="", decided_on="", amount="2万")
    assert problems(answer.text) == {"penalty-number": "请填写处罚文号", "penalty-decided_on": "请填写决定日期"}


def test_without_a_filing_no_penalty_is_offered_or_taken(desk):
    no = desk.case(subject_unit=NAME).no
    desk.enter("王建国")
    assert "登记处罚" not in desk.page(no)
    answer = desk.send(no, "penalty", "penalty", number="1", decided_on="06-16")
    assert problems(answer.text) == {"": "后续处理选“立案查处”之后才能登记处罚"}
