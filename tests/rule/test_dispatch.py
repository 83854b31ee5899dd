"""Whom the table of handlers names, and when a dispatch may be given back."""

from __future__ import annotations

import pytest

from tracker.rule.dispatch import RETURN_GROUNDS, Line, check_return, proposed
from tracker.rule.refusals import Refusal

STREET = Line(3, None, 1)
CATEGORY = Line(None, "51", 2)
BOTH = Line(3, "51", 4)
GRID = Line(3, None, 6, grid_id=8)
TABLE = (STREET, CATEGORY, BOTH, Line(None, "25", 5), GRID)


@pytest.mark.parametrize(
    ("street", "categories", "line"),
    [
        (3, (), STREET),
        (3, ("11",), STREET),
        (3, ("25",), STREET),
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
def test_a_category_in_a_street_speaks_before_the_street_and_that_before_a_category_anywhere(street, categories, line):
    assert proposed(TABLE, street, categories) == line


@pytest.mark.parametrize(
    ("street", "categories", "grid", "line"),
    [
        (3, (), 8, GRID),
        (3, ("11",), 8, GRID),
        (3, ("51",), 8, BOTH),
        (3, ("25",), 8, GRID),
        (3, ("11",), 9, STREET),
        (7, ("51",), 9, CATEGORY),
    ],
)
def test_a_grid_speaks_before_its_street_and_after_a_category_in_the_street(street, categories, grid, line):
    assert proposed(TABLE, street, categories, grid) == line


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
