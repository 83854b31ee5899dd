"""What the tests of pages share."""

from __future__ import annotations

import pytest

from tests.web.case_desk import Desk


@pytest.fixture
def desk(register, client, clock, sign_in, make_person):
    """People at a browser, with cases in front of them."""
    return Desk(register, client, clock, sign_in, make_person)
