"""撤销销项: one click closes a case from a list, so that one click takes it back, for a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import Standing

UNDO_CLOSE = timedelta(seconds=60)


def check_unclose(
    standing: Standing, closed_at: datetime | None, closed_by: int | None, person_id: int, at: datetime
) -> None:
    """``closed_at`` and ``closed_by`` say when and by whom it was closed (instants in UTC), None if it was not."""
    if standing.state != "closed" or closed_at is None:
        raise Refusal(N_("本件没有可以撤销的销项"))
    if closed_by != person_id:
        raise Refusal(N_("只有同意销项的本人可以撤销"))
    if at - closed_at >= UNDO_CLOSE:
        raise Refusal(N_("已超过60秒，不能撤销销项。需要再办的，请用重办"))
