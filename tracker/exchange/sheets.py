"""The overdue list as a workbook: the rows and columns seen, when it was taken and by whom. Never who complained."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.clock import local
from tracker.rule import clocks
from tracker.rule.cards import COLOURS
from tracker.rule.instants import shown
from tracker.rule.lights import lateness, span
from tracker.rule.refusals import N_, listed
from tracker.rule.stages import STAGE_WORDS
from tracker.store import categories
from tracker.store.overdue import OverdueLine
from tracker.store.settings import Office

Translate = Callable[[str], str]
#: Words that begin like a formula, look like an address or a number stay words: a title may say `=HYPERLINK(…)`.
AS_WRITTEN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
A4 = 9
HOUR = timedelta(hours=1)
TITLE_ROW, NOTE_ROW, HEADING_ROW = 0, 1, 2


@dataclass(frozen=True)
class View:
    """What a line is seen with: the instant of the list, the office's zone and the user's language."""

    at: datetime
    zone: ZoneInfo
    translate: Translate

    def late(self, line: OverdueLine) -> str:
        """How late in two units, or how long yet, and whether a late entry waits for its confirmation."""
        if line.due_at > self.at:
            return self.translate(N_("剩 %(span)s")) % {"span": span(line.due_at - self.at, self.translate)}
        late = span(lateness(line.due_at, self.at), self.translate)
        unproven = self.translate(N_("补录待核"))
        return f"{late} {unproven}" if line.backfill else late

    def limit(self, line: OverdueLine) -> str:
        """The stage in words; an outside limit has its own name."""
        word = STAGE_WORDS.get(line.limit)
        return self.translate(word) if word else clocks.name(line.limit, self.translate)

    def categories(self, line: OverdueLine) -> str:
        """What the complaint is about, by the names of the register."""
        return listed((categories.told(one, self.translate) for one in line.categories), self.translate)

    def due(self, line: OverdueLine) -> str:
        """The day and hour of the limit, as `2019-05-10 24:00`."""
        day, clock = shown(line.due_at, self.zone)
        provisional = self.translate(N_("暂定"))
        return f"{day.isoformat()} {clock} {provisional}" if line.provisional else f"{day.isoformat()} {clock}"

    def stamp(self, instant: datetime | None) -> str:
        """An instant on the office's clock, "" for none."""
        return f"{local(instant, self.zone):%Y-%m-%d %H:%M}" if instant else ""


Content = str | float | datetime
#: Heading, width in characters, and what stands in the column.
COLUMNS: tuple[tuple[str, int, Callable[[OverdueLine, View], Content]], ...] = (
    (N_("超期时长"), 16, lambda line, view: view.late(line)),
    (N_("受理编号"), 16, lambda line, view: line.no),
    (N_("事由"), 44, lambda line, view: line.title),
    (N_("类别"), 20, lambda line, view: view.categories(line)),
    (N_("阶段"), 16, lambda line, view: view.limit(line)),
    (N_("街道"), 12, lambda line, view: line.street),
    (N_("应完成"), 18, lambda line, view: local(line.due_at, view.zone).replace(tzinfo=None)),
    (N_("超期小时"), 10, lambda line, view: round((view.at - line.due_at) / HOUR, 1)),
    (N_("承办人"), 10, lambda line, view: line.handler),
    (N_("承办单位"), 14, lambda line, view: line.unit),
    (N_("最近催办"), 16, lambda line, view: view.stamp(line.last_reminded_at)),
    (N_("应完成（文字）"), 22, lambda line, view: view.due(line)),
)
#: Beside them where a case carries a card.
CARD: tuple[str, int, Callable[[OverdueLine, View], Content]] = (
    N_("亮牌"),
    8,
    lambda line, view: view.translate(COLOURS[line.card]) if line.card else "",
)


def overdue_workbook(
    lines: Sequence[OverdueLine],
    *,
    office: Office,
    at: datetime,
    taken_at: datetime,
    by: str,
    translate: Translate,
    heading: str = "",
) -> bytes:
    """``lines``, as they stand at ``at``, as the bytes of an .xlsx that ``by`` took at ``taken_at``.

    ``heading``, translated, names a list that is not the overdue one.
    """
    view = View(at, office.zone, translate)
    columns = (*COLUMNS, CARD) if any(line.card for line in lines) else COLUMNS
    buffer = io.BytesIO()
    with Workbook(buffer, AS_WRITTEN) as book:
        title = heading or translate(N_("超期清单"))
        sheet = book.add_worksheet(title)
        heavy = book.add_format({"bold": True, "font_size": 14})
        bold = book.add_format({"bold": True, "bg_color": "#E7EBF0", "border": 1, "text_wrap": True})
        forms = _forms(book)
        sheet.write_string(TITLE_ROW, 0, f"{office.name} {title}".strip(), heavy)
        sheet.write_string(NOTE_ROW, 0, _note(view, lines, by, taken_at))
        for place, (name, width, _) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(HEADING_ROW, place, translate(name), bold)
        for row, line in enumerate(lines, HEADING_ROW + 1):
            for place, (_, _, content) in enumerate(columns):
                _write(sheet, row, place, content(line, view), forms)
        _for_paper(sheet, len(lines))
    return buffer.getvalue()


def told_apart(lines: Sequence[OverdueLine], translate: Translate) -> str:
    """``，其中其他时限 2 件``: what is no stage is reported apart; nothing where there is none."""
    apart = sum(clocks.is_clock(line.limit) for line in lines)
    return translate(N_("，其中其他时限 %(n)s 件")) % {"n": apart} if apart else ""


def _forms(book: Workbook) -> dict[type, Format]:
    """How a cell looks, by what stands in it: words, hours that can be sorted and added, a time that can be sorted."""
    cell = {"border": 1, "valign": "top"}
    return {
        str: book.add_format({**cell, "text_wrap": True}),
        float: book.add_format({**cell, "num_format": "0.0"}),
        datetime: book.add_format({**cell, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
    }


def _write(sheet: Worksheet, row: int, place: int, content: Content, forms: dict[type, Format]) -> None:
    if isinstance(content, datetime):
        sheet.write_datetime(row, place, content, forms[datetime])
    elif isinstance(content, float):
        sheet.write_number(row, place, content, forms[float])
    else:
        sheet.write_string(row, place, content, forms[str])


def _note(view: View, lines: Sequence[OverdueLine], by: str, taken_at: datetime) -> str:
    told = view.translate(N_("截至 %(at)s（%(zone)s）　共 %(size)s 件%(apart)s　导出人 %(by)s　导出时间 %(taken)s")) % {
        "at": view.stamp(view.at),
        "zone": view.zone.key,
        "size": len(lines),
        "apart": told_apart(lines, view.translate),
        "by": by,
        "taken": view.stamp(taken_at),
    }
    return told + view.translate(N_("　应完成 00:00 即前一日 24:00"))


def _for_paper(sheet: Worksheet, size: int) -> None:
    sheet.freeze_panes(HEADING_ROW + 1, 0)
    if size:
        sheet.autofilter(HEADING_ROW, 0, HEADING_ROW + size, len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADING_ROW)
    sheet.set_footer("&C&P / &N")
