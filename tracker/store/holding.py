"""What was shown and waits to leave the house, held against how its case and its reader stand now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.rule import holding
from tracker.rule.ladder import by_key, family
from tracker.rule.reaching import answers
from tracker.rule.reminders import DIGESTS, LEAD, LIST, RAISED, soon
from tracker.rule.standins import ESCALATED, TO_DECIDE
from tracker.store import digest, heard, planning, standins, ways
from tracker.store.board import Board
from tracker.store.deliveries import Line
from tracker.store.digest import Digest
from tracker.store.planning import Standing


class Holding:
    """Judges the lines of messages at one instant; each case and each list of people is looked up once. ``unit_id``:
    whose group reads them, None for no unit's."""

    def __init__(self, db: Database, at: datetime, board: Board, unit_id: int | None = None) -> None:
        self._db, self._at, self._board, self._unit_id = db, at, board, unit_id
        self._cases: dict[int, Standing] = {}
        self._absent: dict[int, int] | None = None
        self._deputies: tuple[standins.StandIn, ...] | None = None
        self._readers: dict[str, tuple[int, ...]] | None = None

    def why_gone(self, line: Line, *, to_group: bool = False) -> str:
        """Why it is not needed any more (holding.UNNEEDED); "" while it is."""
        if line.rung in DIGESTS:  # of a list what was done meanwhile falls out by itself
            read = line.rung == LIST or line.recipient_id in self._read_by()[line.rung]
            return "" if read else holding.HANDED_ON
        if line.case_id is None:
            return ""
        if self._unit_id is not None and ways.unit_of(self._db, line.case_id) != self._unit_id:
            return holding.HANDED_ON
        case, board = self._case(line.case_id), self._board
        return holding.why_gone(
            line,
            case,
            lambda without: board.people(case, without),
            lambda rung, of: self._stands_in(rung, of, case.handler_id),
            board.ladder,
            board.hours,
            to_group=to_group,
        )

    def holding(self, lines: Iterable[Line], *, to_group: bool = False) -> tuple[Line, ...]:
        """Those of the lines that are needed still."""
        return tuple(line for line in lines if not self.why_gone(line, to_group=to_group))

    def still(self, line: Line, found: Digest, named: Iterable[tuple[str, str]]) -> Digest:
        """A digest as it holds still; the list of whoever handles names no limit that ``named`` does."""
        me, at = line.recipient_id, self._at
        whose = heard.scope(self._db, line.rung, me, at)
        today, _tomorrow = soon(at, self._board.hours)
        return digest.current(
            self._db,
            digest.aged(found, at, today),
            whose,
            waiting=heard.waiting(self._db, me, at) if found.waiting else (),
            unsigned=heard.unsigned(self._db, whose) if found.unsigned else (),
            named=named if line.rung == LIST else (),
        )

    def due_at(self, line: Line) -> datetime | None:
        """The due time that a line speaks of: of its limit, else the nearest one of its case."""
        return None if line.case_id is None else holding.due_at(line, self._case(line.case_id))

    def answers(self, line: Line) -> bool:
        """Does its reader answer for the case, so that its limits press on them on a rest day too?"""
        board = self._board
        there = board.duty(board.hours.duty_day(self._at)) if board.duty else ()
        handler = None if line.case_id is None else self._case(line.case_id).handler_id
        return answers(line.recipient_id, handler, self._away(), there)

    def urgent(self, line: Line) -> bool:
        """Does the ladder send this step at any hour, whatever its reader chose?"""
        key = "dispatch" if line.rung in (LEAD, RAISED) else line.rung
        rung = by_key(self._board.ladder, key, line.limit_kind, line.limit_key, line.grade)
        return rung is not None and rung.urgent

    def _read_by(self) -> dict[str, tuple[int, ...]]:
        if self._readers is None:
            self._readers = planning.readers(self._db, self._at)
        return self._readers

    def _away(self) -> dict[int, int]:
        if self._absent is None:
            self._absent = standins.substitutes(self._db, self._at)
        return self._absent

    def _case(self, case_id: int) -> Standing:
        if case_id not in self._cases:
            self._cases[case_id] = planning.standing(self._db, case_id)
        return self._cases[case_id]

    def _stands_in(self, rung: str, of: Collection[int], handler: int | None) -> Collection[int]:
        """Who is told this step in the place of these: the handler's substitute, and deputies of what they hear."""
        found = {by for for_, by in self._away().items() if for_ in of and for_ == handler}
        if family(rung) in (*ESCALATED, *TO_DECIDE):
            if self._deputies is None:
                self._deputies = standins.deputies(self._db, self._at)
            found |= {one.by_id for one in self._deputies if one.for_id in of}
        return found
