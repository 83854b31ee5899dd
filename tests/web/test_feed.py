"""The calendar of one's own deadlines under a secret address."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tests.web.pages import words
from tracker.store.database import execute, rows, value


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def handler(client, office, sign_in):
    return sign_in(client, office.handler)


def make(handler):
    page = handler.post("/me/calendar")
    (address,) = re.findall(r'value="([^"]+\.ics)"', page.text)
    return address[address.index("/calendar/") :]


def read(app, path):
    return app.test_client().get(path)


def summaries(answer):
    return re.findall(r"SUMMARY:(.*)", answer.text.replace("\r\n ", "").replace("\r", ""))


def test_a_calendar_program_reads_ones_own_running_deadlines(app, handler, office):
    case = office.case(NOW)
    office.case(NOW, handler_id=office.other.id)
    answer = read(app, make(handler))
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert summaries(answer) == [
        f"{case.no} 先行联系 24:00前 新港街道",
        f"{case.no} 现场检查 24:00前 新港街道",
        f"{case.no} 现场复查 24:00前 新港街道",
        f"{case.no} 后续处理 24:00前 新港街道",
    ]
    assert "DTSTART;VALUE=DATE:20260618" in answer.text
    unfolded = answer.text.replace("\r\n ", "")
    for stage in ("contact", "inspection"):
        assert f"/case/{case.no}/do/{stage}\r\n" in unfolded
    assert "VALARM" not in answer.text


def test_it_says_nothing_of_the_complaint_or_whose_it_is(app, handler, office):
    office.case(NOW, content="塑料异味，联系我的单位甲乙丙", name="欧阳某某", place="港南路88号")
    text = read(app, make(handler)).text
    assert not any(word in text for word in ("异味", "甲乙丙", "欧阳", "13800000000", "港南路"))


def test_a_deadline_that_moves_keeps_its_name_and_gets_the_next_number(app, handler, office):
    office.case(NOW)
    path = make(handler)
    before = read(app, path).text
    execute(office.db, "UPDATE deadline SET due_version = 2, due_at = '2026-06-25T16:00:00Z' WHERE key = 'inspection'")
    after = read(app, path).text
    assert re.findall("UID:.*", before) == re.findall("UID:.*", after)
    assert [after.count("SEQUENCE:0"), after.count("SEQUENCE:1")] == [3, 1]
    assert "DTSTART;VALUE=DATE:20260625" in after


def test_what_is_done_leaves_the_calendar(app, handler, office):
    office.case(NOW)
    path = make(handler)
    execute(
        office.db,
        "UPDATE deadline SET state = 'done', done_at = :at WHERE key = 'contact'",
        {"at": "2026-06-17T02:24:00Z"},
    )
    assert len(summaries(read(app, path))) == 3


def test_the_address_is_shown_once_and_only_its_hash_is_kept(app, handler, office):
    path = make(handler)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) == 43
    assert token not in handler.get("/me/calendar").text
    assert "06-17 10:24 生成" in words(handler.get("/me/calendar"))
    kept = [bytes(r["token_hash"]) for r in rows(office.db, "SELECT token_hash FROM calendar_feed")]
    assert kept == [sha256(token.encode()).digest()]
    assert value(office.db, "SELECT count(*) FROM audit WHERE detail LIKE :like", {"like": f"%{token}%"}) == 0


def test_a_new_address_ends_the_old_one_and_a_revoked_one_answers_nobody(app, handler, office):
    first = make(handler)
    second = make(handler)
    assert (read(app, first).status_code, read(app, second).status_code) == (404, 200)
    assert handler.post("/me/calendar/revoke").location == "/me/calendar"
    assert read(app, second).status_code == 404
    acts = [r["act"] for r in rows(office.db, "SELECT act FROM audit WHERE act LIKE 'calendar.%' ORDER BY seq")]
    assert acts == ["calendar.made", "calendar.made", "calendar.revoked"]
    handler.post("/me/calendar/revoke")
    assert value(office.db, "SELECT count(*) FROM audit WHERE act = 'calendar.revoked'") == 1


def test_who_has_left_is_read_by_nobody(app, handler, office):
    path = make(handler)
    execute(office.db, "UPDATE person SET active = 0 WHERE id = :id", {"id": office.handler.id})
    assert read(app, path).status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "..%2f..%2fx"])
def test_a_wrong_address_is_no_page(app, office, token):
    assert read(app, f"/calendar/{token}.ics").status_code == 404


@pytest.mark.parametrize("role", ["clerk", "admin", "auditor"])
def test_the_page_is_for_those_who_handle_cases(client, sign_in, make_person, role):
    sign_in(client, make_person(roles=(role,)))
    assert client.get("/me/calendar").status_code == 403
    assert client.post("/me/calendar").status_code == 403
    assert client.post("/me/calendar/revoke").status_code == 403
