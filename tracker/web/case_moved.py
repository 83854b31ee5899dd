"""What a due time that has moved, or stands still, says on the page of its case."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.office.desk import Folder
from tracker.rule import moving
from tracker.rule.asking import REPORT
from tracker.rule.standing import PAUSED
from tracker.store.deadlines import Deadline
from tracker.store.moving import Pause
from tracker.web import view
from tracker.web.words import gettext as _


def running_pause(folder: Folder, deadline: Deadline | None = None) -> Pause | None:
    """The pause in which the case, or that limit, stands now."""
    return next(
        (one for one in folder.pauses if one.until is None and (deadline is None or one.deadline_id == deadline.id)),
        None,
    )


def since(folder: Folder) -> str:
    """“自 06-19 09:00 起”, and what the case waits for."""
    pause = running_pause(folder)
    if pause is None:
        return ""
    words = _("等待监测报告，自 %(at)s 起") if pause.ground == REPORT else _("自 %(at)s 起")
    text: str = words % {"at": view.stamp(pause.since)}
    return text


def left(folder: Folder, deadline: Deadline, convention: str) -> str:
    """What a paused limit had left."""
    pause = running_pause(folder, deadline)
    if pause is None:
        return ""
    if pause.had_left is None:
        text: str = _("中止前已超期")
    elif convention == "hours":
        text = _("还剩 %(span)s", span=view.span(timedelta(minutes=pause.had_left)))
    else:
        text = _("还剩 %(span)s", span=view.days(pause.had_left) if pause.had_left else _("0天"))
    return text


def due_word(deadline: Deadline) -> str:
    """The heading of a due time, by what has moved it."""
    if deadline.state == PAUSED:
        word: str = _("中止前应完成")
    elif not deadline.moved:
        word = _("应完成")
    elif not deadline.given_back:
        word = _("延期后应完成")
    elif not deadline.extended_by:
        word = _("恢复后应完成")
    else:
        word = _("现应完成")
    return word


def net(folder: Folder, deadline: Deadline, until: datetime) -> str:
    """“（扣除中止，净用时 4天）” where a stage has stood still; empty where gross and net are the same."""
    pauses = [moving.Pause(one.since, one.until) for one in folder.pauses if one.deadline_id == deadline.id]
    found = moving.spent(deadline.starts_at, until, pauses)
    if found.net == found.gross:
        return ""
    text: str = _("（扣除中止，净用时 %(span)s）", span=view.span(found.net))
    return text
