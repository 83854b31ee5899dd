"""苗头预警 at the browser."""

from __future__ import annotations

import pytest

from tests.web.case_desk import problems
from tests.web.pages import words
from tracker.office import raising
from tracker.store import features
from tracker.store.database import writing


@pytest.fixture
def nos(desk):
    """Three complaints about one place, and 李处 at the browser."""
    with writing(desk.db):
        features.switch(desk.db, {"warnings"})
    desk.enter("李处")
    return [desk.case().no for _ in range(3)]


def test_today_leads_to_the_alert_with_its_cases(desk, nos):
    assert "苗头预警（1）" in words(desk.client.get("/today"))
    page = desk.client.get("/warnings")
    assert "苗头预警（1条）" in page.text
    assert "港南路88号 同一地点 · 30天内3件" in words(page)
    for no in nos:
        assert f'href="/case/{no}?from=warnings"' in page.text
    raising.tick(desk.db, desk.clock(), "")
    assert "同一地点 港南路88号 30天内3件" in words(desk.client.get("/inbox"))
    assert "苗头预警" in desk.page(nos[-1])


def test_it_is_settled_with_a_note(desk, nos):
    answer = desk.client.post("/warnings/1", data={"note-1": ""})
    assert answer.status_code == 400
    assert problems(answer.text) == {"note-1": "请写明怎样处理"}
    page = desk.client.post("/warnings/1", data={"note-1": "已约谈企业"}, follow_redirects=True)
    assert "已记录处理情况" in page.text
    assert "目前没有需要处理的预警。" in page.text
    assert "已约谈企业 李处" in words(desk.client.get("/warnings?state=handled"))
    assert desk.client.post("/warnings/1", data={"note-1": "再约谈"}).status_code == 409


def test_how_many_within_how_many_days_is_settled_here(desk, nos):
    answer = desk.client.post("/warnings/settings", data={"warn_days": "0", "warn_cases": "x"})
    assert problems(answer.text) == {
        "warn_days": "多少天之内“0”不对，应为 1 到 365 的整数",
        "warn_cases": "满多少件“x”不对，应为 2 到 99 的整数",
    }
    assert 'value="x"' in answer.text
    page = desk.client.post("/warnings/settings", data={"warn_days": "7", "warn_cases": "5"}, follow_redirects=True)
    assert "已保存" in page.text
    assert 'value="7"' in page.text


def test_it_is_the_supervisors_and_out_of_sight_while_off(desk, nos):
    with writing(desk.db):
        features.switch(desk.db, set())
    assert "苗头预警" not in desk.client.get("/today").text
    desk.enter("王建国")
    assert desk.client.get("/warnings").status_code == 403
