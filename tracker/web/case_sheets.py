"""On the page of a case: the papers that may be printed of it."""

from __future__ import annotations

from tracker.office import sheets
from tracker.rule.refusals import N_
from tracker.web.case_topic import Part
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _

RECORD = "record"
TITLES = {
    RECORD: N_("内部办理单"),
    sheets.RECEIPT: N_("现场检查回单"),
    sheets.NOTICE: N_("整改通知书"),
    sheets.MONITORING: N_("监测委托单"),
}


def offered(shown: Shown) -> tuple[tuple[str, str], ...]:
    """The papers that this person may print now, each with its title."""
    if not shown.may("stage"):
        return ()
    return tuple((key, _(TITLES[key])) for key in (RECORD, *sheets.possible(shown.folder)))


PARTS = (Part("case/papers.html", offered),)
