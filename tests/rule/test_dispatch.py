"""Whom the table of handlers names, and when a dispatch may be given back."""

from __future__ import annotations

import pytest

from tracker.rule.dispatch import RETURN_GROUNDS, Line, check_return, proposed
from tracker.rule.refusals import Refusal

STREET = Line(3, None, 1)
CATEGORY = Line(None, "51", 2)
BOTH = Line(3, "51", 4)
TABLE = (STREET, CATEGORY, BOTH, Line(None, "25", 5))


@pytest.mark.parametrize(
    ("street", "categories", "line"),
    [
        (3, (), STREET),
        (3, ("11",), STREET),
        (3, ("51",), BOTH),
        (7, ("51",), CATEGORY),
        (None, ("51",), CATEGORY),
        (3, ("11", "51"), BOTH),
        (7, ("25", "51"), TABLE[3]),
        (7, ("51", "25"), CATEGORY),
        (7, ("11",), None),
        (None, (), None),
    ],
)
def test_a_category_in_a_street_speaks_before_a_category_and_that_before_a_street(street, categories, line):
    assert proposed(TABLE, street, categories) == line


def test_a_handler_who_has_left_is_not_proposed():
    assert proposed((STREET, Line(3, "51", 9, works=False)), 3, ("51",)) == STREET
    assert proposed((Line(3, None, 9, works=False),), 3, ()) is None


def test_a_dispatch_is_given_back_with_a_ground_before_it_is_signed():
    for ground in RETURN_GROUNDS:
        check_return(True, ground, "按分工应由二中队办理")


@pytest.mark.parametrize(
    ("unsigned", "ground", "reason", "field"),
    [(False, "area", "", ""), (True, "", "太忙", "ground"), (True, "other", "", "reason")],
)
def test_a_return_without_what_it_needs_is_refused(unsigned, ground, reason, field):
    with pytest.raises(Refusal) as refused:
        check_return(unsigned, ground, reason)
    assert refused.value.field == field
