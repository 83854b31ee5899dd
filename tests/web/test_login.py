"""Signing in and out."""

from __future__ import annotations

from tests.factories import PASSWORD


def test_the_right_password_opens_the_first_page(client, make_person):
    make_person(account="zhou", roles=("admin",))
    answer = client.post("/login", data={"account": "zhou", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.location == "/people"


def test_a_page_behind_the_sign_in_leads_there_and_back(client, make_person):
    make_person(account="zhou", roles=("admin",))
    answer = client.get("/people?x=1")
    assert answer.location == "/login?next=/people?x%3D1"
    answer = client.post(answer.location, data={"account": "zhou", "password": PASSWORD})
    assert answer.location == "/people?x=1"


def test_each_page_of_a_signed_in_person_opens(client, make_person, sign_in):
    sign_in(client, make_person(roles=("admin",)))
    for path in ("/people", "/me", "/me/password"):
        assert client.get(path).status_code == 200, path
