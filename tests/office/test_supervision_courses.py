"""Any course of supervision on a real register: no card, 督办, alert, check or visit moves a stage or its due time, and
a case done over keeps its old rounds as they were."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import NOW
from tests.office.conftest import Team
from tests.office.entries import FACTS
from tracker.office import cards, closing, orders, raising, redo, revisits, spot, supervising
from tracker.office.stages import Around
from tracker.office.visiting import today
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import features
from tracker.store.database import rehearsing, writing
from tracker.store.deadlines import Deadline
from tracker.store.register import attachments

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: The work itself, so that a course meets a case in every state; and what supervision does beside it.
WORK = ("record", "finish")
SUPERVISION = (
    *("card", "card", "uncard", "order", "order", "answer", "answer", "accept", "accept", "return", "withdraw"),
    *("draw", "judge", "visit", "visited", "reopen", "tick", "another"),
)
acts = st.tuples(
    st.sampled_from((*SUPERVISION, *WORK)),
    st.integers(0, 3),
    st.integers(0, 60).map(lambda hours: timedelta(hours=hours)),
)


def work(team: Team, no: str, act: str, _n: int, at: datetime) -> None:
    """The next stage of the case's own work, or all that leads to its closing."""
    due = [one.key for one in team.folder(no).stages if one.state == "open"]
    for key in due if act == "finish" else due[:1]:
        team.record(no, FACTS[key], at, late_cause="人手不足", reason="晚录")
    if act == "finish":
        team.reply(no, at)
        closing.apply_close(team.db, team.handler, no, team.version(no), "", at)
        closing.close(team.db, team.supervisor, no, team.version(no), "", at)


def supervise(team: Team, no: str, act: str, n: int, at: datetime) -> None:  # noqa: C901
    """Try one act of supervision; what the rule has against it is refused."""
    db, boss, other, seen = team.db, team.supervisor, team.second, team.version(no)
    colour, result = ("yellow", "red")[n % 2], n % 2 == 0
    if act == "card":
        cards.give(db, boss, no, seen, colour, "理由", at)
    elif act == "uncard":
        cards.take_back(db, boss, no, seen, colour, "理由", at)
    elif act == "order":
        orders.give(db, boss, no, seen, "说明", at + (n + 1) * DAY, at)
    elif act == "answer":
        orders.answer(db, attachments(team.home), team.handler, no, seen, "答复", Around(at), at)
    elif act in ("accept", "return"):
        orders.judge(db, boss, no, seen, act == "accept", "意见", at)
    elif act == "withdraw":
        orders.withdraw(db, boss, no, seen, "理由", at)
    elif act == "draw":
        day = today(db, at) - DAY
        spot.draw(db, boss, day - 30 * DAY, day, 100, "", at)
    elif act == "judge":
        spot.judge(db, other, no, seen, "passed" if result else "failed", "情况", at)
    elif act == "visit":
        revisits.set_day(db, boss, no, seen, today(db, at) + n * DAY, at)
    elif act == "visited":
        revisits.record(db, team.handler, no, seen, "calm" if result else "rebound", "情况", at)
    elif act == "reopen":
        redo.reopen(db, boss, no, seen, "other", ("inspection", "recheck", "resolution")[n % 3 :], "理由", at)
    elif act == "tick":
        raising.tick(db, at, "")
    else:
        team.case(at)  # one more about the same place


def stages(team: Team, no: str) -> dict[int, Deadline]:
    return {one.id: one for one in team.folder(no).deadlines if one.kind == "stage"}


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(acts, min_size=15, max_size=40))
def test_no_course_of_supervision_moves_a_stage(team, course):
    with writing(team.db):
        features.switch(team.db, {"supervision", "warnings", "spot_checks", "revisits"})
    supervising.settle(team.db, team.supervisor, {"auto_cards": "1", "warn_cases": "2"}, NOW)
    with rehearsing(team.db):  # each example begins with the same register
        no, at = team.case(NOW).no, NOW
        for act, n, wait in course:
            at += wait + HOUR
            before = stages(team, no)
            with suppress(Refusal, Refusals):
                (work if act in WORK else supervise)(team, no, act, n, at)
            if act in WORK:
                continue
            after = stages(team, no)
            assert {key: after[key] for key in before} == before, act
            assert len(after) == len(before) or act == "reopen"
