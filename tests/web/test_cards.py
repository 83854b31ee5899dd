"""亮牌 at the browser: suggested, given, shown, filtered for, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.web.case_desk import problems
from tests.web.pages import words
from tracker.office import raising
from tracker.store import features
from tracker.store.database import writing

DAY = timedelta(days=1)


@pytest.fixture
def late(desk):
    """A case whose first contact is a day and more late, and 李处 at the browser."""
    with writing(desk.db):
        features.switch(desk.db, {"supervision"})
    no = desk.case(received_at=NOW - 3 * DAY).no
    desk.enter("李处")
    return no


def give(desk, no, colour="yellow", reason="两次催办未办"):
    return desk.send(no, "card", "card", colour=colour, reason=reason)


def test_today_leads_to_what_calls_for_a_card_and_that_to_the_form(desk, late):
    assert "建议亮牌（1）" in words(desk.client.get("/today"))
    page = desk.client.get("/cards")
    assert "建议亮牌（1件）" in page.text
    assert f'href="/case/{late}?do=card&amp;from=cards#act-card"' in page.text
    case = desk.page(late, "?do=card&from=cards")
    assert '<details class="act" id="act-card" open>' in case
    assert 'value="yellow" checked' in case
    assert "← 返回建议亮牌" in case


def test_a_card_given_stands_beside_the_light_and_in_the_record(desk, late):
    assert give(desk, late).status_code == 303
    page = desk.page(late)
    assert "已亮黄牌，时限不变" in page
    assert page.split("<h1>")[1].split("</p>")[0].count('<span class="card-y">黄牌督办</span>') == 1
    assert "亮牌督办：黄牌" in page
    assert "没有建议亮牌的件。" in desk.client.get("/cards").text


def test_the_overdue_list_shows_it_and_is_filtered_by_it(desk, late):
    other = desk.case(received_at=NOW - 3 * DAY).no
    give(desk, late)
    page = desk.client.get("/overdue").text
    assert page.count('<span class="card-y">黄牌</span>') == 1
    assert other in page
    page = desk.client.get("/overdue?card=yellow").text
    assert late in page
    assert other not in page
    assert '<option value="yellow" selected>黄牌</option>' in page
    assert "没有符合条件的件。" in desk.client.get("/overdue?card=red").text
    assert '<span class="card-y">黄牌</span>' in desk.client.get("/overdue/print?card=any").text


def test_what_is_missing_is_named_and_what_was_typed_is_kept(desk, late):
    assert problems(give(desk, late, "", "").text) == {
        "card-colour": "请选择黄牌或红牌",
        "card-reason": "请写明亮牌的理由",
    }
    answer = give(desk, late, "", "两次催办未办")
    assert answer.status_code == 400
    assert "两次催办未办</textarea>" in answer.text
    give(desk, late)
    assert problems(give(desk, late).text) == {"card-colour": "本件已有黄牌"}


def test_it_is_taken_back_on_the_page(desk, late):
    give(desk, late)
    assert problems(desk.send(late, "card/back", "uncard", colour="yellow").text) == {
        "uncard-reason": "请写明收回的理由"
    }
    assert desk.send(late, "card/back", "uncard", colour="yellow", reason="联系记录晚录").status_code == 303
    page = desk.page(late)
    assert "已收回黄牌" in page
    assert "李处 收回：联系记录晚录" in page
    assert "card-y" not in page.split("<h1>")[1].split("</p>")[0]


def test_the_handler_sees_the_card_and_gives_none(desk, late):
    give(desk, late)
    raising.tick(desk.db, NOW, "")
    desk.enter("王建国")
    page = desk.page(late)
    assert "黄牌督办" in page
    assert "act-card" not in page
    assert "黄牌 李处 两次催办未办" in words(desk.client.get("/inbox"))
    assert desk.client.get("/cards").status_code == 403
    assert give(desk, late).status_code == 403


def test_the_schedule_is_switched_on_from_the_list(desk, late):
    page = desk.client.post("/cards/settings", data={"auto_cards": "1"}, follow_redirects=True)
    assert "已保存" in page.text
    raising.tick(desk.db, NOW - timedelta(hours=2), "")
    raising.tick(desk.db, NOW, "")
    page = desk.page(late)
    assert "黄牌督办" in page
    assert "按超期天数由系统亮牌" in page
    desk.client.post("/cards/settings", data={})
    assert 'name="auto_cards" value="1">' in desk.client.get("/cards").text


def test_with_the_feature_off_nothing_of_it_is_seen(desk, late):
    give(desk, late)
    with writing(desk.db):
        features.switch(desk.db, set())
    for page in (desk.page(late), desk.client.get("/overdue").text, desk.client.get("/today").text):
        assert "card-y" not in page
        assert "建议亮牌" not in page
        assert "act-card" not in page
