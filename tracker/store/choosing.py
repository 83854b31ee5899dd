"""What a person chose about how they are reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from sqlite_utils import Database

from tracker.rule.quiet import Quiet
from tracker.store.database import execute, row, rows

CHOSEN = "SELECT channel_id, wanted, address FROM person_channel WHERE person_id = :person_id"
CHOOSE = """
INSERT INTO person_channel (person_id, channel_id, wanted, address)
VALUES (:person_id, :channel_id, :wanted, :address)
ON CONFLICT (person_id, channel_id) DO UPDATE SET wanted = excluded.wanted, address = excluded.address
"""
QUIET = "SELECT begins, ends FROM quiet_hours WHERE person_id = :person_id"
SET_QUIET = """
INSERT INTO quiet_hours (person_id, begins, ends) VALUES (:person_id, :begins, :ends)
ON CONFLICT (person_id) DO UPDATE SET begins = excluded.begins, ends = excluded.ends
"""
NO_QUIET = "DELETE FROM quiet_hours WHERE person_id = :person_id"
#: What nobody has chosen.
BY_DEFAULT = True


@dataclass(frozen=True)
class Choice:
    """Whether a person wants a channel, and their number at it ("" where the channel has none, and for mail)."""

    wanted: bool = BY_DEFAULT
    address: str = ""


def chosen(db: Database, person_id: int) -> dict[int, Choice]:
    """A person's choices by channel; a channel that is not there was not chosen about."""
    found = rows(db, CHOSEN, {"person_id": person_id})
    return {r["channel_id"]: Choice(bool(r["wanted"]), r["address"]) for r in found}


def choose(db: Database, person_id: int, channel_id: int, choice: Choice) -> None:
    fields = {"person_id": person_id, "channel_id": channel_id, "address": choice.address}
    execute(db, CHOOSE, {**fields, "wanted": int(choice.wanted)})


def quiet(db: Database, person_id: int) -> Quiet | None:
    found = row(db, QUIET, {"person_id": person_id})
    return None if found is None else Quiet(time.fromisoformat(found["begins"]), time.fromisoformat(found["ends"]))


def set_quiet(db: Database, person_id: int, quiet: Quiet | None) -> None:
    if quiet is None:
        execute(db, NO_QUIET, {"person_id": person_id})
        return
    fields = {"person_id": person_id, "begins": f"{quiet.begins:%H:%M}", "ends": f"{quiet.ends:%H:%M}"}
    execute(db, SET_QUIET, fields)
