"""How a case stands, as far as the rule has to know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

DONE, OPEN, ENDED, BACKFILL = "done", "open", "ended", "backfill"


@dataclass(frozen=True)
class StageStanding:
    """How one stage stands: ``state`` as in the register, ``fact_at`` when its fact was recorded (UTC), if it was."""

    key: str
    due_at: datetime
    state: str
    done_at: datetime | None = None
    fact_at: datetime | None = None
    fact_by: int | None = None


@dataclass(frozen=True)
class Standing:
    """A case as far as the rule has to know it. All instants UTC."""

    state: str
    received_at: datetime
    stages: tuple[StageStanding, ...]
    historic: bool = False
    anonymous: bool = False
    triaged: bool = True  # street and category are known
    attempts: tuple[datetime, ...] = ()
    attempts_needed: int = 3
    replied: bool = False
    next_step: str = ""
    ended: bool = False
    open_request: str = ""  # "end", "close" or none
    asked_by: int | None = None
    lead_open: bool = False  # joined to a case that is not closed yet

    def stage(self, key: str) -> StageStanding | None:
        """The stage as it stands in its latest round, or None when the case does not run under it."""
        return next((stage for stage in self.stages if stage.key == key), None)

    def settled(self, key: str) -> bool:
        """Whether the facts of a stage are in (done, waiting for confirmation, ended or never owed)."""
        stage = self.stage(key)
        return stage is None or stage.state != OPEN

    @property
    def under_way(self) -> bool:
        """Whether anything may still be recorded."""
        return self.state == "open" and not self.historic
