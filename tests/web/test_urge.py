"""催办 from the list: tick, look, confirm; take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tests.web.pages import numbers, words
from tracker.office import raising
from tracker.store.database import execute, writing
from tracker.web import context

DAY = timedelta(days=1)


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def supervisor(client, sign_in, office):
    return sign_in(client, office.supervisor)


def test_three_cases_are_urged_from_the_list_and_the_list_shows_it(supervisor, office, register, clock):
    cases = [office.case(NOW - n * DAY) for n in (3, 4, 5)]
    page = supervisor.get("/overdue?sort=recent")
    assert page.text.count('type="checkbox" form="pick"') == 3
    assert 'name="from" value="overdue?sort=recent"' in page.text
    preview = supervisor.get("/overdue/urge", query_string={"no": [c.no for c in cases], "from": "overdue?sort=recent"})
    assert "催办（3件）" in words(preview)
    assert "王建国" in words(preview)
    assert "1 先行联系　应完成 06-15（周一）24:00前　超期 1天10小时".replace("　", " ") in words(preview)
    answer = supervisor.post(
        "/overdue/urge", data={"no": [c.no for c in cases], "note": "今天办", "from": "overdue?sort=recent"}
    )
    assert answer.location == "/overdue?sort=recent"
    assert "催办 3 件，06-17 10:25 发出" in words(supervisor.get("/overdue"))
    raising.tick(register, clock.forward(seconds=61), "")
    page = supervisor.get("/overdue")
    assert "催办 3 件" not in words(page)
    assert page.text.count("06-17 10:25") == 3


def test_it_is_taken_back_with_one_button(supervisor, office, register, clock):
    no = office.case(NOW - 3 * DAY).no
    supervisor.post("/overdue/urge", data={"no": no})
    assert "催办 1 件" in words(supervisor.get("/overdue"))
    assert supervisor.post("/overdue/urge/undo", data={"from": "overdue"}).location == "/overdue"
    assert "催办 1 件" not in words(supervisor.get("/overdue"))
    assert "撤销催办" in words(supervisor.get(f"/case/{no}"))


def test_nothing_ticked_is_said_in_place(supervisor, office):
    no = office.case(NOW - 3 * DAY).no
    page = supervisor.get(f"/overdue/urge?from=overdue?street={office.street_id}")
    assert page.status_code == 422
    assert '<a href="#f-no">请先勾选案件</a>' in page.text
    assert numbers(page) == [no]


def test_the_handler_reads_who_urges_and_the_note(client, sign_in, supervisor, office, register, clock):
    no = office.case(NOW - 3 * DAY).no
    supervisor.post("/overdue/urge", data={"no": no, "note": "今天办"})
    raising.tick(register, clock.forward(seconds=61), "")
    sign_in(client, office.handler)
    assert "李处 催办 今天办" in words(client.get("/inbox"))
    assert "催办 王建国" in words(client.get(f"/case/{no}"))


def test_a_note_that_is_too_long_comes_back_as_it_was_typed(supervisor, office):
    no = office.case(NOW - 3 * DAY).no
    page = supervisor.post("/overdue/urge", data={"no": no, "note": "长" * 201})
    assert page.status_code == 400
    assert "文字过长：201 字，最多 200 字" in page.text
    assert "长" * 201 in page.text


def test_a_handler_and_a_clerk_see_no_boxes(client, sign_in, office):
    office.case(NOW - 3 * DAY)
    for person in (office.handler, office.clerk):
        sign_in(client, person)
        assert "催办所选" not in client.get("/overdue").text


def test_the_list_of_another_instant_has_no_boxes(supervisor, office):
    office.case(NOW - 5 * DAY)
    assert 'form="pick"' not in supervisor.get("/overdue?at=06-14 09:00").text


def test_on_a_rest_day_the_page_says_when_each_channel_speaks(client, sign_in, office, register, clock, app, config):
    with writing(register):
        execute(register, "UPDATE person SET email = 'wang@example.gov.cn' WHERE id = :id", {"id": office.handler.id})
    app.extensions[context.EXTENSION].config = replace(config, smtp_host="mail.example.gov.cn")
    no = office.case(NOW - 3 * DAY).no
    working = words(sign_in(client, office.supervisor).get(f"/overdue/urge?no={no}"))
    assert "站内、邮件" in working
    assert "确认后 60 秒发出，发出之前可以撤销" in working
    clock.forward(days=4)  # Sunday
    resting = words(sign_in(client, office.supervisor).get(f"/overdue/urge?no={no}"))
    assert "站内；邮件 06-22 08:30 发出" in resting
    assert "确认后 60 秒在站内发出，其他渠道按上表的时间" in resting


def test_the_preview_never_shows_who_complained(supervisor, office):
    case = office.case(NOW - 3 * DAY, name="张秘密", phone="13912345678")
    page = supervisor.get(f"/overdue/urge?no={case.no}")
    assert "秘密" not in page.text
    assert "13912345678" not in page.text
