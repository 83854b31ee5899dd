"""亮牌: when the rule suggests a yellow or red card, who may be given one, and what takes it back.

Source: docs/rule.md, “Lights and cards”. A card is an act with a person, a date and a record; it moves no due time, and
nothing that the handler does takes it away.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from tracker.rule.conduct import refuse_too_long
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.standing import OPEN, STAGE_NAMES, StageStanding, Standing

YELLOW, RED = "yellow", "red"
COLOURS = {YELLOW: N_("黄牌"), RED: N_("红牌")}


def suggested(due_at: datetime, at: datetime, yellow_days: int, red_days: int) -> str:
    """The card that a stage calls for which is open at ``at``: "" until it is ``yellow_days`` full days late."""
    late = at - due_at
    if late >= timedelta(days=red_days):
        return RED
    return YELLOW if late >= timedelta(days=yellow_days) else ""


def late_stage(standing: Standing, at: datetime) -> StageStanding | None:
    """The open stage that has been late longest at ``at``: what a card given now is about. None where nothing is."""
    late = (stage for stage in standing.stages if stage.state == OPEN and at >= stage.due_at)
    return min(late, key=lambda stage: stage.due_at, default=None)


def check_give(standing: Standing, colour: str, reason: str, *, standing_cards: Collection[str], asked: str) -> None:
    """A card wants a case under way, a colour that it does not carry yet and a reason; ``asked`` is the stage whose
    extension waits for its decision ("" for none): until then no card is given for it."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    if standing.state == "closed":
        raise Refusal(N_("本件已销项，不再亮牌"))
    problems = []
    if colour not in COLOURS:
        problems.append(Refusal(N_("请选择黄牌或红牌"), field="colour"))
    elif colour in standing_cards:
        problems.append(Refusal(N_("本件已有%(card)s"), field="colour", card=COLOURS[colour]))
    if asked:
        words = N_("“%(stage)s”的延期申请正在等待决定，决定之后再亮牌")
        problems.append(Refusal(words, field="colour", stage=STAGE_NAMES[asked]))
    if not reason:
        problems.append(Refusal(N_("请写明亮牌的理由"), field="reason"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(reason=reason)


def check_take_back(*, stands: bool, reason: str) -> None:
    """收牌: of a card that stands, with a reason."""
    if not stands:
        raise Refusal(N_("没有可以收回的牌，可能已由他人收回"))
    if not reason:
        raise Refusal(N_("请写明收回的理由"), field="reason")
    refuse_too_long(reason=reason)
