"""交接班 on the page: read by those who sign it and those who see every case, signed by two, nobody named on it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.office.entries import shanghai
from tests.web.case_desk import NAME, PHONE, problems
from tests.web.pages import words
from tracker.store import features, roster
from tracker.store.database import rows, writing

TODAY, TOMORROW = date(2026, 6, 17), date(2026, 6, 18)


@pytest.fixture
def desk(desk):
    """王建国 has today's duty, 周明 tomorrow's; 林涛 is a clerk, 李处 a supervisor."""
    with writing(desk.db):
        features.switch(desk.db, ("duty",))
    on = [(TODAY, desk.people["王建国"].id), (TOMORROW, desk.people["周明"].id)]
    roster.change(desk.db, desk.people["李处"].id, desk.clock(), off=(), on=on)
    desk.people["陈晓"] = desk.make_person(name="陈晓", roles=("handler",))
    return desk.enter("王建国")


def at(desk, text, name):
    desk.clock.at = shanghai(text)
    return desk.enter(name)


def give(desk, note="", day=TODAY):
    return desk.client.post(f"/handover/{day}", data={"note": note})


def test_the_officer_hands_over_and_the_next_one_takes_it_each_in_two_steps(desk):
    case = desk.case()
    page = words(desk.client.get("/today"))
    assert "交接班" in page
    page = words(desk.client.get("/handover"))
    assert "06-17 08:30 — 06-18 08:30" in page
    assert "值班员：王建国" in page
    assert "下一班：周明" in page
    assert case.no in page
    at(desk, "06-18 08:27", "王建国")
    assert give(desk, f"{case.no} 明早再联系").location == "/handover?day=2026-06-17"
    assert "等待接班" in words(desk.client.get("/handover?day=2026-06-17"))
    at(desk, "06-18 08:31", "周明")
    page = words(desk.client.get("/handover"))
    assert "看过下面各项后签收" in page
    assert f"{case.no} 明早再联系" in page
    assert desk.client.post("/handover/2026-06-17/take").status_code == 303
    page = words(desk.client.get("/handover?day=2026-06-17"))
    assert "交班：王建国 06-18 08:27 接班：周明 06-18 08:31" in " ".join(page.split("　")).replace("  ", " ")
    assert desk.client.post("/handover/2026-06-17/take").status_code == 422


def test_it_is_read_by_those_who_sign_it_and_those_who_see_every_case(desk):
    for name, seen in (("林涛", True), ("李处", True), ("王建国", True), ("周明", True), ("陈晓", False)):
        page = words(desk.enter(name).client.get("/handover"))
        assert ("本班新收" in page) is seen, name
        assert ("由本班和下一班的值班员、登记员和督办查看" in page) is not seen, name
    at(desk, "06-18 08:31", "王建国")
    assert "本班新收" in words(desk.client.get("/handover")), "the sheet that is still to be handed over"
    assert "本班新收" not in words(desk.client.get("/handover?day=2026-06-18"))
    assert "/case/" not in desk.client.get("/handover").text.split("<main", 1)[1], "the cases open no more"
    at(desk, "06-18 09:00", "林涛")
    assert "本班新收" in words(desk.client.get("/handover?day=2026-06-17"))
    for wrong in ("2026-06-19", "gestern", "2026-13-01"):
        assert desk.client.get(f"/handover?day={wrong}").status_code == 404
        assert give(desk, day=wrong).status_code == 404


def test_the_administrator_sees_none_of_it(desk, make_person):
    desk.people["吴管理"] = make_person(name="吴管理", roles=("admin",))
    assert desk.enter("吴管理").client.get("/handover").status_code == 403
    assert give(desk).status_code == 403


def test_a_refused_note_is_kept_and_named(desk):
    answer = give(desk, f"请回电 {PHONE}")
    assert answer.status_code == 422
    assert "交班说明里有电话号码" in problems(answer.text)["note"]
    assert PHONE in answer.text
    assert rows(desk.db, "SELECT id FROM handover") == []
    answer = desk.enter("林涛").client.post("/handover/2026-06-17", data={"note": ""})
    assert "本班不由您值" in problems(answer.text)[""]


def test_nobody_who_complained_is_named(desk):
    desk.case(content=f"{NAME}（{PHONE}）反映异味扰民", grade="紧急")
    page = desk.client.get("/handover").text
    assert "异味扰民" in page
    assert NAME not in page
    assert PHONE not in page


def test_what_one_page_does_not_hold_is_counted_and_says_where_it_is(desk):
    for _n in range(40):
        desk.case(received_at=desk.clock())
    page = desk.client.get("/handover").text
    new, due = (page.split(f'id="h-{key}"')[1].split("</section>")[0] for key in ("new", "due"))
    assert new.count('<tr role="row" class="noprint">') == 40 - 30
    assert "另有 10 件，见 /handover?day=2026-06-17" in words_of(new)
    assert "没有" in words_of(due)


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_switched_off_there_is_none(desk):
    with writing(desk.db):
        features.switch(desk.db, ())
    assert desk.client.get("/handover").status_code == 404
    assert give(desk).status_code == 404
    assert "交接班" not in words(desk.client.get("/today"))


@pytest.mark.parametrize("path", ["/handover", "/duty", "/today", "/ladder"])
def test_in_english_nothing_is_left_in_chinese_but_names(desk, path, make_person):
    desk.people["Wu"] = make_person(name="Wu", roles=("admin", "supervisor"))
    desk.enter("Wu").client.post("/language", data={"language": "en", "next": "/"})
    page = desk.client.get(path)
    assert page.status_code == 200
    assert '<html lang="en">' in page.text
    for word in ("值班", "交班", "接班", "本班"):
        assert word not in words(page), word
