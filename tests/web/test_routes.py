"""Who may open what: closed unless declared."""

from __future__ import annotations

import re

import pytest
from flask import Blueprint, Flask

from tests.factories import NOW
from tracker.rule.access import ROLES
from tracker.store import people
from tracker.store.database import execute
from tracker.web.routes import FILES, KNOWN, refuse_undeclared, roles_of, route


def test_a_route_without_a_role_stops_the_start_up():
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/open", view_func=lambda: "", endpoint="open")
    with app.app_context(), pytest.raises(RuntimeError, match="/open declares no role"):
        refuse_undeclared(app)


@pytest.mark.parametrize("roles", [(), ("boss",), "clerk"])
def test_a_route_with_an_unknown_role_is_not_made(roles):
    with pytest.raises(ValueError, match="are not among"):
        route(Blueprint("x", __name__), "/x", roles=roles)


def test_every_page_of_the_application_declares_who_may_open_it(app):
    with app.app_context():
        for rule in app.url_map.iter_rules():
            assert rule.endpoint in FILES or roles_of(rule.endpoint) <= KNOWN


def test_only_these_pages_are_public(app):
    """A page that is added to this list is opened to everybody who reaches the server: think twice."""
    with app.app_context():
        open_to_all = {r.endpoint for r in app.url_map.iter_rules() if r.endpoint not in FILES}
        open_to_all = {endpoint for endpoint in open_to_all if "public" in roles_of(endpoint)}
    sample = {"firstrun.start_sample", "firstrun.sample", "firstrun.act_as", "firstrun.end_sample"}
    secret = {"feed.read"}  # the address itself is the key
    health = {"health.healthz", "health.readyz"}
    assert open_to_all == {"firstrun.setup", "login.sign_in", "me.language", *health, *sample, *secret}


def paths(app, *roles):
    """One path for every page that is for these roles, and the methods it takes."""
    with app.app_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint not in FILES and roles_of(rule.endpoint).isdisjoint({"public", *roles}):
                yield rule, rule.methods - {"HEAD", "OPTIONS"}


def built(rule):
    values = dict.fromkeys(rule.arguments, 1)
    return rule.build({k: values[k] for k in values}, append_unknown=False)[1]


def test_every_other_page_leads_to_the_sign_in(app, client, make_person):
    make_person()
    for rule, methods in paths(app):
        for method in methods:
            answer = client.open(built(rule), method=method)
            assert answer.status_code == 302, rule
            assert answer.location.startswith("/login"), rule


@pytest.mark.parametrize("role", ROLES)
def test_every_page_refuses_the_roles_it_does_not_name(app, client, make_person, sign_in, role):
    sign_in(client, make_person(roles=(role,)))
    for rule, methods in paths(app, role, "any"):
        for method in methods:
            assert client.open(built(rule), method=method).status_code == 403, rule


def test_a_number_that_no_row_can_have_is_no_address(app, client, make_person, sign_in):
    rules = [one.rule for one in app.url_map.iter_rules() if "<int:" in one.rule]
    assert len(rules) > 15
    for role in ROLES:
        sign_in(client, make_person(roles=(role,)))
        for rule in rules:
            address = re.sub(r"<int:[^>]*>", "9" * 25, rule)
            address = re.sub(r"<[^>]*>", "x", address)
            assert client.get(address).status_code in (404, 405), address


def test_a_refused_page_says_which_role_it_wants_and_whom_to_ask(client, make_person, sign_in):
    make_person(name="吴管理", roles=("admin",))
    sign_in(client, make_person(roles=("clerk",)))
    page = client.get("/people")
    assert page.status_code == 403
    assert "您没有系统管理员的权限，可联系 吴管理" in page.text


def test_an_administrator_is_not_sent_to_themselves(client, make_person, sign_in):
    sign_in(client, make_person(name="王局", roles=("admin",)))
    page = client.get("/today")
    assert page.status_code == 403
    assert "王局" not in page.text.split("<main", 1)[1].split("</main", 1)[0]
    assert "可在“用户”里给自己加上这个角色" in page.text


def test_roles_add_up(client, make_person, sign_in):
    sign_in(client, make_person(roles=("clerk", "admin")))
    assert client.get("/people").status_code == 200


@pytest.mark.parametrize(("role", "where"), [("admin", "/people"), ("auditor", "/me")])
def test_the_first_page_is_one_that_the_person_may_open(client, make_person, sign_in, role, where):
    sign_in(client, make_person(roles=(role,)))
    assert client.get("/").location == where
    assert client.get(where).status_code == 200


def test_the_administrators_pages_are_in_nobody_elses_menu(client, make_person, sign_in):
    sign_in(client, make_person(roles=("clerk",)))
    assert "/people" not in client.get("/me").text


# The frame of each page


def beat(register, at):
    execute(
        register, "INSERT INTO heartbeat (name, at) VALUES ('tick', :at)", {"at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    )


def test_a_red_line_says_that_no_reminders_go_out_while_the_scheduler_is_silent(client, clock, make_person, register):
    make_person()
    assert "提醒程序没有运行" in client.get("/login").text
    beat(register, NOW)
    clock.forward(seconds=60)
    assert "提醒程序没有运行" not in client.get("/login").text
    clock.forward(seconds=1)
    assert "提醒程序没有运行" in client.get("/login").text


def test_the_first_run_page_does_not_miss_the_scheduler(client, empty_register):
    assert "提醒程序没有运行" not in client.get("/setup").text


def test_every_page_says_of_when_it_is(client, make_person):
    make_person()
    assert "截至 2026-06-17（周三）10:24" in client.get("/login").text


def test_the_language_is_switched_by_a_link_and_kept_for_the_person(client, make_person, sign_in, register):
    zhou = make_person()
    sign_in(client, zhou)
    assert client.post("/language", data={"language": "en", "next": "/me"}).location == "/me"
    assert '<html lang="en">' in client.get("/me").text
    assert people.person(register, zhou.id).locale == "en"
    client.post("/language", data={"language": "tlh", "next": "//evil.example"})
    assert people.person(register, zhou.id).locale == "en"


def test_my_settings_keep_language_and_shortcuts(client, make_person, sign_in, register):
    zhou = make_person()
    sign_in(client, zhou)
    assert "data-keys" in client.get("/me").text
    assert client.post("/me", data={"locale": "en"}).location == "/me?saved=1"
    page = client.get("/me").text
    assert '<html lang="en">' in page
    assert "data-keys" not in page
    client.post("/me", data={"locale": "", "shortcuts": "1"})
    assert people.person(register, zhou.id).shortcuts
    assert '<html lang="zh-CN">' in client.get("/me").text


def test_health_tells_nothing_but_that_it_lives(client, make_person):
    make_person()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_every_file_that_a_page_names_is_there(client, make_person):
    make_person()
    page = client.get("/login").text
    files = re.findall(r'(?:href|src)="(/[^"]*\.(?:css|js|svg)[^"]*)"', page)
    assert len(files) == 4
    for file in files:
        with client.get(file) as answer:
            assert answer.status_code == 200, file
