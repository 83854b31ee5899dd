"""Which stages may begin a new round together. Source: docs/rule.md, stages and new rounds. Decides; acts nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import ENDED, STAGE_NAMES, STAGE_ORDER, Standing, forerunners


def stages_left_out(standing: Standing, stages: tuple[str, ...]) -> Iterator[Refusal]:
    """Refuse a new round of a case that was handed over, whose ``stages`` follow one that the transfer ended undone."""
    for key in STAGE_ORDER if standing.gone else ():
        missing = _left_out(standing, key, stages) if key in stages else ()
        if missing:
            yield Refusal(
                N_("“%(stage)s”须与尚未完成的%(missing)s一并重新办理，请同时勾选"),
                field="stages",
                stage=STAGE_NAMES[key],
                missing=missing,
            )
            return


def _left_out(standing: Standing, key: str, stages: tuple[str, ...]) -> tuple[str, ...]:
    before = set(forerunners(key)).difference(stages)
    ended = [stage.key for stage in standing.stages if stage.state == ENDED]
    return tuple(STAGE_NAMES[one] for one in STAGE_ORDER if one in before.intersection(ended))
