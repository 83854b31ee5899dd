"""依法分类处理信访诉求清单: kinds of appeals with legal basis, route and form of reply, as the office writes them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracker.rule.intake import ROUTES, clean
from tracker.rule.refusals import N_, Refusal, Refusals

#: A list that nobody would read to its end, and the characters that it could have.
MOST = 500
TEXT_MAX = 400_000
NAME_MAX, BASIS_MAX, REPLY_MAX = 60, 500, 100
#: The first cell of a heading.
HEADINGS = frozenset({"诉求", "诉求类型", "信访诉求", "诉求名称"})
SHOWN = 8


@dataclass(frozen=True)
class Appeal:
    """One line of a version: what is asked for, on which legal basis, by which route, in which form it is answered."""

    name: str
    basis: str
    route: str
    reply: str
    id: int = 0
    version: int = 0


def parsed(text: str) -> tuple[Appeal, ...]:
    """The lines of a table as pasted from a workbook (tabs) or as CSV; a heading and empty lines are left out.

    Raises Refusals that name each wrong line by its number.
    """
    plain = text.lstrip("\ufeff")
    if len(plain) > TEXT_MAX:
        raise Refusals([Refusal(N_("清单超过 %(limit)s 字，请核对是不是这个文件"), field="rows", limit=TEXT_MAX)])
    lines = _filled(plain)
    if len(lines) > MOST:
        words = N_("清单最多 %(limit)s 行，现有 %(size)s 行")
        raise Refusals([Refusal(words, field="rows", limit=MOST, size=len(lines))])
    found: list[Appeal] = []
    wrong: list[Refusal] = []
    for n, cells in lines:
        problem = _problem(n, cells, [one.name for one in found])
        if problem:
            wrong.append(problem)
        else:
            name, basis, route, reply = cells[:4]
            found.append(Appeal(name, basis, route, reply))
    if not found and not wrong:
        wrong.append(Refusal(N_("清单是空的，请粘贴四列：诉求、法律依据、途径、答复形式"), field="rows"))
    if wrong:
        raise Refusals(wrong)
    return tuple(found)


def _filled(plain: str) -> list[tuple[int, list[str]]]:
    """The lines with something in them, by their numbers, without the heading."""
    rows = [(n, [_plain_cell(cell) for cell in row]) for n, row in enumerate(_rows(plain), 1)]
    return [(n, cells) for n, cells in rows if any(cells) and not (n == 1 and cells[0] in HEADINGS)]


def _plain_cell(cell: str) -> str:
    return clean(unicodedata.normalize("NFC", cell))


def _rows(plain: str) -> list[list[str]]:
    lines = io.StringIO(plain.replace("\r\n", "\n").replace("\r", "\n"))
    try:
        return list(csv.reader(lines, delimiter="\t" if "\t" in plain else ","))
    except csv.Error:
        raise Refusals([Refusal(N_("有一格过长，或引号不成对。请核对清单里的引号"), field="rows")]) from None


def _problem(n: int, cells: Sequence[str], names: Iterable[str]) -> Refusal | None:
    if len(cells) < 4:
        return Refusal(N_("第 %(n)s 行应有四列：诉求、法律依据、途径、答复形式"), field="rows", n=n)
    name, basis, route, reply = cells[:4]
    if not name:
        return Refusal(N_("第 %(n)s 行没有诉求"), field="rows", n=n)
    if name in names:
        return Refusal(N_("第 %(n)s 行的诉求“%(name)s”重复"), field="rows", n=n, name=name)
    if route not in ROUTES:
        words = N_("第 %(n)s 行的途径“%(route)s”应为：%(choices)s")
        return Refusal(words, field="rows", n=n, route=route[:NAME_MAX], choices=ROUTES)
    if len(name) > NAME_MAX or len(basis) > BASIS_MAX or len(reply) > REPLY_MAX:
        return Refusal(N_("第 %(n)s 行文字过长"), field="rows", n=n)
    return None


def matching(lines: Iterable[Appeal], text: str) -> tuple[Appeal, ...]:
    """The lines that ``text`` may mean: the one it names in full, else those that contain it."""
    wanted = _plain(text)
    if not wanted:
        return ()
    known = tuple(lines)
    exact = tuple(one for one in known if _plain(one.name) == wanted)
    return exact or tuple(one for one in known if wanted in _plain(one.name))


def chosen(lines: Iterable[Appeal], text: str, field: str = "appeal") -> Appeal | None:
    """The one line that was meant; None for nothing typed. Refusal that names the choices, or says there is none."""
    if not _plain(text):
        return None
    found = matching(lines, text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refusal(N_("清单中没有“%(value)s”，请换一个词，或留空"), field=field, value=clean(text)[:NAME_MAX])
    names = tuple(one.name for one in found[:SHOWN])
    raise Refusal(N_("“%(value)s”可能是：%(names)s，请写全"), field=field, value=clean(text)[:NAME_MAX], names=names)


def written(lines: Iterable[Appeal]) -> str:
    """The lines as ``parsed`` reads them, for editing."""
    return "\n".join(_line(one) for one in lines)


def _line(one: Appeal) -> str:
    cells: Iterator[str] = (cell.replace("\t", " ") for cell in (one.name, one.basis, one.route, one.reply))
    return "\t".join(cells)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", clean(text)).casefold()
