"""The course of a case of the sample from its registration to its closing, or to where it stands still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tracker.office import sample_asking
from tracker.office.sample_acts import Desk
from tracker.office.sample_life import Case
from tracker.office.sample_plan import Plan

_HOUR = timedelta(hours=1)


def life(desk: Desk, plan: Plan) -> Iterator[datetime]:
    """Yields instants; what follows each ``yield`` happens then, at ``desk.at``."""
    yield desk.opens(plan.received_at)
    lead = desk.lead_for(plan)
    if lead:
        same = lead[1]
        content = f"楼上楼下都在反映：{same.content}"
        plan = replace(
            plan, content=content, place=same.place, street=same.street, codes=same.codes, unit=same.unit, night=False
        )
    case = Case(desk, plan, lead[0] if lead else "")
    case.open()
    if plan.kind != "投诉举报":
        yield from case.answer_and_close(desk.at + 20 * _HOUR)
        return
    yield from case.prepare()
    yield from case.contact()
    if plan.stuck == "contact":
        return
    if plan.fate in ("not_ours", "end_refused") and not case.lead:
        yield from case.end_early("not_ours")
    elif plan.stuck != "inspection":
        yield from case.site_work()
    if not case.ended and not plan.stuck and not plan.pending_end:
        yield from case.resolution()
    if not plan.stuck and not plan.pending_end:
        yield from case.answer_and_close(desk.at + desk.draw.dice.uniform(1, 20) * _HOUR)
    yield from sample_asking.asked(desk, plan, case.no, case.handler, case.due)
