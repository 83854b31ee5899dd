"""The list that one came to a case from, and the way back to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from tracker.rule.refusals import N_
from tracker.web.routes import local_path

#: The lists that lead to a case, by the first part of their address.
LISTS = {"overdue": N_("超期清单"), "today": N_("今日待办"), "inbox": N_("提醒")}


@dataclass(frozen=True)
class Origin:
    """Where the way back leads, and what it is called."""

    path: str
    name: str


def read() -> Origin | None:
    """The list named in ``?from=overdue?street=3``; None for anything that is not one of ours."""
    wanted = request.values.get("from", "")
    name = wanted.split("?", 1)[0]
    path = local_path(f"/{wanted}")
    return Origin(path, _(LISTS[name])) if name in LISTS and path else None


def kept() -> dict[str, Any]:
    """The same for the next address."""
    return {"from": request.values["from"]} if read() else {}
