"""Why a case has or has not reminded: each step of the ladder for each limit, with what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.office import owing
from tracker.office.climbing import PEOPLE
from tracker.office.owing import Board
from tracker.rule.access import ACTS
from tracker.rule.ladder import CO_HANDLER, DUTY, LEADER, QUESTION, Rung, applying, of_limit
from tracker.rule.reaching import reached
from tracker.rule.refusals import N_
from tracker.rule.reminders import Limit, unowed
from tracker.store import cases, deadlines, planning, sent
from tracker.store.database import reading
from tracker.store.deadlines import Deadline
from tracker.store.planning import Standing
from tracker.store.sent import Sent

#: Why a reminder was withdrawn, where it was no act on the case.
WITHDRAWN = {
    PEOPLE: N_("人员、日历或提醒阶梯有变"),
    "superseded": N_("并入后一期汇总"),
    "empty": N_("没有内容"),
    "role": N_("已不任督办"),
    "urge_undo": N_("撤销催办"),
    "undo_close": N_("撤销销项"),
}
#: Why nothing is owed of a limit that does not run.
ENDED = {
    "done": N_("已完成"),
    "ended": N_("已终止"),
    "paused": N_("已中止"),
    "unrecorded": N_("无记录"),
    "backfill": N_("补录待核"),
}
EARLIER, NOBODY, CLOSED = N_("早于登记或改期，不再提醒"), N_("没有接收人"), N_("已销项")
#: Why a row of the ladder is owed to nobody on this case: it is switched off, or of other cases.
OFF = N_("提醒阶梯中此行未使用")
OF_GRADE = {"一般": N_("此行只用于一般件"), "紧急": N_("此行只用于紧急件"), "疑难": N_("此行只用于疑难件")}
#: Why somebody whom a row names is not among those whom it reaches.
NO_LEADER, NO_CO_HANDLER = N_("未指定责任领导，改由督办接收"), N_("没有协办人")
NO_DUTY, NO_ROSTER = N_("当日没有值班员，改由督办接收"), N_("未使用值班表")
#: What reminds of the case itself.
OF_THE_CASE = ("dispatch", "entry", "unsigned", *QUESTION)


@dataclass(frozen=True)
class Step:
    """A step of the ladder: what became of it for one person, or (``told`` None) why it is owed to nobody. ``at`` is
    when it is or would have been owed."""

    key: str
    at: datetime | None
    told: Sent | None
    why_not: str = ""


@dataclass(frozen=True)
class Subject:
    """What reminds: a limit with its due time, or the case itself (``key`` "", ``due_at`` None). ``state`` is the
    limit's."""

    key: str
    round: int
    due_at: datetime | None
    state: str
    steps: tuple[Step, ...]


def explain(db: Database, no: str) -> tuple[Subject, ...]:
    """Every reminder of a case as it stands, limit by limit, and of the steps that are not owed the reason."""
    with reading(db):
        case = cases.by_no(db, no)
        standing, board = planning.standing(db, case.id), owing.board(db)
        told = sent.of_case(db, case.id)
        limits = deadlines.of_case(db, case.id)
    of_the_case = (
        *(Step(one.rung, one.owed_at, one) for one in told if one.deadline_id is None),
        *(Step(rung.key, None, None, why) for rung, why in _unused(board.ladder, OF_THE_CASE, standing.grade)),
    )
    return (
        Subject("", case.round, None, case.state, of_the_case),
        *(
            Subject(limit.key, limit.round, limit.due_at, limit.state, tuple(_steps(limit, standing, board, told)))
            for limit in limits
        ),
    )


def why_withdrawn(why: str) -> str:
    """The reason as a message: the act that ended it, or what else changed."""
    return WITHDRAWN.get(why) or (ACTS[why].name if why in ACTS else why)


def _steps(limit: Deadline, case: Standing, board: Board, told: tuple[Sent, ...]) -> Iterator[Step]:
    mine = [one for one in told if one.deadline_id == limit.id]
    yield from (Step(one.rung, one.owed_at, one) for one in mine)
    now = {one.rung for one in mine if one.due_version == limit.due_version}
    subjects = of_limit(limit.kind, limit.key)
    rungs = applying(board.ladder, subjects, case.grade)
    for rung in rungs:
        at, why = _why_not(rung, limit, rungs, case, board)
        if rung.key not in now:
            yield Step(rung.key, at, None, why)
        if limit.state == "open" and (rung.key in now or why != NOBODY):
            yield from (Step(rung.key, at, None, one) for one in _missing(rung, at or limit.due_at, case, board))
    for rung, why in _unused(board.ladder, subjects, case.grade) if limit.state == "open" else ():
        yield Step(rung.key, _why_not(rung, limit, rungs, case, board)[0], None, why)


def _unused(ladder: tuple[Rung, ...], subjects: tuple[str, ...], grade: str) -> Iterator[tuple[Rung, str]]:
    """The rows about these subjects that do not apply to a case of this grade, and why."""
    for rung in ladder:
        if rung.subject in subjects and not rung.active:
            yield rung, OFF
        elif rung.subject in subjects and rung.grade not in ("", grade):
            yield rung, OF_GRADE[rung.grade]


def _missing(rung: Rung, at: datetime, case: Standing, board: Board) -> Iterator[str]:
    """Why a row that is owed at ``at`` does not reach everybody whom it names."""
    people = board.people(case)
    if LEADER in rung.roles and not people.leaders:
        yield NO_LEADER
    if CO_HANDLER in rung.roles and not people.co_handlers:
        yield NO_CO_HANDLER
    if DUTY in rung.roles and people.duty is None:
        yield NO_ROSTER
    elif DUTY in rung.roles and people.duty is not None and not people.duty(board.hours.duty_day(at)):
        yield NO_DUTY


def _why_not(
    rung: Rung, limit: Deadline, rungs: tuple[Rung, ...], case: Standing, board: Board
) -> tuple[datetime | None, str]:
    running = next((one for one in case.limits if one.id == limit.id), None)
    ended = Limit(limit.id, limit.round, limit.due_at, limit.due_day, limit.due_version, limit.kind, limit.key)
    at, why = unowed(rung, running or ended, rungs, board.hours)
    if limit.state != "open":
        return at, ENDED[limit.state]
    if running is None:
        return at, CLOSED
    if why:
        return at, why
    people = reached(rung, board.people(case), at or limit.due_at, limit.due_at, board.hours)
    return at, EARLIER if people else NOBODY
