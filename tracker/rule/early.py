"""苗头预警: so many complaints about one place or unit within so many days."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.rule.conduct import refuse_too_long
from tracker.rule.refusals import N_, Refusal

PLACE, UNIT = "place", "unit"
KINDS = {PLACE: N_("同一地点"), UNIT: N_("同一单位")}
#: What counts towards an early warning: a question about a place is no sign of trouble there.
COUNTED = "投诉举报"


def window(at: datetime, days: int) -> datetime:
    """Since when the cases are counted at ``at``."""
    return at - timedelta(days=days)


def raises(size: int, cases: int, *, warned: bool) -> bool:
    """Is an alert owed for ``size`` cases in the window? Once for a place and window, however many follow."""
    return size >= cases and not warned


def alert_key(kind: str, what: str, since: datetime) -> str:
    """The one name under which the alert of a place and window is owed: raised twice, it is still one row."""
    return f"{kind}|{what}|{since:%Y-%m-%dT%H:%M:%SZ}"


def check_handled(*, open_: bool, note: str) -> None:
    """已处理 says what was done, once."""
    if not open_:
        raise Refusal(N_("这条预警已处理，可能由他人处理"))
    if not note:
        raise Refusal(N_("请写明怎样处理"), field="note")
    refuse_too_long(note=note)
