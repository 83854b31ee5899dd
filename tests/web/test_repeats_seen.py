"""What a handler is offered to join or link: another's case is known by its number and what it has in common."""

from __future__ import annotations

from tests.web.case_desk import problems
from tracker.store import features


def test_the_words_of_a_case_that_one_may_not_see_are_not_offered(desk):
    other = desk.case(content="楼下饭店油烟很大", handler_id=desk.people["周明"].id, phone="13899998888")
    mine = desk.case()
    page = desk.enter("王建国").page(mine.no)
    assert other.no in page  # 同地点
    assert "楼下饭店油烟" not in page
    assert "楼下饭店油烟" in desk.enter("李处").page(mine.no)


def test_a_case_is_not_closed_while_something_came_in_between(desk):
    features.switch(desk.db, {"supervision"})
    no = desk.case().no
    desk.enter("王建国").finish(no, "contact", "inspection", "recheck", "resolution")
    desk.send(no, "reply", "reply", **desk.answer())
    assert desk.send(no, "close", "close", summary="").status_code == 303
    desk.enter("李处")
    assert desk.send(no, "order", "order", text="尽快查处", due_at="2026-06-25 10:00").status_code == 303
    desk.enter("赵科")
    answer = desk.send(no, "close/decide", "review", do="close")
    assert answer.status_code == 400
    assert "“督办”的时限还在走" in problems(answer.text)[""]
    assert desk.folder(no).case.state == "applied"


def test_both_sides_name_each_other_and_the_same_grounds(desk):
    one = desk.case(place="港南路88号").no
    other = desk.case(place="港南路88号院内").no
    desk.enter("李处")
    for here, there in ((one, other), (other, one)):
        page = desk.page(here)
        assert f'href="/case/{there}">{there}</a>' in page
        assert page.count('<span class="rep">同号码、同地址</span>') == 1


def test_a_case_that_one_may_not_see_is_named_without_its_words(desk):
    desk.case(content="新的来件在别人手里，内容不给看")
    mine = desk.case(handler_id=desk.people["周明"].id).no
    page = desk.enter("周明").page(mine)
    assert "同号码、同地址" in page
    assert "别人手里" not in page
