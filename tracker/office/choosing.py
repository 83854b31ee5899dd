"""What people choose for themselves about being reached, within what the office allows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from tracker.office import reminding
from tracker.office.actors import Actor
from tracker.rule import quiet
from tracker.rule.quiet import Quiet
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import channels, choosing
from tracker.store.channels import MAIL_ID, Channel
from tracker.store.choosing import Choice
from tracker.store.database import writing


@dataclass(frozen=True)
class Chosen:
    """One channel that reaches each person, and what this one chose about it."""

    channel: Channel
    choice: Choice


@dataclass(frozen=True)
class Mine:
    """All that a person may choose about."""

    channels: tuple[Chosen, ...]
    quiet: Quiet | None


def mine(db: Database, actor: Actor) -> Mine:
    kept = choosing.chosen(db, actor.person_id)
    offered = (one for one in channels.every(db) if one.active and one.personal)
    chosen = tuple(Chosen(one, kept.get(one.id, Choice())) for one in offered)
    return Mine(chosen, choosing.quiet(db, actor.person_id))


def choose(
    db: Database, actor: Actor, wanted: Collection[int], numbers: Mapping[int, str], begins: str, ends: str
) -> None:
    """Keep a person's choices, or Refusals that name the fields at fault."""
    bad: list[Refusal] = []
    with writing(db):
        for one in mine(db, actor).channels:
            number = "" if one.channel.id == MAIL_ID else _number(numbers.get(one.channel.id, ""), one.channel, bad)
            keeps = one.channel.id in wanted or not one.channel.choosable
            choosing.choose(db, actor.person_id, one.channel.id, Choice(keeps, number))
        try:
            choosing.set_quiet(db, actor.person_id, quiet.check(begins, ends, reminding.hours(db)))
        except Refusal as refusal:
            bad.append(refusal)
        if bad:
            raise Refusals(bad)


def _number(text: str, channel: Channel, bad: list[Refusal]) -> str:
    number = "".join(text.split())  # 139 0000 0000, as people write it
    if not re.fullmatch(r"[A-Za-z0-9+@._-]{0,64}", number):
        bad.append(Refusal(N_("接收号码只能用数字、字母和 + @ . _ -"), field=f"number-{channel.id}"))
        return ""
    return number
