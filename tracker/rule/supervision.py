"""What a supervisor does beside deciding. None of it moves a due time."""

from __future__ import annotations

from datetime import timedelta

from tracker.rule.conduct import check_open
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import Standing

#: So long a 催办 can be taken back before anybody sees it.
URGE_WAITS = timedelta(seconds=60)
URGE_NOTE_MAX = 200


#: What a closing came to. 实际解决率 counts the first among both.
SETTLED = (N_("实际解决"), N_("解释说明"))


def check_settled(settled: str) -> None:
    """Saying what a closing came to is optional, and one of two."""
    if settled and settled not in SETTLED:
        raise Refusal(N_("请选择办理结果"), field="settled")


def check_urge(standing: Standing, *, running: bool, handled: bool, unconfirmed: str = "") -> None:
    """Urging wants a limit that runs and somebody who works on it. ``unconfirmed``: the name of a stage of which a late
    entry waits for a supervisor, while nothing else of the case is late."""
    check_open(standing)
    if unconfirmed:
        words = N_("“%(stage)s”补录待核，轮到督办核定，不催承办人。请打开案件核定补录")
        raise Refusal(words, stage=unconfirmed)
    if not running:
        raise Refusal(N_("没有正在计时的时限，无需催办"))
    if not handled:
        raise Refusal(N_("没有承办人，请先派单"))


def check_note(note: str) -> None:
    """A word to the handler, not a letter."""
    if len(note) > URGE_NOTE_MAX:
        words = N_("文字过长：%(size)s 字，最多 %(limit)s 字")
        raise Refusal(words, field="note", size=len(note), limit=URGE_NOTE_MAX)
