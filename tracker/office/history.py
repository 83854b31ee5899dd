"""Bring in cases of the past: one case a letter, numbered in the order in which they were received.

They plan no reminders and stand on no live list. The whole file is written in batches, each one transaction, so that
the office can go on working; a run that was broken off is finished by running it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from tracker.clock import local, to_text
from tracker.office.actors import Actor
from tracker.rule.calendar import Calendar
from tracker.rule.facts import REPLY_FORMS, Reply
from tracker.rule.history import ANSWERED_STAGE, GRADE, KIND, ONLINE, Brought, Fate, Known, Letter, Tally
from tracker.rule.lights import State
from tracker.rule.stages import deadlines as limits_of
from tracker.store import audit, cases, deadlines, facts, identity, reorders, rules
from tracker.store.database import reading, writing
from tracker.store.identity import Complainant
from tracker.store.settings import Office, office

BATCH = 200
#: Numbers begin with this until the office has named its own prefix.
PREFIX = "TS"
#: The letter box is a platform: what it published is a 平台答复. Of other sources the form is not known.
PLATFORM = REPLY_FORMS[2]

Progress = Callable[[int, int], None]
Key = tuple[str, str]


@dataclass(frozen=True)
class Source:
    """What is brought in: the file's name for the record, its letters, and how many rows could not be read."""

    file: str
    letters: tuple[Letter, ...]
    unreadable: int = 0


def office_of(db: Database) -> Office:
    """The office whose numbers and zone an import uses; `PREFIX` and its default zone until it has been set up."""
    named = office(db)
    return named if named.prefix else replace(named, prefix=PREFIX)


def preview(db: Database, source: Source) -> Brought:
    """What bringing in the letters would come to; changes nothing."""
    tally = Tally()
    seen: dict[Key, Known] = {}
    with reading(db):
        for letter in _in_order(source.letters):
            key = (letter.channel, letter.source_no)
            if tally.add(letter, seen.get(key) or _known(db, key)):
                seen[key] = _as_known(letter)
    return tally.brought()


def bring_in(
    db: Database,
    source: Source,
    *,
    to: Office,
    at: datetime,
    by: Actor | None = None,
    whole: bool = False,
    progress: Progress = lambda done, total: None,
) -> Brought:
    """Write the letters into the register at ``at``; ``by`` is None for the command line, where nobody has signed in.

    ``whole``: all in one transaction, and none when any of them is refused. ``progress`` is told after each batch.
    """
    importer = _Importer(db, to, at, by, source.file, rules.calendar(db))
    ordered = _in_order(source.letters)
    batches = [ordered] if whole else [ordered[n : n + BATCH] for n in range(0, len(ordered), BATCH)]
    tally = Tally()
    done = 0
    for batch in batches:
        with writing(db):
            if whole and (planned := preview(db, source)).rejected:
                return Brought(rejected=planned.rejected)
            for letter in batch:
                importer.bring(letter, tally)
            done += len(batch)
            if done == len(ordered):
                importer.log_whole(source, tally.brought())
        progress(done, len(ordered))
    return tally.brought()


@dataclass(frozen=True)
class _Importer:
    """One run: the register, the office, the instant, who runs it and the name of the file."""

    db: Database
    office: Office
    at: datetime
    by: Actor | None
    file: str
    calendar: Calendar

    def bring(self, letter: Letter, tally: Tally) -> None:
        """Write one letter, inside the transaction of its batch."""
        fate = tally.add(letter, _known(self.db, (letter.channel, letter.source_no)))
        if fate is Fate.CREATED:
            self.create(letter)
        elif fate is Fate.UPDATED:
            self.update(letter)

    def create(self, letter: Letter) -> None:
        received = local(letter.received_at, self.office.zone)
        rule = rules.rule_for(self.db, KIND, GRADE, received.date())
        no = cases.next_no(self.db, self.office.prefix, received.year)
        case_id = cases.add(
            self.db,
            cases.NewRow(
                no=no,
                received_at=letter.received_at,
                received_from=letter.received_from,
                received_month=f"{received:%Y-%m}",
                registered_at=self.at,
                registered_by=self.person_id,
                channel=letter.channel,
                source_no=letter.source_no,
                title=letter.title,
                content=letter.content,
                place=letter.place,
                subject_unit=letter.subject_unit,
                rule_version=rule.version if rule else None,
                state="closed" if letter.replied_at else "open",
                closed_at=letter.replied_at,
                historic=True,
            ),
        )
        if letter.complainant or letter.phone:
            identity.put(self.db, case_id, Complainant(letter.complainant, letter.phone))
        if rule is not None:
            for due in limits_of(rule, letter.received_at, self.calendar, self.office.zone):
                state, done_at = _standing(due.key, letter.replied_at)
                deadlines.add(self.db, case_id, 1, letter.received_at, [due], state=state, done_at=done_at)
        fact_id = self.reply(case_id, 1, letter, letter.replied_at) if letter.replied_at else None
        self.log(case_id, {"no": no, "file": self.file, "row": letter.row, "fact": fact_id})

    def update(self, letter: Letter) -> None:
        """The reply came, or the source corrected it: the new one is added, the old one stays on record."""
        case_id = cases.by_source(self.db, letter.channel, letter.source_no)
        assert case_id is not None
        assert letter.replied_at is not None
        case = cases.by_id(self.db, case_id)
        cases.touch(self.db, case_id, case.version, self.person_id, self.at)
        fact_id = self.reply(case_id, case.round, letter, letter.replied_at)
        for limit in deadlines.of_case(self.db, case_id):
            if limit.key == ANSWERED_STAGE:
                deadlines.settle(self.db, limit.id, State.DONE, done_at=letter.replied_at, fact_id=fact_id)
        cases.set_state(self.db, case_id, "closed", case.round, letter.replied_at)
        before = to_text(case.closed_at) if case.closed_at else None
        closed_at = [before, to_text(letter.replied_at)]
        detail = {"no": case.no, "file": self.file, "row": letter.row, "fact": fact_id, "closed_at": closed_at}
        self.log(case_id, detail)

    def reply(self, case_id: int, round_: int, letter: Letter, replied_at: datetime) -> int:
        return facts.add(
            self.db,
            case_id=case_id,
            round_=round_,
            kind="reply",
            happened_at=replied_at,
            recorded_at=self.at,
            recorded_by=None,
            body=Reply(form=PLATFORM if letter.channel == ONLINE else "", text=letter.reply).body(),
        )

    @property
    def person_id(self) -> int | None:
        return self.by.person_id if self.by else None

    def log(self, case_id: int | None, detail: dict[str, object], act: str = "import") -> None:
        address = self.by.address if self.by else ""
        audit.append(
            self.db, at=self.at, person_id=self.person_id, act=act, case_id=case_id, address=address, detail=detail
        )

    def log_whole(self, source: Source, brought: Brought) -> None:
        """One record of the file, in the transaction of its last batch."""
        counts = {name: number for name, number in asdict(brought).items() if name != "rejected"}
        rejected = source.unreadable + len(brought.rejected)
        rows = source.unreadable + len(source.letters)
        self.log(None, {"file": source.file, "rows": rows, **counts, "rejected": rejected}, act="import.file")


def _in_order(letters: Iterable[Letter]) -> Sequence[Letter]:
    return sorted(letters, key=lambda letter: (letter.received_at, letter.row))


def _standing(key: str, replied_at: datetime | None) -> tuple[str, datetime | None]:
    """How a stage of a historic case stands: nobody recorded it, but for the last, which the reply ended."""
    if key != ANSWERED_STAGE:
        return State.UNRECORDED, None
    return (State.DONE, replied_at) if replied_at else (State.OPEN, None)


def _known(db: Database, key: Key) -> Known | None:
    case_id = cases.by_source(db, *key)
    if case_id is None:
        return None
    case = cases.by_id(db, case_id)
    replies = [fact for fact in facts.of_case(db, case_id) if fact.kind == "reply" and not fact.undone]
    return Known(
        no=case.no,
        historic=case.historic,
        received_at=case.received_at,
        title=case.title,
        content=case.content,
        reply=replies[-1].body["text"] if replies else "",
        replied_at=replies[-1].happened_at if replies else None,
        again=tuple(reorders.of_case(db, case_id).values()),
    )


def _as_known(letter: Letter) -> Known:
    return Known(
        "", True, letter.received_at, letter.title, letter.content, letter.reply, letter.replied_at, row=letter.row
    )
