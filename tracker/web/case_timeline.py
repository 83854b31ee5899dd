"""办理记录: the trail of a case as sentences, each act with the facts it recorded, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.office.desk import Folder
from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.ladder import reason
from tracker.store.audit import Record
from tracker.store.facts import Evidence, Fact
from tracker.store.reminded import Reminded
from tracker.web import case_extra, view
from tracker.web.case_sentences import GOOD, PLAIN, RECORDS, WARN, Told, marks, of_fact
from tracker.web.case_sentences_moving import sentence
from tracker.web.case_words import REMINDER, REMINDERS
from tracker.web.words import gettext as _
from tracker.web.words import listed

SHOWN = 30


@dataclass(frozen=True)
class Entry:
    """One line of the record. ``lines`` are pairs (word or "", text), ``tone`` is the colour of its dot."""

    at: datetime
    who: str
    title: str
    lines: tuple[tuple[str, str], ...] = ()
    tone: str = PLAIN
    marks: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    undone: bool = False


@dataclass(frozen=True)
class History:
    """The entries to show, how many more there are, and the filter that is on."""

    entries: tuple[Entry, ...]
    rest: tuple[Entry, ...]
    kind: str = ""


@dataclass(frozen=True)
class Trail:
    """What is on record of a case: the acts, and the reminders that were shown."""

    records: tuple[Record, ...]
    reminded: tuple[Reminded, ...] = ()


def timeline(folder: Folder, trail: Trail, looks: bool, kind: str) -> History:
    """The trail as the page shows it: all of it, or the acts of "people" or of the "system". Who looked at the
    complainant stands in it only where ``looks``."""
    told = [*_entries(folder, trail.records, looks), *(_reminder(one) for one in trail.reminded)]
    told.sort(key=lambda entry: entry.at, reverse=True)  # stable: acts of one second keep their order
    if kind in ("people", "system"):
        told = [entry for entry in told if bool(entry.who) == (kind == "people")]
    else:
        kind = ""
    return History(tuple(told[:SHOWN]), tuple(told[SHOWN:]), kind)


def _reminder(one: Reminded) -> Entry:
    name = view.limit_name(one.limit)
    title = _(REMINDERS[one.rung]) if one.rung in REMINDERS else reason(one.rung, _) or _(REMINDER)
    lines = ((_("时限"), name),) if name else ()
    return Entry(one.at, "", title, (*lines, (_("提醒"), listed(one.names))), WARN)


def _entries(folder: Folder, records: tuple[Record, ...], looks: bool) -> Iterator[Entry]:
    for record in records:
        if record.act == "reveal" and not looks:
            continue
        fact = folder.fact(record.detail.get("fact"))
        told = case_extra.SENTENCES.get(record.act, sentence)(record, fact)
        told = replace(told, marks=(*told.marks, *_stood_in(record)))
        yield _entry(folder, record.at, record.person, told, fact if record.act in RECORDS else None)
    known = {record.detail.get("fact") for record in records}
    for fact in folder.facts:
        # What was recorded within another act: the contact that a call itself was.
        if fact.id not in known and fact.kind in STAGE_NAMES:
            yield _entry(folder, fact.recorded_at, fact.by_name, Told(_(STAGE_NAMES[fact.kind]), tone=GOOD), fact)


def _stood_in(record: Record) -> Iterator[str]:
    """For whom it was done: by a deputy, by a substitute; and that it was the duty officer's to do."""
    if "acting" in record.detail:
        yield _("代%(name)s审批", name=record.detail["acting"])
    if "for" in record.detail:
        yield _("代%(name)s", name=record.detail["for"])
    if "duty" in record.detail:
        yield _("值班")


def _entry(folder: Folder, at: datetime, who: str, told: Told, fact: Fact | None) -> Entry:
    return Entry(
        at=at,
        who=who,
        title=told.title,
        lines=(*told.lines, *(of_fact(fact) if fact else ())),
        tone=told.tone,
        marks=(*told.marks, *(marks(fact) if fact else ())),
        evidence=tuple(one for one in folder.evidence if fact and one.fact_id == fact.id),
        undone=fact is not None and fact.undone,
    )
