"""Reminders as an e-mail: case number, limit and link, never the complaint's words or who complained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlite_utils import Database

from tracker.clock import from_text, local
from tracker.config import Config
from tracker.i18n import translator
from tracker.notify import envelope
from tracker.notify.envelope import Item, Told
from tracker.notify.words import Words
from tracker.rule.anchors import way
from tracker.rule.cards import COLOURS
from tracker.rule.holding import EMPTY, HANDED_ON, NO_ADDRESS
from tracker.rule.instants import end_of
from tracker.rule.ladder import UNDISPATCHED, URGENT_GRADE, family
from tracker.rule.refusals import N_, listed
from tracker.rule.reminders import DECISIONS, DIGEST, DIGESTS, LIST, PUNCTUAL, QUESTIONS, RAISED, WEEK
from tracker.store import deliveries, digest
from tracker.store.board import Board
from tracker.store.deliveries import Address, Delivery, Line
from tracker.store.digest import Digest
from tracker.store.holding import Holding
from tracker.store.settings import Office

#: The mark of each kind of step in a subject, the gravest first: so a message is ordered.
MARKS = {
    "card": N_("亮牌督办"),
    "order": N_("督办"),
    "order_returned": N_("督办答复退回"),
    "urge": N_("催办"),
    "weekly": N_("超期"),
    "late": N_("超期"),
    "late_entry": N_("超期"),
    "due_day": N_("今日到期"),
    "eve": N_("临期"),
    "before": N_("临期"),
    "ahead": N_("临期"),
    "decide": N_("待审批"),
    "redo": N_("待审批"),
    "unsigned": N_("未签收"),
    RAISED: N_("升为紧急"),
    "dispatch": N_("派单"),
    "order_answered": N_("督办答复待认可"),
    "warning": N_("苗头预警"),
    "revisit_late": N_("回头看未完成"),
    "revisit": N_("回头看"),
    "decided": N_("审批结果"),
    "lead": N_("责任领导"),
    "co_handler": N_("协办"),
    DIGEST: N_("督办日报"),
    LIST: N_("今日清单"),
    WEEK: N_("每周情况"),
}
#: They say what is coming.
COMING = frozenset({"due_day", "eve", "before", "ahead"})
GRAVITY = {kind: place for place, kind in enumerate(MARKS)}
#: A rung that is told by an act of its own: its mark, after all the others.
NEWS = N_("通知")


@dataclass(frozen=True)
class Letter:
    """What one person is to read, and the envelope."""

    to: Address
    message: EmailMessage


class Unneeded(Exception):
    """Nothing is left to say, or nobody to say it to; ``why`` is one of holding.UNNEEDED."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def compose(db: Database, delivery: Delivery, at: datetime, office: Office, config: Config, board: Board) -> Letter:
    """The e-mail of a delivery at ``at``; Unneeded when there is nothing left to say or nobody to say it to."""
    to = deliveries.address(db, delivery.recipient_id)
    if not to.email or not to.active:
        raise Unneeded(NO_ADDRESS)
    told = tell(db, delivery, at, office, to.locale or office.locale, Holding(db, at, board), to_group=False)
    return Letter(to, envelope.sealed(told, to, delivery.message_id, office, config))


def tell(
    db: Database, delivery: Delivery, at: datetime, office: Office, locale: str, holding: Holding, *, to_group: bool
) -> Told:
    """What a delivery says at ``at``, to one reader or to a group; Unneeded when nothing is left to say.

    What lost its reason or its reader while the message waited is left out, unless an earlier try may have carried it
    and some of it holds still.
    """
    lines = deliveries.lines(db, delivery.id)
    if not to_group:  # what waited for a group, of a channel that reaches each person alone by now, was for several
        lines = tuple(line for line in lines if line.recipient_id == delivery.recipient_id)
    gone = [holding.why_gone(line, to_group=to_group) for line in lines]
    if not delivery.may_have_arrived or all(gone):
        lines = tuple(line for line, why in zip(lines, gone, strict=True) if not why)
    if to_group:  # a group reads it once, however many people it is owed to
        lines = tuple({(one.case_id, one.deadline_id, one.rung, one.owed_at): one for one in lines}.values())
    words = Words(translator(locale), office.zone, at)
    items = tuple(_items(db, lines, words))
    digests = dict(_digests(lines, None if delivery.may_have_arrived else holding))
    if not items and not digests:
        raise Unneeded(HANDED_ON if HANDED_ON in gone else next(filter(None, gone), EMPTY))
    daily = digest.together(digests.values())
    coming = _coming(daily, words) if daily else ""
    mark = next((rung for rung in DIGESTS if rung in digests), "")
    return Told(_subject(items, daily, mark, words), items, daily, coming, words, locale)


def _digests(lines: tuple[Line, ...], holding: Holding | None) -> Iterator[tuple[str, Digest]]:
    """The digests of a message by their step, as they still hold or (None) as they were written. Of several of one step
    the last one speaks, and says when the others were owed."""
    named = [(line.case_no, line.limit_key) for line in lines if line.limit_key]
    missed: dict[str, tuple[datetime, ...]] = {}
    for line in lines:
        if line.rung in DIGESTS:
            found = digest.read(line.body)
            if holding is not None:
                found = holding.still(line, found, named)
            before = (*missed.get(line.rung, ()), *found.missed)
            if found:
                yield line.rung, replace(found, missed=before)
            missed[line.rung] = (*before, line.owed_at)


def _items(db: Database, lines: Iterable[Line], words: Words) -> Iterator[Item]:
    """Worst first. A limit of which several rungs come together, after a standstill, stands here once."""
    owed: dict[int, list[datetime]] = {}
    first: dict[int, Line] = {}
    for line in sorted(lines, key=lambda one: _place(one, words.at)):
        if line.rung in DIGESTS:
            continue
        asks = family(line.rung) == "decide"
        subject = line.deadline_id if line.deadline_id is not None and not asks else -line.id
        first.setdefault(subject, line)
        if line.shown_at - line.owed_at > PUNCTUAL:
            owed.setdefault(subject, []).append(line.owed_at)
    for subject, gravest in first.items():
        yield _item(db, gravest, sorted(set(owed.get(subject, ()))), words)


def _place(line: Line, at: datetime) -> tuple[int, int, datetime, int]:
    """Its place among the others; of two steps of one kind the graver comes first."""
    stem, n = _stem(line, at), int(line.rung[len(family(line.rung)) + 1 :] or 0)
    return GRAVITY.get(stem, len(GRAVITY)), -n if stem == "late" else n, _due(line) or line.owed_at, line.id


def _stem(line: Line, at: datetime) -> str:
    """The kind of step that a line stands for: what was coming when it was owed may be late by now."""
    stem, due_at = family(line.rung), _due(line)
    return "late" if stem in COMING and due_at is not None and due_at <= at else stem


def _item(db: Database, line: Line, missed: list[datetime], words: Words) -> Item:
    _, due_at, said = words._, _due(line), json.loads(line.body)
    details: list[str] = []
    head = short = line.case_no
    limit = due = ""
    stem = _stem(line, words.at)
    mark = _(_mark(stem, said))
    if line.limit_key and due_at is not None and stem != "decide":
        limit, due = words.limit(line.limit_key), words.due(due_at)
        head = f"{line.case_no}  {limit}  {_(N_('应完成'))} {due}"
        short = f"{line.case_no} {limit} {words.due_short(due_at)}"
        details.append(words.standing(due_at))
    elif stem == "decide":
        head = short = f"{line.case_no} {_(QUESTIONS.get(said.get('kind'), NEWS))}"
    elif line.rung == "decided":
        words_of = (QUESTIONS.get(said.get("act"), NEWS), DECISIONS.get(said.get("decision"), ""))
        head = short = " ".join([line.case_no, *(_(word) for word in words_of if word)])
    elif line.case_id is not None:  # the case as it was given: all its limits, the nearest in the subject
        running = deliveries.running(db, line.case_id)
        details += [_row(limit.key, limit.due_at, words) for limit in running]
        short = " ".join([short, *(f"{words.limit(one.key)} {words.due_short(one.due_at)}" for one in running[:1])])
        limit, due = next(((words.limit(one.key), words.due(one.due_at)) for one in running), ("", ""))
        mark += "·" + _(COLOURS[str(said["colour"])]) if line.rung == "card" and "colour" in said else ""
        mark += "·" + _(N_("超期")) if line.rung == "dispatch" and running and running[0].due_at <= words.at else ""
    if line.grade == URGENT_GRADE:
        mark = f"{_(line.grade)}·{mark}"
    if missed:
        details.append(_(N_("原定提醒时间：%(times)s")) % {"times": listed(map(words.stamp, missed), _)})
    return Item(mark, head, short, tuple(details), line.case_no, _path(line, said), limit, due)


def _mark(stem: str, said: dict[str, object]) -> str:
    return UNDISPATCHED if stem == "dispatch" and said.get("handler", 0) is None else MARKS.get(stem, NEWS)


def _path(line: Line, said: dict[str, str]) -> str:
    """The address of the owed act."""
    return way(line.case_no, line.rung, line.limit_key, said.get("kind", ""))


def _row(key: str, due_at: datetime, words: Words) -> str:
    return f"{words.limit(key)}  {words._(N_('应完成'))} {words.due(due_at)}  {words.standing(due_at)}"


def _due(line: Line) -> datetime | None:
    """The due time that a reminder was about, which may have moved since."""
    said = json.loads(line.body)
    return from_text(said["due_at"]) if "due_at" in said and line.rung not in DIGESTS else line.due_at


def _subject(items: tuple[Item, ...], daily: Digest | None, mark: str, words: Words) -> str:
    _ = words._
    if daily is not None and (mark == DIGEST or not items):
        counts = (
            *(daily.overdue.total, daily.today.total, daily.tomorrow.total),
            *(len(daily.waiting), len(daily.unsigned)),
        )
        names = (_(N_("超期")), _(N_("今日到期")), _coming(daily, words), _(N_("待审批")), _(N_("待签收")))
        told = " ".join(f"{name} {n}" for name, n in zip(names, counts, strict=True) if n)
        return f"[{_(MARKS[mark])}] {words.stamp(words.at)[:-6]} {told}"
    worst = f"[{items[0].mark}] {items[0].short}"
    return worst if len(items) == 1 else worst + _(N_(" 等%(n)s项")) % {"n": len(items)}


def _coming(daily: Digest, words: Words) -> str:
    """The name of the digest's third part, which before rest days reaches over them."""
    tomorrow = end_of(local(words.at, words.zone).date() + timedelta(days=1), words.zone)
    rests = any(line.due_at > tomorrow for line in daily.tomorrow.lines)
    return words._(N_("下一工作日24:00前到期") if rests else N_("明日到期"))
