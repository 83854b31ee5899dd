"""Site work recorded in one case and entered in another: joined cases, one visit for several, an earlier inspection.

Source: docs/rule.md (stages; 并入, one visit, 引用此前检查). Each case is judged by its own due time. Decides; acts
nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.rule.conduct import check_stage
from tracker.rule.facts import LATE_CAUSES, LATE_ENTRY, LATE_OTHER
from tracker.rule.recording import Outcome
from tracker.rule.refusals import N_, Refusal
from tracker.rule.standing import BACKFILL, DONE, NEEDS, STAGE_NAMES, Standing

#: The stages that are done on the site: the others are each citizen's own.
SHARED = ("inspection", "recheck")
#: How site work came into a case: with its lead case, by one visit for several, cited from before the complaint.
JOINED, VISIT, CITED = "joined", "visit", "cited"


@dataclass(frozen=True)
class SiteWork:
    """Site work as it stands where it was recorded. ``counts_at``: from when that case counts it as done (the
    recording, where a late entry was not confirmed); ``judged``: its late entry was held against the evidence."""

    key: str
    happened_at: datetime
    recorded_at: datetime
    counts_at: datetime
    backfilled: bool = False
    judged: bool = False

    @property
    def cause(self) -> str:
        """The cause of a delay that is known already: a late entry that was not confirmed."""
        return LATE_ENTRY if self.counts_at > self.happened_at else ""


@dataclass(frozen=True)
class Why:
    """Why it is late in the case that takes it over, where it is."""

    late_cause: str = ""
    reason: str = ""


def taken(
    standing: Standing, work: SiteWork, why: Why, at: datetime, before_truly_at: datetime | None = None
) -> Outcome:
    """What entering ``work`` at ``at`` does to the stage of the case that stands so; Refusal where it may not be.

    Site work from before the complaint came in is done when it is cited. ``before_truly_at``: when the stage before it
    truly happened, where that one was cited.
    """
    stage = check_stage(standing, work.key)
    cited = is_cited(standing, work)
    since = stage.starts_at or standing.since
    if since is not None and standing.received_at <= work.happened_at < since:
        raise Refusal(N_("检查时间早于本轮开始的时间，本轮须重新检查"))
    before = standing.stage(NEEDS.get(work.key, ""))
    if before is not None and before.happened_at is not None:
        if work.happened_at < (before_truly_at or before.happened_at):
            raise Refusal(N_("办理时间不能早于“%(stage)s”的完成时间"), stage=STAGE_NAMES[before.key])
        cited = cited or work.happened_at < before.happened_at  # what it follows was cited only now
    done_at = at if cited else work.counts_at
    late = done_at >= stage.due_at
    if late:
        _check_cause(why)
    backfilled = work.backfilled and not cited
    if backfilled and not work.judged and not late and work.recorded_at >= stage.due_at:
        return Outcome(BACKFILL, work.happened_at, None, late, backfilled)
    return Outcome(DONE, at if cited else work.happened_at, done_at, late, backfilled)


def is_cited(standing: Standing, work: SiteWork) -> bool:
    """Is it from before the complaint came in?"""
    return work.happened_at < standing.received_at


def _check_cause(why: Why) -> None:
    if why.late_cause not in LATE_CAUSES:
        raise Refusal(N_("本阶段已超期，请选择超期原因"), field="late_cause")
    if why.late_cause == LATE_OTHER and not why.reason:
        raise Refusal(N_("超期原因选“其他”的，请写明原因"), field="reason")


def check_visit(standing: Standing, work: SiteWork, *, about: bool) -> None:
    """One visit for several open cases: they are ``about`` the same place or unit, and it came after each complaint."""
    check_stage(standing, work.key)
    if not about:
        raise Refusal(N_("与本件的地点、对象都不相同，不能同时记录"), field="others")
    if is_cited(standing, work):
        raise Refusal(N_("检查时间早于该件的收到时间，请在该件引用此前检查"), field="others")
    if work.key == "inspection" and not standing.triaged:
        raise Refusal(N_("请先补全该件的街道和污染类别"), field="others")


def check_cite(standing: Standing, work: SiteWork, *, evidence: int, why: Why) -> None:
    """引用此前检查: an inspection from before the complaint, in its first round, that is no late entry still to be
    confirmed; without evidence of its own it wants a reason."""
    stage = check_stage(standing, work.key)
    since = stage.starts_at or standing.since
    if work.key != "inspection" or not is_cited(standing, work):
        raise Refusal(N_("只能引用收到本件之前的现场检查"), field="source")
    if since is not None and since > standing.received_at:
        raise Refusal(N_("重办、重新交办的，须重新检查，不能引用此前检查"), field="source")
    if not evidence and not why.reason:
        raise Refusal(N_("所引用的检查没有佐证，请写明原因"), field="reason")
