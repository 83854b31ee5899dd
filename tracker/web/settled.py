"""The few settings that stand on the lists of supervision, kept by the supervisors themselves."""

from __future__ import annotations

from tracker.office import supervising
from tracker.rule.refusals import Refusal, Refusals
from tracker.web import context, errors


def keep(changed: dict[str, str]) -> dict[str, str]:
    """Keep them; the sentence to show beside each field at fault, in which case none is kept."""
    try:
        supervising.settle(context.db(), context.actor(), changed, context.now())
    except (Refusal, Refusals) as problem:
        return errors.by_field(problem)
    return {}
