"""The lines of a paper for outside, in their order: a word, a text, and whether there is room to write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tracker.office.sheets import MONITORING, NOTICE, Paper
from tracker.rule import checklists
from tracker.web import view
from tracker.web.words import gettext as _
from tracker.web.words import listed


class Line(NamedTuple):
    word: str
    text: str
    tall: bool = False


def lines(paper: Paper, grade: str) -> Iterator[Line]:
    """What the paper says. ``grade`` is the unit's own, "" for none."""
    if paper.key == MONITORING:
        yield from _order(paper)
        return
    yield Line(_("被检查单位"), paper.unit)
    yield Line(_("检查地点"), paper.place)
    yield Line(_("检查时间"), view.as_of(paper.at))
    if paper.key != NOTICE:
        yield Line(_("检查人"), listed(paper.officers))
        yield Line(_("检查方式"), listed(_(word) for word in (paper.mode, paper.visit) if word))
        yield from _checks(paper)
    yield Line(_("检查情况"), paper.note, True)
    if paper.key == NOTICE or paper.demand:
        yield Line(_("整改要求"), paper.demand, paper.key == NOTICE)
        yield Line(_("整改期限"), paper.until.isoformat() if paper.until else "")
    if grade and paper.key != NOTICE:
        yield Line(_("本单位评级"), _(grade))


def _order(paper: Paper) -> Iterator[Line]:
    yield Line(_("监测单位"), paper.body_name)
    yield Line(_("被测单位"), paper.unit)
    yield Line(_("监测地点"), paper.place)
    yield Line(_("监测项目"), paper.items)
    yield Line(_("计划监测日期"), paper.planned.isoformat() if paper.planned else "")
    yield Line(_("委托人"), listed(paper.officers))
    yield Line(_("监测要求"), "", True)


def _checks(paper: Paper) -> Iterator[Line]:
    for check in paper.checks:
        if check.state == checklists.WRONG:
            yield Line(_(checklists.WRONG), _("%(point)s：%(note)s", point=check.point, note=check.note))
    for state in (checklists.FINE, checklists.NOT_APPLICABLE):
        if some := [check.point for check in paper.checks if check.state == state]:
            yield Line(_(state), listed(some))
