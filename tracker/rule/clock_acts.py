"""What people may do with the other clocks of a case, and the words that refuse it. Decides; acts nowhere.

Sources: docs/rule.md, “Other clocks on the same case”; 信访工作条例 第三十四条 for the one extension of 信访办结.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from tracker.rule.clocks import KINDS, OWN, SOURCE_MAX, named, runs_no_more, word
from tracker.rule.conduct import BACKFILL_AFTER, check_nothing_asked, check_open, refuse_too_long
from tracker.rule.facts import TEXT_MAX
from tracker.rule.refusals import N_, Refusal, Refusals, too_long
from tracker.rule.stages import CONVENTIONS
from tracker.rule.standing import Standing

#: Against a slip of the pen; the longest limit of the regulation, with its extension, is 90 days.
MOST_DAYS = 365
BY_HAND = tuple(kind.key for kind in KINDS.values() if kind.by_hand)


@dataclass(frozen=True)
class Wanted:
    """A clock as somebody asks for it: a kind that counts its own days (信访告知、信访办结), or a name with its
    source, and that it ends at ``due_at`` or ``days`` counted by ``convention`` from ``starts_at`` (aware)."""

    kind: str
    label: str = ""
    source: str = ""
    due_at: datetime | None = None
    days: int | None = None
    convention: str = ""
    starts_at: datetime | None = None
    reason: str = ""

    @property
    def counts_itself(self) -> bool:
        """Does the kind say what it counts?"""
        return self.kind in KINDS and KINDS[self.kind].days is not None


def check_wanted(wanted: Wanted, received_at: datetime, running: Collection[str]) -> None:
    """Refusals by field for a clock that may not be set so; ``running`` are the kinds that run on the case."""
    found = list(problems(wanted, received_at, running))
    if found:
        raise Refusals(found)


def problems(wanted: Wanted, received_at: datetime, running: Collection[str]) -> Iterator[Refusal]:
    """What keeps the clock from being set, the reason aside, which a form of its own asks for."""
    if wanted.kind not in BY_HAND:
        yield Refusal(N_("请选择时限的种类"), field="kind")
        return
    if wanted.counts_itself:
        if wanted.kind in running:
            yield Refusal(N_("“%(name)s”已经在走"), field="kind", name=KINDS[wanted.kind].name)
        return
    try:
        named(wanted.kind, wanted.label)
    except Refusal as refusal:
        yield refusal
    if wanted.kind == OWN and not wanted.source:
        yield Refusal(N_("请填写依据：谁要求的，或哪一条规定"), field="source")
    if len(wanted.source) > SOURCE_MAX:
        limit = SOURCE_MAX
        yield Refusal(
            N_("依据最多 %(limit)s 字，现有 %(size)s 字"), field="source", limit=limit, size=len(wanted.source)
        )
    yield from _when(wanted, received_at)


def _when(wanted: Wanted, received_at: datetime) -> Iterator[Refusal]:
    if (wanted.due_at is None) == (wanted.days is None):
        yield Refusal(N_("到期时间和天数请填写一项"), field="due_at")
    elif wanted.due_at is not None:
        if wanted.due_at <= received_at:
            yield Refusal(N_("到期时间应晚于收到时间（%(received)s）"), field="due_at", received=received_at)
        return
    elif not 1 <= (wanted.days or 0) <= MOST_DAYS:
        yield Refusal(N_("天数应为 1 到 %(most)s 的整数"), field="days", most=MOST_DAYS)
    if wanted.days is not None and wanted.convention not in CONVENTIONS:
        yield Refusal(N_("请选择计日方式"), field="convention")
    if wanted.starts_at is not None and wanted.starts_at < received_at:
        yield Refusal(N_("起算时间不能早于收到时间（%(received)s）"), field="starts_at", received=received_at)


def check_by_hand(key: str, kind: str) -> None:
    """What belongs to an act of its own (督办, 继续整改, 退单) is met and taken back by that act alone."""
    if kind not in BY_HAND:
        raise Refusal(N_("“%(name)s”随它自己的办理完成或取消，不能在这里处理"), field="clock", name=word(key))


def check_met(standing: Standing, text: str, files: int, happened_at: datetime, at: datetime) -> bool:
    """Whether meeting a clock at ``happened_at`` is 补录; Refusals for an impossible time and for nothing to show."""
    found = []
    if happened_at > at:
        found.append(Refusal(N_("办理时间不能晚于现在"), field="happened_at"))
    if happened_at < standing.received_at:
        words = N_("办理时间不能早于收到时间（%(received)s）")
        found.append(Refusal(words, field="happened_at", received=standing.received_at))
    backfilled = at - happened_at > BACKFILL_AFTER
    if not text and backfilled:
        found.append(Refusal(N_("办理已超过24小时才记录（补录），请写明原因"), field="text"))
    elif not text and not files:
        found.append(Refusal(N_("请写明如何完成，或附上佐证"), field="text"))
    found += too_long("text", text, TEXT_MAX)
    if found:
        raise Refusals(found)
    return backfilled


def check_moved(before: datetime, due_at: datetime | None, received_at: datetime, reason: str) -> None:
    """改期: to another time than the present one, later than the receipt, for a reason."""
    found = []
    if due_at is None:
        found.append(Refusal(N_("请填写新的到期时间"), field="due_at"))
    elif due_at == before:
        found.append(Refusal(N_("到期时间没有变化"), field="due_at"))
    elif due_at <= received_at:
        words = N_("到期时间应晚于收到时间（%(received)s）")
        found.append(Refusal(words, field="due_at", received=received_at))
    if not reason.strip():
        found.append(Refusal(N_("请写明理由"), field="reason"))
    if found:
        raise Refusals(found)
    refuse_too_long(reason=reason)


def may_extend(kind: str, state: str, extended: bool, due_at: datetime, at: datetime) -> bool:
    """May an extension of this clock be asked for now: once, before it expires, where its law knows one?"""
    return kind in KINDS and KINDS[kind].more > 0 and state == "open" and not extended and at < due_at


def check_ask_extension(standing: Standing, key: str, kind: str, may_be: bool, days: int | None, reason: str) -> None:
    """延期 of a clock: its law allows it once, asked before it expires, with days and the reason to be told."""
    check_open(standing)
    check_nothing_asked(standing)
    if not may_be:
        raise Refusal(N_("“%(name)s”不能延期：已经超期、已经延过一次，或规定不许延期"), name=word(key))
    most, found = KINDS[kind].more, []
    if days is None or not 1 <= days <= most:
        found.append(Refusal(N_("延期天数应为 1 到 %(most)s 的整数"), field="days", most=most))
    if not reason.strip():
        found.append(Refusal(N_("请写明延期的理由"), field="reason"))
    if found:
        raise Refusals(found)
    refuse_too_long(reason=reason)


def check_grant_extension(key: str, state: str, done_at: datetime | None, due_at: datetime) -> None:
    """What was asked in time may be granted while the clock runs, or was met late while the request waited."""
    if state not in ("open", "done"):
        raise runs_no_more(key)
    if done_at is not None and done_at < due_at:
        raise Refusal(N_("“%(name)s”已按时完成，不需要延期，请选“不同意”"), name=word(key))
