"""All pages of a case, on one blueprint."""

from __future__ import annotations

from tracker.web import (
    case,
    case_accepting_acts,
    case_acts,
    case_again,
    case_classifying_acts,
    case_clock_acts,
    case_deciding_acts,
    case_more,
    case_moving,
    case_repeats,
    case_staff_acts,
    case_stage,
    case_visits,
    case_way,
    sheet_pages,
)

#: Each adds its pages to the blueprint when it is imported.
PARTS = (
    case_accepting_acts,
    case_acts,
    case_classifying_acts,
    case_clock_acts,
    case_deciding_acts,
    case_more,
    case_moving,
    case_repeats,
    case_stage,
    case_staff_acts,
    sheet_pages,
    case_visits,
    case_again,
    case_way,
)
pages = case.pages
