"""Any course of acts on a real register: whatever is not one of the acts of the table moves no due time, and those that
are keep the order of the stages and never shorten what was granted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import NOW
from tests.office.conftest import Team
from tests.office.entries import FACTS, RECHECK, REPLY
from tracker.office import closing, dispatch, intake, moving, stages
from tracker.office.stages import Around
from tracker.rule import asking, conduct
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.standing import OPEN, PAUSED
from tracker.store.deadlines import Deadline

MONITORED = replace(RECHECK, no_monitoring="", body_name="区环境监测站", planned=date(2026, 12, 1), items="臭气浓度")
KEYS = tuple(FACTS)
#: What may give a case other due times (docs/rule.md); a reopening adds a round and leaves the old one alone.
MOVERS = {"decide", "resume", "correct"}
ASKING = ("ask_extension", "ask_suspension", "ask_report", "ask_end", "apply")
BESIDES = ("undo", "note", "attempt", "reply", "triage", "assign", "withdraw", "told", "correct")

acts = st.tuples(
    # Every other act decides what is open or goes on with the work, or most of a course would be refused.
    st.sampled_from(("decide", "record", "resume", "finish")) | st.sampled_from(ASKING) | st.sampled_from(BESIDES),
    st.sampled_from(KEYS),
    st.integers(1, 9),
    st.integers(0, 40).map(lambda hours: timedelta(hours=hours)),
)


def done(team: Team, no: str, act: str, key: str, n: int, at: datetime) -> None:  # noqa: C901
    """Try one act; what the rule has against it is refused."""
    db, who, boss, seen = team.db, team.handler, team.supervisor, team.version(no)
    if act == "ask_extension":
        key = next(iter(asking.extendable(team.folder(no).standing, at)), key)
        moving.ask_extension(db, who, no, seen, key, n, "理由", False, at)
    elif act == "decide":
        decide(team, no, key, n < 8, at)
    elif act in ("ask_suspension", "ask_report"):
        moving.ask_suspension(db, who, no, seen, "case" if act == "ask_suspension" else "report", "理由", at)
    elif act == "resume":
        moving.resume(db, who, no, seen, "", at)
    elif act == "correct":
        moving.correct_received_at(db, boss, no, seen, NOW - timedelta(hours=5 * n), "理由", at)
    elif act == "withdraw":
        moving.withdraw(db, who, no, seen, at)
    elif act == "told":
        moving.tell_citizen(db, who, no, seen, at)
    elif act == "record":
        record(team, no, at)
    elif act == "finish":
        while conduct.recordable(team.folder(no).standing):
            record(team, no, at)
        team.reply(no, at)
    elif act == "undo":
        stages.undo(db, who, no, key, at)
    elif act == "note":
        stages.note(db, team.home, who, no, "记录", Around(at), at)
    elif act == "attempt":
        team.attempt(no, at)
    elif act == "reply":
        closing.reply(db, who, no, seen, replace(REPLY, handed_back=True), at, "", at)
    elif act == "triage":
        case = team.folder(no).case
        intake.triage(
            db,
            who,
            no,
            seen,
            street_id=case.street_id,
            categories=("12",),
            place=f"{n}号",
            subject_unit="",
            at=at,
        )
    elif act == "assign":
        other = team.other if team.folder(no).case.handler_id == team.handler.person_id else team.handler
        dispatch.assign(db, boss, no, seen, other.person_id, "调休", at)
        dispatch.assign(db, boss, no, team.version(no), team.handler.person_id, "调休", at)
    elif act == "ask_end":
        closing.ask_end(db, who, no, seen, "not_ours", "转水务局", at, receiver="区水务局")
    elif act == "apply":
        closing.apply_close(db, who, no, seen, "", at)


def record(team: Team, no: str, at: datetime) -> None:
    key = next(iter(conduct.recordable(team.folder(no).standing)))
    team.record(no, MONITORED if key == "recheck" else FACTS[key], at, late_cause="人手不足")


def decide(team: Team, no: str, key: str, approved: bool, at: datetime) -> None:
    db, boss, seen, folder = team.db, team.supervisor, team.version(no), team.folder(no)
    kind = folder.standing.open_request
    if kind == "extension":
        moving.decide_extension(db, boss, no, seen, approved, "意见", False, at)
    elif kind == "suspension":
        moving.decide_suspension(db, boss, no, seen, approved, "意见", at)
    elif kind == "end":
        closing.decide_end(db, boss, no, seen, False, "仍由本单位办理", at)
    elif kind == "close":
        closing.send_back(db, boss, no, seen, (key,), "不到位", at)


def limits(team: Team, no: str) -> dict[int, Deadline]:
    return {one.id: one for one in team.folder(no).deadlines}


@contextmanager
def undone(team: Team) -> Iterator[None]:
    """One example after another on one register, each as if it had never been."""
    team.db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        team.db.conn.execute("ROLLBACK")


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(course=st.lists(acts, min_size=6, max_size=25))
def test_any_course_of_acts_moves_due_times_by_the_table_alone(team, course):
    with undone(team):
        no, at = team.case(source_due_at=NOW + timedelta(days=20)).no, NOW
        for act, key, n, wait in course:
            at += wait
            for step in (act, "decide") if act in ASKING and n % 3 else (act,):
                before = limits(team, no)
                with suppress(Refusal, Refusals, StopIteration):
                    done(team, no, step, key, n, at)
                check_step(step, before, limits(team, no))
                check_case(team, no)


def check_case(team: Team, no: str) -> None:
    folder = team.folder(no)
    unsettled = [one for one in folder.stages if one.state in (OPEN, PAUSED) and one.round == 1]
    assert all(a.due_at <= b.due_at for a, b in pairwise(unsettled))
    assert any(one.state == PAUSED for one in folder.deadlines) == bool(folder.standing.paused)
    if folder.standing.paused == "case":
        assert folder.case.next_limit in ("", "12345热线应反")


def check_step(act: str, before: dict[int, Deadline], after: dict[int, Deadline]) -> None:
    for limit_id, old in before.items():
        new = after[limit_id]
        if act not in MOVERS:
            assert (new.due_at, new.due_version) == (old.due_at, old.due_version), act
        if act != "correct":
            assert new.due_at >= old.due_at, act
            assert new.first_due_at == old.first_due_at, act
        if old.kind == "outside":
            assert new.due_at == old.due_at, act
        assert (new.due_version > old.due_version) == (new.due_at != old.due_at), act
        assert (new.extended_by, new.given_back) >= (old.extended_by, old.given_back), act
