"""A new version of the rule for a kind and grade. It binds what comes in from its day on; what is logged stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import local
from tracker.office.actors import Actor
from tracker.rule.intake import GRADES, KINDS
from tracker.rule.refusals import N_, Refusal
from tracker.rule.stages import Rule
from tracker.store import audit, rules
from tracker.store.database import writing
from tracker.store.settings import office


def add(db: Database, actor: Actor | None, wanted: Rule, at: datetime) -> Rule:
    """Keep ``wanted`` as the next version, whatever number it carries; the version that was kept.

    It holds from today or a later day, so that no day that has passed changes its law. ``actor`` is None on the
    command line, where whoever holds the machine acts.
    """
    if wanted.kind not in KINDS:
        raise Refusal(N_("请选择类型：%(choices)s"), field="kind", choices=KINDS)
    if wanted.grade not in GRADES:
        raise Refusal(N_("请选择等级：%(choices)s"), field="grade", choices=GRADES)
    with writing(db):
        today = local(at, office(db).zone).date()
        if wanted.holds_from < today:
            words = N_("适用日期不能早于今天（%(today)s）")
            raise Refusal(words, field="holds_from", today=today.isoformat())
        before = rules.every(db)
        same = (wanted.kind, wanted.grade, wanted.holds_from)
        if any((one.kind, one.grade, one.holds_from) == same for one in before):
            words = N_("%(kind)s %(grade)s自 %(day)s 起已有一版规则，请另选日期")
            kind, grade = wanted.kind, wanted.grade
            raise Refusal(words, field="holds_from", kind=kind, grade=grade, day=wanted.holds_from.isoformat())
        kept = replace(wanted, version=max((one.version for one in before), default=0) + 1)
        rules.add(db, kept)
        detail = {
            "version": kept.version,
            "kind": kept.kind,
            "grade": kept.grade,
            "holds_from": kept.holds_from.isoformat(),
            "convention": kept.convention,
            "stages": [[stage.key, stage.days] for stage in kept.stages],
        }
        who, address = (actor.person_id, actor.address) if actor else (None, "")
        audit.append(db, at=at, person_id=who, act="rule.added", address=address, detail=detail)
    return kept
