"""A sheet of old cases, row by row: what can be brought in, and what is wrong where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from zoneinfo import ZoneInfo

from tracker.exchange import cells, headings
from tracker.exchange.headings import Heading
from tracker.exchange.read import Sheet
from tracker.rule import history, intake
from tracker.rule.history import Letter, Rejected
from tracker.rule.refusals import N_, Refusal

REQUIRED = ("source_no", "received_at", "content")
#: What a letter takes from its row, and what it is called for a user when its column has no heading.
TAKEN = (
    *("source_no", "received_at", "channel", "title", "content", "place", "subject_unit", "complainant", "phone"),
    *("reply", "replied_at"),
)
EMPTY = {
    "source_no": N_("编号为空。没有编号，再次导入时无法识别同一件"),
    "received_at": N_("收到时间为空，请补上"),
    "content": N_("内容为空，请补上"),
}
#: Lines under the data, by how they begin.
BELOW = re.compile(r"(合计|总计|小计|共计|制表|填表|审核|备注|说明|注[:：])")


@dataclass(frozen=True)
class Letters:
    """A sheet read. ``rows``: how many rows of data it has, each of them a letter or rejected.

    ``start``: what the clocks run from (`cases.received_from`); ``day_only``: rows with a day in place of a time;
    ``passed_over``: numbers of the lines that are no data (titles, totals, repeated headings); ``unused``: headings of
    the columns that were not taken.
    """

    sheet: Sheet
    heading: Heading
    rows: int
    letters: tuple[Letter, ...]
    rejected: tuple[Rejected, ...]
    day_only: tuple[int, ...]
    passed_over: tuple[int, ...]
    unused: tuple[str, ...]

    @property
    def start(self) -> str:
        return self.heading.start

    def column(self, field: str) -> str:
        """The heading over ``field`` as the sheet has it."""
        return self.heading.name(field)


def letters(sheet: Sheet, at: datetime, zone: ZoneInfo) -> Letters:
    """Read the rows of ``sheet`` at the instant ``at``; a time without its zone is one of ``zone``.

    Raises Refusal when the sheet is empty or its heading does not name the columns that a letter needs.
    """
    left = iter(sheet.rows)  # gone through once: the rows of a large sheet are not all kept
    head = list(islice(left, headings.LOOKED_THROUGH))
    if not any(_filled(row) for row in chain(head, left)):
        raise Refusal(N_("工作表是空的，请核对文件，或用 --sheet 指定工作表"), field="FILE")
    heading = headings.find(head, REQUIRED)
    good: list[Letter] = []
    rejected: list[Rejected] = []
    day_only: list[int] = []
    passed_over: list[int] = []
    for number, row in enumerate(chain(head, left), 1):
        if not _filled(row):
            continue
        if number <= heading.at + 1 or _is_no_data(row, heading):
            if number != heading.at + 1:
                passed_over.append(number)
            continue
        read = _Row(number, row, heading)
        letter = read.letter(at, zone)
        rejected += read.rejected
        if letter is not None:
            good.append(letter)
            if read.day_only:
                day_only.append(number)
    return Letters(
        sheet,
        heading,
        len(good) + len({one.row for one in rejected}),
        tuple(good),
        tuple(rejected),
        tuple(day_only),
        tuple(passed_over),
        tuple(_unused(heading)),
    )


def _filled(row: Sequence[object]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _is_no_data(row: Sequence[object], heading: Heading) -> bool:
    """A total or a remark below the data, or the heading once more at the top of a printed page."""
    by_field = {field: row[place] for field, place in heading.columns.items() if place < len(row)}
    if all(headings.plain(by_field.get(field, "")) == headings.plain(heading.name(field)) for field in REQUIRED):
        return True
    if cells.text(by_field.get("received_at", "")) or cells.text(by_field.get("content", "")):
        return False
    first = next(cells.text(cell) for cell in row if str(cell).strip())
    return BELOW.match(first) is not None


def _unused(heading: Heading) -> Iterator[str]:
    taken = {heading.columns[field] for field in TAKEN if field in heading.columns}
    yield from (name for place, name in enumerate(heading.cells) if name and place not in taken)


def _reply_instant(replied: cells.Moment | None, received: cells.Moment) -> datetime | None:
    """When the reply was given. On the day of receipt, and without an hour, it was not before the receipt."""
    if replied is None:
        return None
    same_day = replied.day_only and replied.at <= received.at < replied.at + timedelta(days=1)
    return received.at if same_day else replied.at


class _Row:
    """One row on its way to a letter; collects what is wrong with it."""

    def __init__(self, number: int, cells_: Sequence[object], heading: Heading) -> None:
        self.number = number
        self.raw: Mapping[str, object] = {
            field: cells_[place]
            for field in TAKEN
            if (place := heading.columns.get(field)) is not None and place < len(cells_)
        }
        self.start = heading.start
        self.rejected: list[Rejected] = []
        self.day_only = False

    def letter(self, at: datetime, zone: ZoneInfo) -> Letter | None:
        """The letter, or None when anything in the row is wrong."""
        source_no = self._number("source_no")
        received = self._moment("received_at", zone)
        replied = self._moment("replied_at", zone)
        phone = self._phone()
        content = self._text("content", lines=True)
        for field in ("source_no", "content"):
            if not self._text(field):
                self._reject(Refusal(EMPTY[field], field=field))
        if received is None and "received_at" not in {one.field for one in self.rejected}:
            self._reject(Refusal(EMPTY["received_at"], field="received_at"))
        if self.rejected or received is None:
            return None
        self.day_only = received.day_only or (replied is not None and replied.day_only)
        letter = Letter(
            row=self.number,
            source_no=source_no,
            received_at=received.at,
            received_from=self.start,
            channel=self._text("channel") or history.ONLINE,
            title=self._text("title") or intake.title(content),
            content=content,
            place=self._text("place") or history.NO_PLACE,
            subject_unit=self._text("subject_unit"),
            complainant=self._text("complainant"),
            phone=phone,
            reply=self._text("reply", lines=True),
            replied_at=_reply_instant(replied, received),
        )
        for problem in history.problems(letter, at):
            self._reject(problem)
        return None if self.rejected else letter

    def _text(self, field: str, *, lines: bool = False) -> str:
        return cells.text(self.raw.get(field, ""), lines=lines)

    def _number(self, field: str) -> str:
        try:
            return cells.number(self.raw.get(field, ""))
        except Refusal as refusal:
            self._reject(refusal, field)
            return ""

    def _moment(self, field: str, zone: ZoneInfo) -> cells.Moment | None:
        try:
            return cells.moment(self.raw.get(field, ""), zone)
        except Refusal as refusal:
            self._reject(refusal, field)
            return None

    def _phone(self) -> str:
        try:
            written = cells.number(self.raw.get("phone", ""))
            return intake.phone(written) if written else ""
        except Refusal as refusal:
            self._reject(refusal, "phone")
            return ""

    def _reject(self, why: Refusal, field: str = "") -> None:
        at_fault = field or why.field
        why.__traceback__ = why.__context__ = None  # they hold on to the row and everything that read it
        self.rejected.append(Rejected(self.number, at_fault, history.shortened(self._text(at_fault)), why))
