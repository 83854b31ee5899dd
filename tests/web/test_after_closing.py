"""抽查, 回头看 and 重办 at the browser."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.web.case_desk import problems
from tests.web.pages import words
from tracker.office import closing, spot
from tracker.store import features
from tracker.store.database import writing


@pytest.fixture
def no(desk):
    """A case that 李处 closed; a day later 赵科 sits at the browser."""
    with writing(desk.db):
        features.switch(desk.db, {"spot_checks", "revisits"})
    desk.enter("王建国")
    no = desk.case().no
    desk.finish(no, "contact", "inspection", "recheck", "resolution")
    desk.send(no, "reply", "reply", **desk.answer())
    desk.send(no, "close", "close", summary="")
    closing.close(desk.db, desk.actor("李处"), no, desk.folder(no).case.version, "", desk.clock())
    desk.clock.forward(days=1)
    desk.enter("赵科")
    return no


def draw(desk, **changes):
    fields = {"since": "06-17", "until": "06-17", "percent": "50", "seed": "2026-06", **changes}
    return desk.client.post("/spot-checks", data=fields)


def drawn(desk):
    day = date(2026, 6, 17)
    return spot.draw(desk.db, desk.actor("李处"), day, day, 50, "2026-06", desk.clock())


def test_a_draw_leads_to_its_cases_and_its_pool(desk, no):
    assert "还没有抽取过。" in desk.client.get("/spot-checks").text
    answer = draw(desk)
    assert (answer.status_code, answer.location) == (303, "/spot-checks/1")
    page = desk.client.get("/spot-checks/1")
    assert no in page.text
    assert "抽查率 100.0%（1/1） 抽查通过率 — 赵科 06-18" in words(page)
    pool = desk.client.get("/spot-checks/1/pool").text
    assert spot.rule.ticket("2026-06", no) in pool
    assert f"printf %s &#39;2026-06|{no}&#39; | sha256sum" in pool or f"printf %s '2026-06|{no}' | sha256sum" in pool
    assert "抽查（1）" in words(desk.client.get("/today"))
    assert desk.client.get("/spot-checks/9").status_code == 404


def test_what_cannot_be_drawn_is_named_beside_its_field(desk, no):
    answer = draw(desk, since="昨天", percent="x")
    assert answer.status_code == 400
    assert set(problems(answer.text)) == {"since"}
    assert 'value="昨天"' in answer.text
    assert problems(draw(desk, until="06-18", percent="x").text) == {
        "until": "结束日期应早于今天，当天还会有销项的件",
        "percent": "抽查比例应为 1 到 100 的整数",
    }
    assert problems(draw(desk, since="06-01", until="06-02").text) == {"since": "这段时间没有销项的件"}


def test_a_check_that_fails_offers_doing_it_over(desk, no):
    drawn(desk)
    page = desk.page(no, "?from=spot-checks/1")
    assert "← 返回抽查" in page
    assert "待抽查" in page
    assert problems(desk.send(no, "spot", "spot", result="failed", text="").text) == {
        "spot-text": "不合格的，请写明问题"
    }
    assert desk.send(no, "spot", "spot", result="failed", text="没有复查照片").status_code == 303
    page = desk.page(no)
    assert "已记录抽查结果" in page
    assert "抽查不合格" in page
    assert f'href="/case/{no}?do=reopen#act-reopen"' in page
    page = desk.page(no, "?do=reopen")
    assert 'value="spot" checked' in page
    answer = desk.send(no, "reopen", "reopen", ground="spot", answer="", stages="recheck")
    assert problems(answer.text) == {"reopen-answer": "请写明退回重办的理由"}
    assert desk.send(no, "reopen", "reopen", ground="spot", answer="补拍照片", stages="recheck").status_code == 303
    page = desk.page(no)
    assert "已退回重办，第2轮从现在起算" in page
    assert "重办的阶段" in page
    assert "补拍照片" in page


def test_who_closed_the_case_does_not_check_it(desk, no):
    drawn(desk)
    desk.enter("李处")
    page = desk.page(no)
    assert "您承办或销项了本件，由其他督办人员抽查" in page
    assert 'name="spot-result"' not in page


def test_a_visit_is_set_made_and_found_in_its_list(desk, no):
    page = desk.page(no, "?do=revisit")
    assert 'value="2026-07-18"' in page
    assert problems(desk.send(no, "revisit", "revisit", day="06-01").text) == {
        "revisit-day": "回头看的日期不能早于今天"
    }
    assert desk.send(no, "revisit", "revisit", day="06-20").status_code == 303
    assert "06-20，王建国" in desk.page(no)
    page = desk.page(no, "?do=revisit")
    (chosen,) = re.findall(r'<option value="(\d+)" selected>王建国</option>', page)
    (other,) = re.findall(r'<option value="(\d+)">周明</option>', page)
    assert desk.send(no, "revisit", "revisit", day="06-20", who=other).status_code == 303
    assert "06-20，周明" in desk.page(no)
    assert "王建国 → 周明" in desk.page(no)
    assert desk.send(no, "revisit", "revisit", day="06-20", who=chosen).status_code == 303
    page = desk.client.get("/revisits").text
    assert no in page
    assert "回头看" in desk.client.get("/today").text
    desk.enter("王建国").later(days=3)
    page = desk.client.get("/revisits").text
    assert f'href="/case/{no}?from=revisits#h-visit"' in page
    assert "超期" in page
    assert "回头看（1）" in words(desk.client.get("/today"))
    assert problems(desk.send(no, "revisit/result", "visited", result="rebound").text) == {
        "visited-text": "请写明回头看的情况"
    }
    assert desk.send(no, "revisit/result", "visited", result="rebound", text="又有异味").status_code == 303
    page = desk.page(no)
    assert "回头看：有反弹" in page
    assert "act-reopen" not in page
    assert "又有异味" in desk.client.get("/revisits?state=done").text
    desk.enter("李处")
    assert 'value="revisit" checked' in desk.page(no, "?do=reopen")


def test_the_day_is_set_with_the_closing(desk):
    with writing(desk.db):
        features.switch(desk.db, {"revisits"})
    desk.enter("王建国")
    no = desk.case().no
    desk.finish(no, "contact", "inspection", "recheck", "resolution")
    desk.send(no, "reply", "reply", **desk.answer())
    desk.send(no, "close", "close", summary="")
    desk.enter("李处")
    assert 'name="review-day"' in desk.page(no)
    answer = desk.send(no, "close/decide", "review", do="close", day="06-01", answer="可以")
    assert problems(answer.text) == {"review-day": "回头看的日期不能早于今天"}
    assert desk.send(no, "close/decide", "review", do="close", day="07-17").status_code == 303
    assert "07-17，王建国" in desk.page(no)


def test_a_closed_case_is_done_over_by_a_supervisor_alone(desk, no):
    assert "act-reopen" in desk.page(no)
    desk.enter("王建国")
    assert "act-reopen" not in desk.page(no)
    assert desk.send(no, "reopen", "reopen", ground="other", answer="x", stages="recheck").status_code == 403


def test_with_the_features_off_nothing_of_it_is_offered(desk, no):
    drawn(desk)
    with writing(desk.db):
        features.switch(desk.db, set())
    page = desk.page(no)
    assert "h-spot" not in page
    assert "act-revisit" not in page
    assert "抽查" not in desk.client.get("/today").text
