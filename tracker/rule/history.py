"""Cases of the past that are brought in from a workbook, and what becomes of each row.

A historic case keeps what its source says and nothing more: its stages are 无记录 but for the last, which its reply
ended; the citizen's clock starts at the letter's own time; nobody works on it any more. Only its reply may still come.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from tracker.rule.intake import BY_NAME, CONTENT_MAX, NAME_MAX, PLACE_MAX
from tracker.rule.refusals import N_, Refusal

KIND = "投诉举报"
GRADE = "一般"
ONLINE = "网络/微信"
NO_PLACE = "来信未写明地点"
#: The one stage of a historic case that its source knows the end of.
ANSWERED_STAGE = "resolution"
#: No rule held before (`RULE_1.holds_from`): an earlier year is a slip of the keys.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
SOURCE_NO_MAX = 64
SHOWN = 60
TITLE_MAX = 200
REPLY_MAX = 10_000
#: Field: the most characters it may hold.
MOST = {
    "source_no": SOURCE_NO_MAX,
    "title": TITLE_MAX,
    "content": CONTENT_MAX,
    "place": PLACE_MAX,
    "subject_unit": PLACE_MAX,
    "complainant": NAME_MAX,
    "reply": REPLY_MAX,
}


@dataclass(frozen=True)
class Letter:
    """One row, read and right. ``row`` is its number in the sheet; instants are aware; an open one has no reply."""

    row: int
    source_no: str
    received_at: datetime
    received_from: str
    channel: str
    title: str
    content: str
    place: str = NO_PLACE
    subject_unit: str = ""
    complainant: str = ""
    phone: str = ""
    reply: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True)
class Rejected:
    """One row that was not brought in: the field at fault, what stood there, and why in words for the user."""

    row: int
    field: str
    value: str
    why: Refusal


@dataclass(frozen=True)
class Known:
    """A case that already carries the number of the row, as far as the row may speak of it.

    ``row``: in a rehearsal, which makes no case, the row of the same file that would have made it; ``no`` is empty.
    ``again``: when its source ordered a case under way again.
    """

    no: str
    historic: bool
    received_at: datetime
    title: str
    content: str
    reply: str
    replied_at: datetime | None
    row: int = 0
    again: tuple[datetime, ...] = ()


class Fate(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def problems(letter: Letter, at: datetime) -> tuple[Refusal, ...]:
    """Why the letter cannot be brought in at ``at``, each named by its field."""
    found: list[Refusal] = [
        Refusal(N_("不能超过%(limit)s字，现有%(size)s字。请缩短后再导入"), field=field, limit=limit, size=size)
        for field, limit in MOST.items()
        if (size := len(getattr(letter, field))) > limit
    ]
    if letter.channel not in BY_NAME:
        found.append(Refusal(N_("没有这种来源，可用：%(choices)s"), field="channel", choices=tuple(BY_NAME)))
    if letter.received_at > at:
        found.append(Refusal(N_("收到时间不能晚于现在"), field="received_at"))
    if letter.received_at < EARLIEST:
        found.append(Refusal(N_("收到时间早于%(year)s年，请核对年份"), field="received_at", year=EARLIEST.year))
    if letter.replied_at is None:
        if letter.reply:
            found.append(Refusal(N_("有答复内容，但没有答复时间。请补上答复时间，或去掉答复内容"), field="replied_at"))
        return tuple(found)
    if letter.replied_at > at:
        found.append(Refusal(N_("答复时间不能晚于现在"), field="replied_at"))
    elif letter.replied_at < letter.received_at <= at:
        found.append(Refusal(N_("答复时间早于收到时间，请核对这两列"), field="replied_at"))
    return tuple(found)


def judge(letter: Letter, known: Known | None) -> Fate:
    """What becomes of a row whose number may be known; Refusal where it contradicts what is on record.

    Only the reply of a historic case may come later or change: the rest was registered, and is never set back.
    """
    if known is None:
        return Fate.CREATED
    if not known.historic:
        return _of_live_case(letter, known)
    for field, name in (("received_at", N_("收到时间")), ("title", N_("标题")), ("content", N_("内容"))):
        if getattr(letter, field) != getattr(known, field):
            raise _contradicts(known, field, name)
    if letter.replied_at is None and known.replied_at is not None:
        raise _unanswers(known)
    same = (letter.reply, letter.replied_at) == (known.reply, known.replied_at)
    return Fate.UNCHANGED if same else Fate.UPDATED


def _of_live_case(letter: Letter, known: Known) -> Fate:
    """A case that is worked on here knows more than its source's file: the same order is there already, and a later
    one is recorded on its page, where somebody chooses what is to be done over."""
    if letter.replied_at is None and letter.received_at in (known.received_at, *known.again):
        return Fate.UNCHANGED
    if letter.received_at > max((known.received_at, *known.again)):
        raise Refusal(
            N_("编号已登记为 %(no)s，这次的时间更晚：来源重新交办的，请在该件登记"), field="received_at", no=known.no
        )
    raise Refusal(N_("编号已登记为 %(no)s，不是历史件，请在该件中办理"), field="source_no", no=known.no)


def _contradicts(known: Known, field: str, name: str) -> Refusal:
    if known.row:
        return Refusal(N_("编号与第 %(row)s 行相同，但%(name)s不同。请核对编号"), field=field, row=known.row, name=name)
    return Refusal(
        N_("编号已导入为 %(no)s，但%(name)s与那时不同。历史件不改写，请核对编号"), field=field, no=known.no, name=name
    )


def _unanswers(known: Known) -> Refusal:
    if known.row:
        return Refusal(
            N_("编号与第 %(row)s 行相同，那一行有答复，这一行没有。请核对文件"), field="replied_at", row=known.row
        )
    return Refusal(N_("编号已导入为 %(no)s，那时有答复，这次没有。请核对文件"), field="replied_at", no=known.no)


@dataclass(frozen=True)
class Brought:
    """What became of the letters. ``unanswered``: created without a reply. ``rejected``: those the register refused."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    unanswered: int = 0
    rejected: tuple[Rejected, ...] = ()


class Tally:
    """Judges letter after letter and counts what becomes of them."""

    def __init__(self) -> None:
        self._fates: Counter[Fate] = Counter()
        self._unanswered = 0
        self._rejected: list[Rejected] = []

    def add(self, letter: Letter, known: Known | None) -> Fate | None:
        """What becomes of the letter; None when it is refused."""
        try:
            fate = judge(letter, known)
        except Refusal as refusal:
            value = getattr(letter, refusal.field) or ""
            written = value.isoformat() if isinstance(value, datetime) else str(value)
            self._rejected.append(Rejected(letter.row, refusal.field, shortened(written), refusal))
            return None
        self._fates[fate] += 1
        if fate is Fate.CREATED and letter.replied_at is None:
            self._unanswered += 1
        return fate

    def brought(self) -> Brought:
        """The counts so far."""
        return Brought(
            self._fates[Fate.CREATED],
            self._fates[Fate.UPDATED],
            self._fates[Fate.UNCHANGED],
            self._unanswered,
            tuple(sorted(self._rejected, key=lambda one: one.row)),
        )


def shortened(value: str) -> str:
    """What stood in a cell, short enough for a message."""
    return value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
