"""检查要点: what is looked at during an inspection, point by point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.rule.refusals import N_, Refusal

FINE, WRONG, NOT_APPLICABLE = N_("正常"), N_("有问题"), N_("不适用")
STATES = (FINE, WRONG, NOT_APPLICABLE)
#: The longest wording of a point, and how many a category may have.
WORDS_MAX, POINTS_MAX = 100, 30


@dataclass(frozen=True)
class Check:
    """One point in the words that were shown, what was found, and the note to it."""

    point: str
    state: str
    note: str = ""


def problems(checks: tuple[Check, ...]) -> Iterator[Refusal]:
    """What is wrong with the ticks, each naming its point. A point without a tick is none of them."""
    for check in checks:
        if check.state not in STATES:
            words = N_("检查要点“%(point)s”请选择：%(choices)s")
            yield Refusal(words, field="checks", point=check.point, choices=STATES)
        elif check.state == WRONG and not check.note:
            yield Refusal(N_("检查要点“%(point)s”有问题的，请写明情况"), field="checks", point=check.point)


def check_points(category: str, points: tuple[str, ...]) -> Iterator[Refusal]:
    """What is wrong with the points that an office wants to look at; the field is ``points-CATEGORY``."""
    field = f"points-{category}"
    if len(points) > POINTS_MAX:
        yield Refusal(N_("每类最多 %(n)s 条要点，现有 %(have)s 条"), field=field, n=POINTS_MAX, have=len(points))
    for point in points:
        if len(point) > WORDS_MAX:
            words = N_("要点最多 %(n)s 字：“%(point)s…”")
            yield Refusal(words, field=field, n=WORDS_MAX, point=point[:20])
