"""值班表 on the page, and a clerk's rights while one is on duty: by the clock, for every request, and no longer."""

from __future__ import annotations

import pytest

from tests.office.entries import shanghai
from tests.web.case_desk import problems
from tests.web.pages import words
from tracker.rule.features import FEATURES
from tracker.store import features
from tracker.store.database import execute, rows, writing

PAGES = ("/duty", "/duty?from=2026-06-01", "/duty?from=x", "/duty?from=0001-01-01")


@pytest.fixture
def desk(desk):
    with writing(desk.db):
        features.switch(desk.db, ("duty",))
    desk.people["吴管理"] = desk.make_person(name="吴管理", roles=("admin",))
    return desk.enter("李处")


def enter(desk, **fields):
    return desk.client.post("/duty", data={"first": "2026-06-17", "last": "2026-06-17", "days": "all", **fields})


def row(desk, day):
    """The line of one day, as it reads to somebody who only reads."""
    return words(desk.enter("林涛").client.get("/duty")).split(f"{day} ", 1)[1].split("06-", 1)[0]


def test_switched_off_there_is_no_roster(desk):
    with writing(desk.db):
        features.switch(desk.db, set(FEATURES) - {"duty"})
    assert desk.client.get("/duty").status_code == 404
    assert enter(desk, names="王建国").status_code == 404
    assert "值班" not in words(desk.client.get("/today"))


def test_those_who_see_cases_read_it_and_its_keepers_change_it(desk):
    for name in ("林涛", "王建国", "李处", "吴管理"):
        for path in PAGES:
            assert desk.enter(name).client.get(path).status_code == 200, (name, path)
    for name in ("林涛", "王建国"):
        page = desk.enter(name).client.get("/duty").text
        assert '<form method="post" action="/duty' not in page
        assert enter(desk, names="王建国").status_code == 403
        assert desk.client.post("/duty/lines", data={"lines": "06-18 王建国"}).status_code == 403
        assert desk.client.post("/duty/2026-06-18", data={"names": "王建国"}).status_code == 403
        assert desk.client.post("/duty/undo/1").status_code == 403
    assert desk.enter("李处").client.post("/duty/hour", data={"duty_from": "17:30"}).status_code == 403


def test_a_range_in_turn_on_rest_days_alone(desk):
    answer = enter(desk, last="2026-06-28", names="王建国、周明+林涛", days="rest")
    assert answer.status_code == 303
    found = rows(desk.db, "SELECT day, group_concat(person_id) AS who FROM roster GROUP BY day ORDER BY day")
    wang, zhou, lin = (desk.people[name].id for name in ("王建国", "周明", "林涛"))
    # 06-19 is the Dragon Boat Festival.
    days = ("2026-06-19", "2026-06-20", "2026-06-21", "2026-06-27", "2026-06-28")
    assert {r["day"]: set(r["who"].split(",")) for r in found} == {
        day: {str(wang)} if n % 2 == 0 else {str(zhou), str(lin)} for n, day in enumerate(days)
    }


def test_pasted_lines_are_read_as_they_come_from_a_sheet(desk):
    lines = "2026-06-18\t王建国\n\n６月19日（周五） 周明 林涛\n06-20，李处、赵科\n06-21 王建国\n06-21 周明"
    assert desk.client.post("/duty/lines", data={"lines": lines}).status_code == 303
    page = words(desk.client.get("/duty"))
    assert "已保存值班安排" in page
    assert "王建国" in row(desk, "06-18")
    assert "周明、林涛" in row(desk, "06-19")
    assert "李处、赵科" in row(desk, "06-20")
    assert "王建国、周明" in row(desk, "06-21")


def test_a_bad_line_is_named_and_what_was_typed_is_kept(desk):
    lines = "06-18 王建国\n明天 周明\n2026-13-01 周明"
    answer = desk.client.post("/duty/lines", data={"lines": lines})
    assert answer.status_code == 422
    said = problems(answer.text)["lines"]
    assert "第 2 行：“明天 周明”应为日期、空格、姓名，例如 2026-06-18 张三" in said
    assert "第 3 行：没有这一天：2026-13-01" in said
    assert lines.replace("\n", "\r\n") in answer.text or lines in answer.text
    answer = desk.client.post("/duty/lines", data={"lines": "06-18 王五\n明天 周明\n06-19 吴管理"})
    said = problems(answer.text)["lines"]
    assert said.index("第 1 行：没有“王五”这个人") < said.index("第 2 行") < said.index("第 3 行：吴管理 没有")
    answer = desk.client.post("/duty/lines", data={"lines": "06-18 王五\n06-19 吴管理"})
    assert "第 1 行：没有“王五”这个人" in problems(answer.text)["lines"]
    assert "第 2 行：吴管理 没有登记员、承办人或督办的角色" in problems(answer.text)["lines"]
    assert rows(desk.db, "SELECT id FROM roster") == []
    assert "每行一天" in problems(desk.client.post("/duty/lines", data={"lines": " "}).text)["lines"]
    many = desk.client.post("/duty/lines", data={"lines": "06-18 王建国\n" * 501})
    assert "一次最多 500 行" in problems(many.text)["lines"]


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"names": ""}, "names", "请填写值班人员"),
        ({"names": "王建国", "first": ""}, "first", "请填写开始日期"),
        ({"names": "王建国", "last": "2026-06-16"}, "last", "结束日期不能早于开始日期"),
        ({"names": "王建国", "last": "下周"}, "last", "请按 06-22"),
        ({"names": "王五"}, "names", "没有“王五”这个人"),
        ({"names": "王建国", "days": "rest"}, "names", "没有一天要排班"),
        ({"names": "王建国", "first": "2026-06-16"}, "names", "2026-06-16 的值班已经结束"),
    ],
)
def test_a_wrong_range_names_the_field(desk, fields, field, said):
    answer = enter(desk, **fields)
    assert answer.status_code == 422
    assert said in problems(answer.text)[field]


def test_one_day_is_swapped_cleared_and_taken_back(desk):
    enter(desk, names="王建国")
    assert enter(desk, names="周明").status_code == 422
    assert enter(desk, names="周明", replace="1").status_code == 303
    assert desk.client.post("/duty/2026-06-17?from=2026-06-15", data={"names": "林涛"}).location.endswith("2026-06-15")
    assert "现在值班：林涛，到 06-18 08:30" in words(desk.client.get("/duty"))
    desk.client.post("/duty/2026-06-17", data={"names": ""})
    page = words(desk.client.get("/duty"))
    assert "现在没有人值班" in page
    assert "最近改动：李处 06-17 10:24" in page
    assert desk.client.post("/duty/undo/4").status_code == 303
    page = words(desk.client.get("/duty"))
    assert "已撤销，恢复到改动之前" in page
    assert "现在值班：林涛" in page
    assert desk.client.post("/duty/undo/4").status_code == 409
    answer = desk.client.post("/duty/2026-06-17", data={"names": "王五"})
    assert "没有“王五”" in problems(answer.text)["day-2026-06-17"]
    assert 'value="王五"' in answer.text


def test_the_administrator_sets_the_hour_of_change_on_record(desk):
    desk.enter("吴管理")
    assert desk.client.post("/duty/hour", data={"duty_from": "半夜"}).status_code == 422
    assert desk.client.post("/duty/hour", data={"duty_from": "17:30"}).status_code == 303
    assert "从当日 17:30 到次日同一时刻" in words(desk.client.get("/duty"))
    (said,) = rows(desk.db, "SELECT detail FROM audit WHERE act = 'settings.saved'")
    assert said["detail"] == '{"duty_from":["08:30:00","17:30:00"]}'


# A clerk's rights while on duty


def on_duty(desk, name="王建国", day="2026-06-17"):
    desk.enter("李处")
    assert desk.client.post(f"/duty/{day}", data={"names": name}).status_code == 303
    return desk.enter(name)


def at(desk, text, name="王建国"):
    desk.clock.at = shanghai(text)
    return desk.enter(name)


def may_register(desk):
    return desk.client.get("/new").status_code == 200


def test_a_handler_has_a_clerks_rights_from_the_hour_to_the_hour(desk):
    case = desk.case(handler_id=desk.people["周明"].id)
    assert not may_register(desk.enter("王建国"))
    on_duty(desk, day="2026-06-18")
    assert not may_register(at(desk, "2026-06-18 08:29:59"))
    assert desk.client.get(f"/case/{case.no}").status_code == 404
    assert may_register(at(desk, "2026-06-18 08:30:00"))
    assert desk.client.get(f"/case/{case.no}").status_code == 200
    assert "登记" in words(desk.client.get("/today")).split("超期清单")[0]
    assert may_register(at(desk, "2026-06-19 08:29:59"))
    assert not may_register(at(desk, "2026-06-19 08:30:00"))
    assert desk.client.get(f"/case/{case.no}").status_code == 404


def test_one_session_gains_and_loses_them_as_the_clock_goes(desk):
    on_duty(desk, day="2026-06-18")
    at(desk, "2026-06-18 08:20:00")
    assert not may_register(desk)
    desk.clock.at = shanghai("2026-06-18 08:30:00")
    assert may_register(desk)
    desk.clock.at = shanghai("2026-06-18 08:40:00")
    assert may_register(desk)


def test_the_person_is_told_how_long_and_what_is_done_says_by_duty(desk):
    case = desk.case(handler_id=desk.people["周明"].id)
    on_duty(desk)
    assert "您今天值班到 06-18 08:30" in words(desk.client.get("/today"))
    assert "您今天值班" not in words(desk.enter("周明").client.get("/today"))
    desk.enter("王建国")
    assert desk.record(case.no, "contact").status_code == 303
    (said,) = rows(
        desk.db, "SELECT detail FROM audit WHERE person_id = :id AND case_id = 1", {"id": desk.people["王建国"].id}
    )
    assert '"duty":"2026-06-17"' in said["detail"]
    assert "值班" in desk.enter("周明").page(case.no)
    assert rows(desk.db, "SELECT seq FROM audit WHERE act = 'register' AND detail LIKE '%duty%'") == []


def test_a_supervisor_and_a_clerk_on_duty_do_what_is_theirs_in_their_own_right(desk):
    case = desk.case()
    for name in ("李处", "林涛"):
        on_duty(desk, name)
        assert "您今天值班到" in words(desk.client.get("/today"))
        desk.send(case.no, "note", "note", note="已电话了解情况")
    assert rows(desk.db, "SELECT seq FROM audit WHERE detail LIKE '%\"duty\":%'") == []


def test_on_duty_a_handler_decides_nothing_and_keeps_what_is_theirs(desk):
    mine, others = desk.case(), desk.case(handler_id=desk.people["周明"].id)
    on_duty(desk)
    desk.send(mine.no, "extend", "extend", stage="recheck", days="3", reason="等待设备")
    assert desk.send(mine.no, "extend/decide", "decide-extension", do="approve").status_code in (403, 409)
    assert desk.record(mine.no, "inspection").status_code == 303
    assert desk.record(others.no, "inspection").status_code == 403
    for path in ("/warnings", "/people", "/duty/hour"):
        assert desk.client.get(path).status_code in (403, 404, 405)


def test_who_was_on_duty_sees_no_complainant_of_what_they_registered_once_it_is_over(desk):
    on_duty(desk)
    case = desk.case(handler_id=desk.people["周明"].id)
    with writing(desk.db):
        execute(desk.db, "UPDATE cases SET registered_by = :id", {"id": desk.people["王建国"].id})
    assert desk.client.get(f"/case/{case.no}").status_code == 200
    at(desk, "2026-06-18 08:30:00")
    assert desk.client.get(f"/case/{case.no}").status_code == 404


def test_taken_off_the_roster_the_rights_end_at_once(desk):
    on_duty(desk)
    assert may_register(desk)
    desk.enter("李处").client.post("/duty/2026-06-17", data={"names": ""})
    assert not may_register(desk.enter("王建国"))


def test_switched_off_nobody_has_them(desk):
    on_duty(desk)
    with writing(desk.db):
        features.switch(desk.db, ())
    assert not may_register(desk)
    assert "您今天值班" not in words(desk.client.get("/today"))
