"""The list that one came to a case from, and the way back to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from flask import request

from tracker.rule.refusals import N_, Refusal
from tracker.store.cases import Case
from tracker.web import overdue_asked, scope
from tracker.web.routes import local_path
from tracker.web.words import gettext as _

#: The lists that lead to a case, by the first part of their address.
LISTS = {
    "overdue": N_("超期清单"),
    "today": N_("今日待办"),
    "inbox": N_("提醒"),
    "unreplied": N_("未答复"),
    "leaders": N_("包案清单"),
    "cards": N_("建议亮牌"),
    "orders": N_("督办清单"),
    "warnings": N_("苗头预警"),
    "spot-checks": N_("抽查"),
    "revisits": N_("回头看"),
}


@dataclass(frozen=True)
class Origin:
    """Where the way back leads, and what it is called."""

    path: str
    name: str


def read() -> Origin | None:
    """The list named in ``?from=overdue?street=3``; None for anything that is not one of ours."""
    wanted = request.values.get("from", "")
    name = wanted.split("?", 1)[0].split("/", 1)[0]
    path = local_path(f"/{wanted}")
    return Origin(path, _(LISTS[name])) if name in LISTS and path else None


def kept() -> dict[str, Any]:
    """The same for the next address."""
    return {"from": request.values["from"]} if read() else {}


def following(case: Case) -> str:
    """The number of the case after this one in the overdue list that one came from; "" where there is none.

    A case that has left the list is followed by the first one.
    """
    name, _mark, query = request.values.get("from", "").partition("?")
    if name != "overdue":
        return ""
    try:
        asked = overdue_asked.read(dict(parse_qsl(query)))
    except Refusal:
        return ""
    if asked.paused:
        return ""
    place = case.received_at if asked.sort == "received" else case.next_due_at
    source = overdue_asked.Source(replace(asked, group=""), scope.ordinary_rule())
    found = source.page(asked.wanted, after=(place, case.id) if place else None, size=2)
    return next((line.no for line in found if line.no != case.no), "")
