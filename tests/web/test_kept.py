"""登录已过期，草稿已保存: what was typed goes through the sign-in, without JavaScript; and who may keep nothing."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.factories import PASSWORD
from tests.web.case_desk import INSPECTION, NAME
from tests.web.test_security import token_in
from tracker.office import features, signin
from tracker.office import kept as office
from tracker.store.database import execute, rows, writing


@pytest.fixture
def no(desk):
    desk.enter("王建国")
    return desk.case().no


def send(desk, no, **changes):
    """The form of the inspection, from its page."""
    return desk.record(no, "inspection", **changes)


def kept(desk):
    return [tuple(row) for row in rows(desk.db, "SELECT person_id, path, body FROM kept_form")]


def sign_in(desk, answer, name="王建国"):
    """Through the page of the sign-in, as a person would."""
    account = desk.people[name].account
    page = desk.client.get(answer.location)
    assert page.status_code == 200
    wanted = parse_qs(urlsplit(answer.location).query)["next"][0]
    return page.text, desk.client.post("/login", data={"account": account, "password": PASSWORD, "next": wanted})


def test_what_was_typed_is_back_after_the_sign_in(desk, no):
    desk.clock.forward(minutes=31)
    answer = send(desk, no, note="车间<未>密闭")
    assert answer.status_code == 302
    assert answer.location.startswith("/login?")
    page, entered = sign_in(desk, answer)
    assert "登录已过期，草稿已保存，登录后可继续" in page
    assert entered.location == f"/case/{no}"
    page = desk.page(no)
    assert "已恢复 06-17 10:55 未提交的内容" in page
    assert "车间&lt;未&gt;密闭</textarea>" in page
    assert 'value="王建国、周明"' in page
    assert '<option value="属实" selected>' in page
    assert desk.folder(no).stage("inspection").state == "open", "sent by nobody but the user"


def test_sent_it_is_kept_no_longer(desk, no):
    desk.clock.forward(minutes=31)
    send(desk, no)
    desk.enter("王建国")
    assert send(desk, no).status_code == 303
    assert kept(desk) == []
    assert f"/case/{no}/kept" not in desk.page(no)


def test_not_wanted_it_is_gone(desk, no):
    desk.clock.forward(minutes=31)
    send(desk, no)
    desk.enter("王建国")
    assert desk.client.post(f"/case/{no}/kept").status_code == 303
    assert kept(desk) == []
    assert INSPECTION["note"] not in desk.page(no)


def test_another_person_does_not_see_it(desk, no):
    desk.clock.forward(minutes=31)
    send(desk, no)
    desk.enter("李处")
    assert INSPECTION["note"] not in desk.page(no)


def test_it_grows_old(desk, no):
    desk.clock.forward(minutes=31)
    send(desk, no)
    desk.clock.forward(days=3, minutes=1)
    desk.enter("王建国")
    assert INSPECTION["note"] not in desk.page(no)


def test_who_signs_out_leaves_nothing_behind(desk, no):
    desk.clock.forward(minutes=31)
    send(desk, no)
    desk.enter("王建国")
    desk.client.post("/logout")
    assert kept(desk) == []


def test_a_session_that_was_ended_keeps_nothing(desk, no):
    with writing(desk.db):
        execute(desk.db, "UPDATE session SET ended_at = seen_at")
    answer = send(desk, no)
    assert "kept" not in answer.location
    assert kept(desk) == []


def test_nor_does_one_of_long_ago_or_of_nobody(desk, no, app):
    desk.clock.forward(hours=25)
    assert "kept" not in send(desk, no).location
    stranger = app.test_client()
    stranger.post(f"/case/{no}/note", data={"note-note": "x", "seen": "1"})
    assert kept(desk) == []


def test_a_form_from_elsewhere_is_not_kept(desk, no, app):
    app.config["WTF_CSRF_ENABLED"] = True
    desk.clock.forward(minutes=31)
    data = {"note-note": "从别处来", "seen": "1"}
    desk.client.post(f"/case/{no}/note", data=data)
    assert kept(desk) == []
    token = token_in(desk.client.get("/login").text)
    desk.client.post(f"/case/{no}/note", data={**data, "csrf_token": token})
    assert len(kept(desk)) == 1, "the control: with its token it is"


def test_why_somebody_wants_to_see_the_citizen_is_not_kept(desk, no):
    desk.clock.forward(minutes=31)
    desk.client.post(f"/case/{no}/who", data={"reason": f"回电{NAME}"})
    assert kept(desk) == []


def test_a_complaint_that_is_being_registered_is_not_kept(desk, no):
    desk.enter("林涛")
    desk.clock.forward(minutes=31)
    desk.client.post("/new", data={"name": NAME, "content": "异味"})
    assert kept(desk) == []


def test_what_nobody_types_is_not_kept(desk, no):
    desk.clock.forward(minutes=31)
    desk.send(no, "note", "note", note="长" * 300_000)
    assert kept(desk) == []


def test_the_evening_goes_through_the_sign_in_too(desk, no):
    desk.people["吴管理"] = desk.make_person(name="吴管理", roles=("admin",))
    features.switch(desk.db, desk.actor("吴管理"), ["sheets"], desk.clock())
    id_ = desk.folder(no).case.id
    desk.clock.forward(minutes=31)
    desk.client.post("/evening", data={f"c{id_}-inspection-note": "车间未密闭", "do": "save"})
    desk.enter("王建国")
    page = desk.client.get("/evening").text
    assert "车间未密闭</textarea>" in page
    assert 'action="/evening/kept"' in page
    desk.client.post("/evening/kept")
    assert "车间未密闭" not in desk.client.get("/evening").text


def test_whose_session_it_was_is_asked_of_the_token_alone(desk, no):
    token = signin.begin(desk.db, desk.people["周明"].id, desk.clock(), "")
    assert office.whose_was(desk.db, token, desk.clock()) == desk.people["周明"].id
    assert office.whose_was(desk.db, "guess", desk.clock()) is None
