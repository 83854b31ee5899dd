"""检查要点: the administrator words them, the inspection ticks them, the record keeps the words that were shown."""

from __future__ import annotations

import pytest

from tests.web.case_desk import INSPECTION, problems
from tracker.office import checklists as office_checklists
from tracker.office import features
from tracker.store import checklists
from tracker.store.database import rows

CLOSED, SMELL = "产生异味的工序是否密闭", "厂界下风向有无异味"


@pytest.fixture
def admin(desk):
    desk.people["吴管理"] = desk.make_person(name="吴管理", roles=("admin",))
    return desk.actor("吴管理")


@pytest.fixture
def no(desk, admin):
    features.switch(desk.db, admin, ["checklists"], desk.clock())
    office_checklists.save(desk.db, admin, {"11": f"{CLOSED}\n{SMELL}", "22": "门窗关闭"}, desk.clock())
    desk.enter("王建国")
    return desk.case().no


TICKED = {"point": [CLOSED, SMELL], "check-1": "有问题", "check-1-note": "东窗开着", "check-2": "正常"}


def test_the_points_of_the_case_s_categories_are_listed_and_no_others(desk, no):
    page = desk.page(no)
    assert CLOSED in page
    assert SMELL in page
    assert "门窗关闭" not in page


def test_what_was_found_is_kept_in_the_words_that_were_shown(desk, no, admin):
    assert desk.record(no, "inspection", **TICKED).status_code == 303
    office_checklists.save(desk.db, admin, {"11": "全新的要点"}, desk.clock())
    fact = next(one for one in desk.folder(no).facts if one.kind == "inspection")
    assert fact.body["checks"] == [
        {"point": CLOSED, "state": "有问题", "note": "东窗开着"},
        {"point": SMELL, "state": "正常", "note": ""},
    ]
    page = desk.page(no)
    assert f"{CLOSED}：东窗开着" in page
    assert SMELL in page
    assert "全新的要点" not in page


def test_a_point_may_be_left_out(desk, no):
    assert desk.record(no, "inspection", point=[CLOSED, SMELL]).status_code == 303


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"check-1-note": ""}, f"检查要点“{CLOSED}”有问题的，请写明情况"),
        ({"check-2": "", "check-2-note": "没看"}, f"检查要点“{SMELL}”请选择：正常、有问题、不适用"),
        ({"check-2": "漂亮"}, f"检查要点“{SMELL}”请选择"),
    ],
)
def test_what_is_missing_names_its_point_and_keeps_the_rest(desk, no, changes, said):
    answer = desk.record(no, "inspection", **{**TICKED, **changes})
    assert answer.status_code == 400
    assert said in problems(answer.text)["inspection-checks"]
    assert 'value="有问题" checked' in answer.text


def test_every_point_at_fault_is_named(desk, no):
    answer = desk.record(no, "inspection", **{**TICKED, "check-1-note": "", "check-2": "有问题"})
    said = problems(answer.text)["inspection-checks"]
    assert CLOSED in said
    assert SMELL in said


def test_a_note_without_the_stage_keeps_the_ticks_too(desk, no):
    desk.record(no, "inspection", **TICKED, do="note")
    (note,) = (fact for fact in desk.folder(no).facts if fact.kind == "note")
    assert f"{CLOSED}：有问题 东窗开着" in note.body["text"]


def test_switched_off_nothing_is_listed(desk, no, admin):
    features.switch(desk.db, admin, [], desk.clock())
    assert CLOSED not in desk.page(no)


def test_the_inspection_says_what_kind_it_was(desk, no):
    assert problems(desk.record(no, "inspection", visit="飞行").text)["inspection-visit"] == "请选择检查类型"
    desk.record(no, "inspection", visit="夜间突击", mode="非现场")
    page = desk.page(no)
    assert "夜间突击" in page
    assert "非现场" in page


def test_who_went_together_on_this_shift_is_offered_again(desk, no):
    other = desk.case().no
    assert 'name="inspection-officers" type="text" value="王建国"' in desk.page(other)
    desk.record(no, "inspection", **INSPECTION)
    assert 'name="inspection-officers" type="text" value="王建国、周明"' in desk.page(other)
    desk.later(hours=13)
    assert 'name="inspection-officers" type="text" value="王建国"' in desk.page(other)


class TestTheList:
    @pytest.fixture
    def office(self, desk, admin):
        desk.enter("吴管理")
        return desk.client

    def test_the_administrator_words_the_points(self, desk, office):
        answer = office.post("/checklists", data={"points-11": f" {CLOSED} \n\n{SMELL}\n{CLOSED}", "points-12": ""})
        assert answer.status_code == 303
        kept = checklists.every(desk.db)
        assert kept["11"] == (CLOSED, SMELL)
        assert "12" not in kept
        assert "31" in kept, "what was not sent stays"
        assert f"{CLOSED}\n{SMELL}</textarea>" in office.get("/checklists").text

    def test_a_change_is_on_record_with_what_stood_before(self, desk, office):
        office.post("/checklists", data={"points-11": CLOSED})
        office.post("/checklists", data={"points-11": SMELL})
        (last,) = rows(desk.db, "SELECT detail FROM audit WHERE act = 'checklists.changed' ORDER BY seq DESC LIMIT 1")
        assert CLOSED in last["detail"]
        assert SMELL in last["detail"]

    def test_what_is_wrong_is_named_and_kept(self, desk, office):
        before = checklists.every(desk.db)
        answer = office.post("/checklists", data={"points-11": "长" * 101, "points-12": "\n".join(map(str, range(31)))})
        assert answer.status_code == 422
        found = problems(answer.text)
        assert "要点最多 100 字" in found["points-11"]
        assert "每类最多 30 条要点，现有 31 条" in found["points-12"]
        assert "长" * 101 in answer.text
        assert checklists.every(desk.db) == before

    def test_it_is_in_the_menu_where_it_is_switched_on(self, desk, office, admin):
        assert "/checklists" not in office.get("/me").text
        features.switch(desk.db, admin, ["checklists"], desk.clock())
        assert "/checklists" in office.get("/me").text
