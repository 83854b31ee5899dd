"""重新交办 on the page of a case."""

from __future__ import annotations

from flask import request

from tracker.rule import reorder
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import STAGE_NAMES
from tracker.web.case_topic import Act
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _

#: Of these a new round is begun unless the clerk chooses otherwise.
USUAL = ("inspection", "recheck", "resolution")


def _offered(shown: Shown) -> bool:
    if not shown.may("reorder"):
        return False
    try:
        reorder.check_case(shown.folder.standing, shown.case.source_no)
    except Refusal:
        return False
    return True


def _stages(shown: Shown) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """The stages of which a new round may begin, and those that are ticked at first."""
    keys = reorder.may_run_anew(shown.folder.standing)
    return [(key, _(STAGE_NAMES[key])) for key in keys], tuple(key for key in keys if key in USUAL)


def _typed(_shown: Shown) -> dict[str, str]:
    """What was typed into the register form under the same number comes along."""
    return {name: request.args.get(name, "")[:40] for name in ("dispatched_at", "source_due_at")}


ACTS = (Act("again", N_("登记重新交办"), "case/again.html", _offered, values=_typed, more=_stages),)
