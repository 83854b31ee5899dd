"""我的设置: the keys that are listed are those that the person has."""

from __future__ import annotations

import re

import pytest


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        ("supervisor", ["g", "t", "g", "n", "n", "g", "o", "g", "i", "j", "k", "Enter", "/", "x"]),
        ("handler", ["g", "t", "g", "o", "g", "i", "j", "k", "Enter", "/"]),
        ("admin", ["j", "k", "Enter"]),
    ],
)
def test_only_keys_that_work_for_the_person_are_listed(client, make_person, sign_in, role, keys):
    page = sign_in(client, make_person(roles=(role,))).get("/me").text
    assert re.findall(r"<kbd>(.+?)</kbd>", page) == keys
