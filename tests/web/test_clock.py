"""After a jump of the clock those who answer for the reminders see it on every page, and confirm it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tracker.store import clock_steps


@pytest.fixture
def held(register):
    clock_steps.add(register, NOW - timedelta(minutes=1), timedelta(hours=2), NOW + timedelta(minutes=29))


@pytest.mark.parametrize("role", ["supervisor", "admin"])
def test_every_page_tells_those_who_may_confirm(client, sign_in, make_person, held, role):
    sign_in(client, make_person(roles=(role,)))
    page = client.get("/me").text
    assert "系统时钟跳了 2小时，提醒已暂停发出" in page
    assert 'href="/clock"' in page


@pytest.mark.parametrize("role", ["clerk", "handler", "auditor"])
def test_the_others_are_not_bothered(client, sign_in, make_person, held, role):
    sign_in(client, make_person(roles=(role,)))
    assert "系统时钟跳了" not in client.get("/me").text
    assert client.get("/clock").status_code == 403
    assert client.post("/clock").status_code == 403


def test_the_clock_is_confirmed(client, sign_in, make_person, held, register):
    sign_in(client, make_person(roles=("supervisor",), name="周明"))
    page = client.get("/clock").text
    assert "06-17 10:23 发现时钟向前跳了 2小时" in page
    assert "都不做：06-17 10:53 自动继续" in page
    assert client.post("/clock").location == "/clock?saved=1"
    assert clock_steps.holding(register) is None
    page = client.get("/clock?saved=1").text
    assert "没有暂停" in page
    assert "06-17 10:24 周明 确认" in page
    assert "系统时钟跳了" not in client.get("/me").text


def test_without_a_step_there_is_nothing_to_say(client, sign_in, make_person):
    sign_in(client, make_person(roles=("admin",)))
    assert "没有暂停" in client.get("/clock").text


def test_a_step_back_is_told_as_one(client, sign_in, make_person, register):
    clock_steps.add(register, NOW, -timedelta(days=1), None)
    sign_in(client, make_person(roles=("admin",)))
    assert "往回拨了 1天" in client.get("/clock").text
    assert "系统时钟跳了" not in client.get("/me").text
