"""How a case stands, as far as the rule has to know it. All instants are aware, UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.rule.facts import GO_ON
from tracker.rule.refusals import N_

BACKFILL_AFTER = timedelta(hours=24)
UNDO_WITHIN = timedelta(minutes=10)
STAGE_ORDER = ("contact", "inspection", "recheck", "resolution")
STAGE_NAMES = {
    "contact": N_("先行联系"),
    "inspection": N_("现场检查与整改"),
    "recheck": N_("现场复查与安排监测"),
    "resolution": N_("后续处理"),
}
NEEDS = {"recheck": "inspection", "resolution": "recheck"}
SHANGHAI = ZoneInfo("Asia/Shanghai")
DONE, OPEN, PAUSED, ENDED, BACKFILL = "done", "open", "paused", "ended", "backfill"


def forerunners(key: str) -> Iterator[str]:
    """The stages that come before ``key`` by necessity, the nearest first."""
    while before := NEEDS.get(key):
        yield before
        key = before


@dataclass(frozen=True)
class StageStanding:
    """How one stage stands in its latest round: ``state`` as in the register. Of the fact that completes it, if there
    is one: when it happened, when and by whom it was recorded, and whether somebody has confirmed or refused it."""

    key: str
    due_at: datetime
    state: str
    done_at: datetime | None = None
    happened_at: datetime | None = None
    fact_at: datetime | None = None
    fact_by: int | None = None
    fact_for: int | None = None  # for whom it was recorded by a substitute
    judged: bool = False
    extended: bool = False  # it has used its one extension
    starts_at: datetime | None = None  # from when its limit is counted


@dataclass(frozen=True)
class Standing:
    """A case. ``since`` is when its round began: for the first round, when the case was received."""

    state: str
    received_at: datetime
    stages: tuple[StageStanding, ...]
    since: datetime | None = None
    historic: bool = False
    anonymous: bool = False  # and no number is known at which the citizen could be reached
    spoken: bool = False  # the citizen talks with the office itself on this channel
    triaged: bool = True  # street and category are known
    attempts: tuple[datetime, ...] = ()
    attempts_needed: int = 3
    undo_within: timedelta = UNDO_WITHIN
    replied: bool = False
    next_step: str = ""
    steps: int = 0  # how many next steps its round has recorded
    ended: bool = False
    refused: bool = False  # 不予受理 was approved: its ending is that
    accepted: bool = False  # 受理, said or by work
    returned: bool = False  # 退单, and the source has not answered yet
    gone: bool = False  # it was ended as another body's: it may come back
    open_request: str = ""  # as request.kind says it, or none
    asked_by: int | None = None
    asked_for: int | None = None  # for whom a substitute asked
    worked: frozenset[int] = frozenset()  # who handles the case or has recorded of it in this round
    paused: str = ""  # "case", "report" (stage 4 alone) or none
    lead_open: bool = False  # joined to a case that is not closed yet
    clocks: tuple[str, ...] = ()  # the other clocks that run and have to be met before the closing, by name
    zone: ZoneInfo = SHANGHAI

    def stage(self, key: str) -> StageStanding | None:
        """The stage as it stands in its latest round, or None when the case does not run under it."""
        return next((stage for stage in self.stages if stage.key == key), None)

    def settled(self, key: str) -> bool:
        """Whether the facts of a stage are in (done, waiting for confirmation, ended or never owed)."""
        stage = self.stage(key)
        return stage is None or stage.state not in (OPEN, PAUSED)

    def waits_for(self, key: str) -> str:
        """The nearest forerunner of a stage that has to be recorded before it, or "". A new round may run a stage
        again and not the one after it, so every forerunner counts and not the nearest alone."""
        return next((before for before in forerunners(key) if not self.settled(before)), "")

    @property
    def goes_on(self) -> bool:
        """Whether stage 4 ended in 继续整改: it is done, and a further next step is owed."""
        last = self.stage("resolution")
        return last is not None and last.state == DONE and self.next_step == GO_ON

    @property
    def under_way(self) -> bool:
        """Whether anything may still be recorded."""
        return self.state == "open" and not self.historic
