"""Whether a fact may be recorded on a case, and what it does to its stage. Decides; acts nowhere.

Sources: docs/rule.md (stages, 补录, late stages).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.rule.conduct import check_stage, check_times, hours_tried, may_give_up
from tracker.rule.facts import (
    LATE_CAUSES,
    LATE_OTHER,
    NOT_APPLICABLE,
    NOT_REACHED,
    SPOKEN,
    TEXT_MAX,
    Attempt,
    Contact,
    StageFact,
)
from tracker.rule.instants import local
from tracker.rule.refusals import N_, Refusal, Refusals, too_long
from tracker.rule.standing import (
    BACKFILL,
    BACKFILL_AFTER,
    DONE,
    NEEDS,
    STAGE_NAMES,
    STAGE_ORDER,
    StageStanding,
    Standing,
)


@dataclass(frozen=True)
class Entry:
    """What surrounds a fact when it is recorded: its two times, its evidence and its reasons."""

    happened_at: datetime
    recorded_at: datetime
    evidence: int = 0
    reason: str = ""
    late_cause: str = ""

    @property
    def backfilled(self) -> bool:
        """补录: recorded more than 24 h after it happened."""
        return self.recorded_at - self.happened_at > BACKFILL_AFTER


@dataclass(frozen=True)
class Outcome:
    """What recording a fact does to its stage. ``happened_at`` is what the fact says in the register."""

    state: str  # "done" or "backfill"
    happened_at: datetime
    done_at: datetime | None
    late: bool
    backfilled: bool


def judge(standing: Standing, fact: StageFact, entry: Entry) -> Outcome:
    """Decide on recording ``fact``: the stage's new state, or Refusals that name every missing thing."""
    stage = check_stage(standing, fact.key)
    entry = _as_done(standing, fact, entry)
    problems = [*fact.problems(), *_entry_problems(standing, stage, entry), *_dates(standing, fact, entry)]
    if fact.key == "inspection" and not standing.triaged:
        problems.append(Refusal(N_("请选择街道和污染类别，再完成第2阶段"), field="triage"))
    if isinstance(fact, Contact):
        problems += _contact_problems(standing, fact)
    if problems:
        raise Refusals(problems)
    return outcome(stage, entry)


def attempt_problems(standing: Standing, tried: Attempt, entry: Entry) -> Iterator[Refusal]:
    """Everything that keeps a contact that failed from being logged."""
    yield from tried.problems()
    yield from check_times(standing, entry.happened_at, entry.recorded_at, standing.stage("contact"))
    if entry.backfilled and not entry.reason:
        yield Refusal(N_("办理已超过24小时才记录（补录），请写明原因"), field="reason")


def outcome(stage: StageStanding, entry: Entry) -> Outcome:
    """The state of a stage whose facts are ``entry``.

    A late entry that would turn a stage green after its limit has passed waits for another person's confirmation. What
    follows 继续整改 changes nothing in a stage that is done.
    """
    if stage.state == DONE:
        return Outcome(DONE, entry.happened_at, stage.done_at, False, entry.backfilled)
    late = entry.happened_at >= stage.due_at
    if entry.backfilled and not late and entry.recorded_at >= stage.due_at:
        return Outcome(BACKFILL, entry.happened_at, None, late, entry.backfilled)
    return Outcome(DONE, entry.happened_at, entry.happened_at, late, entry.backfilled)


def _as_done(standing: Standing, fact: StageFact, entry: Entry) -> Entry:
    """未联系上 is done at the last attempt, whenever it is written down."""
    if isinstance(fact, Contact) and fact.outcome == NOT_REACHED and standing.attempts:
        return replace(entry, happened_at=max(standing.attempts))
    return entry


def _entry_problems(standing: Standing, stage: StageStanding, entry: Entry) -> Iterator[Refusal]:
    yield from check_times(standing, entry.happened_at, entry.recorded_at, stage)
    before = stage if stage.state == DONE else standing.stage(NEEDS.get(stage.key, ""))
    if before is not None and before.happened_at is not None and entry.happened_at < before.happened_at:
        name = STAGE_NAMES[before.key]
        yield Refusal(N_("办理时间不能早于“%(stage)s”的完成时间"), field="happened_at", stage=name)
    yield from too_long("reason", entry.reason, TEXT_MAX)
    yield from _late_problems(stage, entry)
    if entry.reason:
        return
    if not entry.evidence:
        number = STAGE_ORDER.index(stage.key) + 1
        yield Refusal(N_("完成第%(n)s阶段需要至少1份佐证，或写明原因"), field="reason", n=number)
    elif entry.backfilled:
        yield Refusal(N_("办理已超过24小时才记录（补录），请写明原因"), field="reason")


def _late_problems(stage: StageStanding, entry: Entry) -> Iterator[Refusal]:
    if stage.state == DONE or entry.happened_at < stage.due_at:
        return
    if entry.late_cause not in LATE_CAUSES:
        yield Refusal(N_("本阶段已超期，请选择超期原因"), field="late_cause")
    elif entry.late_cause == LATE_OTHER and not entry.reason:
        yield Refusal(N_("超期原因选“其他”的，请写明原因"), field="reason")


def _dates(standing: Standing, fact: StageFact, entry: Entry) -> Iterator[Refusal]:
    happened, recorded = (local(at, standing.zone).date() for at in (entry.happened_at, entry.recorded_at))
    yield from fact.misdated(happened, recorded)


def _contact_problems(standing: Standing, fact: Contact) -> Iterator[Refusal]:
    if fact.outcome == NOT_APPLICABLE and not standing.anonymous:
        yield Refusal(N_("只有匿名且没有联系方式的可以不联系"), field="outcome")
    if fact.method == SPOKEN and not standing.spoken:
        yield Refusal(N_("“来电来访时已沟通”只用于电话和来访"), field="method")
    if fact.outcome == NOT_REACHED and not may_give_up(standing):
        yield Refusal(
            N_("不同时段联系 %(need)s 次仍未接通，才能以未联系上完成本阶段；目前记录了 %(have)s 次"),
            field="outcome",
            need=standing.attempts_needed,
            have=hours_tried(standing),
        )
