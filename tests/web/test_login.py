"""Signing in and out, the life of a session, and the lock after failures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories import PASSWORD
from tracker.office import signin
from tracker.store import audit, people
from tracker.store.database import rows, value
from tracker.web import context as web_context
from tracker.web.app import create_app


@pytest.fixture
def zhou(make_person):
    return make_person(account="zhou", name="周明", roles=("admin",))


def attempt(client, password=PASSWORD, account="zhou", **more):
    return client.post("/login", data={"account": account, "password": password, **more})


def acts(register):
    return [row["act"] for row in rows(register, "SELECT act FROM audit ORDER BY seq")]


def test_the_right_password_opens_the_first_page(client, zhou):
    answer = attempt(client)
    assert answer.status_code == 302
    assert answer.location == "/people"


def test_the_account_is_found_whatever_its_capitals(client, zhou):
    assert attempt(client, account=" ZHOU ").location == "/people"


def test_a_cookie_that_somebody_planted_carries_nothing_but_the_language_through_the_sign_in(client, zhou):
    with client.session_transaction() as planted:
        planted.update(csrf_token="known", _user_id="known", language="en")
    attempt(client)
    with client.session_transaction() as kept:
        assert (kept.get("csrf_token"), kept["language"]) == (None, "en")
        assert kept["_user_id"] != "known"


def test_a_page_behind_the_sign_in_leads_there_and_back(client, zhou):
    answer = client.get("/people?x=1")
    assert answer.location == "/login?next=/people?x%3D1"
    answer = client.post(answer.location, data={"account": "zhou", "password": PASSWORD})
    assert answer.location == "/people?x=1"


def test_the_wanted_page_survives_a_wrong_password(client, zhou):
    page = attempt(client, "wrong", next="/me")
    assert page.status_code == 422
    assert 'name="next" value="/me"' in page.text


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil", "javascript:x", "/a\r\nb"]
)
def test_a_link_never_leads_to_another_server(client, zhou, wanted):
    assert attempt(client, next=wanted).location == "/people"


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(client, zhou):
    wrong, unknown = attempt(client, "wrong"), attempt(client, account="nobody")
    assert wrong.status_code == unknown.status_code == 422
    assert "账号或密码不对" in wrong.text
    assert wrong.text.replace("zhou", "X") == unknown.text.replace("nobody", "X")


def test_what_was_typed_stays_in_the_form_but_the_password_does_not(client, zhou):
    page = attempt(client, "wrong-Password-1").text
    assert 'value="zhou"' in page
    assert "wrong-Password-1" not in page
    assert "<title>错误：登录" in page


@pytest.mark.parametrize(("field", "words"), [("account", "请填写账号"), ("password", "请填写密码")])
def test_an_empty_field_is_named_and_costs_no_attempt(client, register, zhou, field, words):
    page = attempt(client, **{field: ""})
    assert words in page.text
    assert value(register, "SELECT count(*) FROM login_failure") == 0


def test_the_door_is_shut_after_five_failures_and_says_until_when(client, register, zhou):
    for _ in range(5):
        attempt(client, "wrong")
    page = attempt(client)
    assert page.status_code == 422
    assert "请在 06-17 10:39 之后再试" in page.text
    assert acts(register).count("signin.locked") == 1


def test_the_lock_ends_after_fifteen_minutes(client, clock, zhou):
    for _ in range(5):
        attempt(client, "wrong")
    clock.forward(minutes=15, seconds=-1)
    assert attempt(client).status_code == 422
    clock.forward(seconds=1)
    assert attempt(client).status_code == 302


def test_four_failures_do_not_shut_the_door_and_success_wipes_them_out(client, zhou):
    for _ in range(3):
        for _ in range(4):
            attempt(client, "wrong")
        assert attempt(client).status_code == 302


def test_an_address_is_locked_whatever_accounts_it_tries(client, zhou):
    for n in range(5):
        attempt(client, account=f"guess{n}")
    assert "之后再试" in attempt(client).text
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    answer = client.post("/login", data={"account": "zhou", "password": PASSWORD}, environ_base=elsewhere)
    assert answer.status_code == 302


def test_an_account_is_locked_wherever_the_guesses_come_from(client, zhou):
    for n in range(5):
        address = {"REMOTE_ADDR": f"192.0.2.{n}"}
        client.post("/login", data={"account": "zhou", "password": "wrong"}, environ_base=address)
    assert "之后再试" in attempt(client).text


def test_an_unknown_account_is_locked_like_a_known_one(client, register, zhou):
    for n in range(5):
        address = {"REMOTE_ADDR": f"192.0.2.{n}"}
        client.post("/login", data={"account": "nobody", "password": "x"}, environ_base=address)
    assert "之后再试" in attempt(client, account="nobody").text


def test_a_session_ends_after_half_an_hour_without_use(client, clock, zhou):
    attempt(client)
    clock.forward(minutes=30, seconds=-1)
    assert client.get("/people").status_code == 200
    clock.forward(minutes=30)
    answer = client.get("/people")
    assert answer.location == "/login?next=/people"
    assert "登录已过期" in client.get(answer.location).text


def test_a_session_ends_after_twelve_hours_however_busy(client, clock, zhou):
    attempt(client)
    for _ in range(12 * 3 - 1):
        clock.forward(minutes=20)
        assert client.get("/people").status_code == 200
    clock.forward(minutes=20)
    assert client.get("/people").status_code == 302


def test_signing_out_ends_the_session_even_for_a_stolen_cookie(app, client, zhou):
    attempt(client)
    stolen = client.get_cookie("tracker").value
    assert client.post("/logout").location == "/login"
    thief = app.test_client()
    thief.set_cookie("tracker", stolen)
    assert thief.get("/people").status_code == 302


def test_each_sign_in_has_a_token_of_its_own(client, register, zhou):
    attempt(client)
    first = client.get_cookie("tracker").value
    attempt(client)
    assert client.get_cookie("tracker").value != first
    assert value(register, "SELECT count(DISTINCT token_hash) FROM session") == 2


def test_the_token_itself_is_not_in_the_register(client, register, zhou):
    attempt(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    kept = value(register, "SELECT token_hash FROM session")
    assert len(kept) == 32
    assert token.encode() not in kept


def test_a_person_who_has_left_does_not_get_in(client, register, zhou):
    people.set_active(register, zhou.id, False)
    assert "账号或密码不对" in attempt(client).text


def test_signing_in_and_out_is_on_the_audit_trail(client, register, zhou):
    attempt(client)
    client.post("/logout")
    assert acts(register) == ["signin", "signout"]
    assert audit.verify(register) is None


def test_a_new_colleague_must_change_the_password_before_anything_else(client, make_person):
    make_person(account="new", must_change_password=True, roles=("admin",))
    attempt(client, account="new")
    assert client.get("/people").location == "/me/password"
    answer = client.post("/me/password", data={"old": PASSWORD, "password": "Another-one-8", "again": "Another-one-8"})
    assert answer.location == "/"
    assert client.get("/people").status_code == 200
    again = {"old": "Another-one-8", "password": PASSWORD, "again": PASSWORD}
    assert client.post("/me/password", data=again).location == "/me?saved=password"


def test_a_changed_password_ends_the_other_sessions_of_the_person(app, client, zhou):
    other = app.test_client()
    for browser in (client, other):
        attempt(browser)
    client.post("/me/password", data={"old": PASSWORD, "password": "Another-one-8", "again": "Another-one-8"})
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"old": "wrong"}, "现在的密码不对"),
        ({"again": "Another-one-9"}, "两次输入的密码不一致"),
        ({"password": "Short-1"}, "密码至少 10 个字符"),
        ({"password": "alllowercase"}, "至少三种"),
        ({"password": "A1-" * 67}, "密码最多 200 个字符"),
        ({"password": PASSWORD, "again": PASSWORD}, "新密码不能与现在的密码相同"),
    ],
)
def test_a_bad_new_password_is_refused_with_the_reason(client, zhou, sign_in, changes, words):
    sign_in(client, zhou)
    form = {"old": PASSWORD, "password": "Another-one-8", "again": "Another-one-8", **changes}
    page = client.post("/me/password", data=form)
    assert page.status_code == 422
    assert words in page.text


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(client, zhou):
    answer = client.post("/me/password", headers={"Referer": "http://localhost/me/password"})
    assert answer.location == "/login?next=/me/password"
    answer = client.post("/me/password", headers={"Referer": "http://evil.example/me/password"})
    assert answer.location == "/login"


def test_a_busy_page_notes_the_session_at_most_once_a_minute(client, clock, register, zhou):
    attempt(client)
    clock.forward(seconds=59)
    client.get("/me")
    assert value(register, "SELECT seen_at = created_at FROM session") == 1
    clock.forward(seconds=1)
    client.get("/me")
    assert value(register, "SELECT seen_at = created_at FROM session") == 0


def test_what_was_typed_for_an_unknown_account_stays_out_of_the_audit_trail(client, register, zhou):
    for _ in range(signin.FAILURES):
        client.post("/login", data={"account": "My-Password-9", "password": "wrong"})
    assert acts(register).count("signin.locked") == 1
    assert "My-Password-9" not in str([tuple(r) for r in rows(register, "SELECT detail FROM audit")])


def test_a_page_is_shown_while_nothing_can_be_written(client, register, zhou, sign_in, app, clock):
    sign_in(client, zhou)
    clock.forward(minutes=10)
    with app.test_request_context():
        web_context.db().conn.execute("PRAGMA query_only=1")
    assert client.get("/me").status_code == 200


def test_behind_a_proxy_one_visitor_does_not_lock_out_the_others(config, clock, register, zhou):
    app = create_app(replace(config, proxies=1), now=clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    for _ in range(signin.FAILURES):
        wrong = {"account": "nobody", "password": "x"}
        client.post("/login", data=wrong, headers={"X-Forwarded-For": "203.0.113.7"})
    here = {"X-Forwarded-For": "203.0.113.8"}
    answer = client.post("/login", data={"account": "zhou", "password": PASSWORD}, headers=here)
    assert answer.status_code == 302
    app.extensions[web_context.EXTENSION].close()
