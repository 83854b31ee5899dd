"""The first run: the set-up code, the first person."""

from __future__ import annotations

import pytest

from tests.factories import OFFICE, PASSWORD
from tracker.office.firstrun import setup_code
from tracker.store import people, settings

FORM = {**OFFICE, "person": "林涛", "account": "lintao", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def code(empty_register, home):
    return setup_code(home, empty_register)


def test_every_page_leads_to_the_first_run_while_there_is_nobody(client, empty_register):
    for path in ("/", "/login", "/people", "/me", "/nowhere"):
        assert client.get(path).location == "/setup", path
    assert client.get("/setup").status_code == 200


def test_the_code_creates_the_first_person_with_four_roles_and_signs_her_in(client, code, empty_register):
    answer = client.post("/setup", data={**FORM, "code": code})
    assert answer.status_code == 302
    assert client.get("/people").status_code == 200
    first = people.by_account(empty_register, "lintao")
    assert first.roles == {"clerk", "handler", "supervisor", "admin"}
    assert settings.office(empty_register).prefix == "XH"
