"""What holds after any acts in any order, by anybody, refused or not."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import NOW, add_person, make_case, set_up_office
from tests.office.entries import FACTS, GO_ON, REPLY
from tracker.office import closing, desk, dispatch, stages
from tracker.office.actors import Actor, actor_for
from tracker.office.stages import Around
from tracker.rule import conduct
from tracker.rule.facts import Attempt, Contact, StageFact
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit, overdue
from tracker.store.database import rows, value
from tracker.store.register import attachments, open_register

LATEST = date(2027, 12, 31)
NOT_REACHED = Contact(method="电话", outcome="未联系上", who="王建国", cause="始终未接")
STAGE_FACTS = (*FACTS.values(), GO_ON, NOT_REACHED)
SECOND = timedelta(seconds=1)

#: One step: how many minutes later, which act, on which case, by whom, what the act draws on, how long ago it happened.
STEP = st.tuples(
    st.sampled_from((0, 1, 5, 60, 60, 900, 4000)),
    st.integers(0, 19),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 11),
    st.sampled_from((0, 0, 0, 5, 30 * 60)),
)


class Walk:
    """An office with a lead case, one joined to it, and one with a limit of its source, in which somebody acts."""

    def __init__(self, home: Path) -> None:
        self.db = open_register(home, NOW)
        self.home, self.at = attachments(home), NOW
        set_up_office(self.db)
        clerk, handler, *supervisors = (
            actor_for(add_person(self.db, roles=roles))
            for roles in (("clerk",), ("handler",), ("supervisor", "handler"), ("supervisor",))
        )
        self.people: tuple[Actor, ...] = (handler, *supervisors)
        lead = make_case(self.db, clerk, handler_id=handler.person_id)
        joined = make_case(self.db, clerk, handler_id=handler.person_id, lead_no=lead.no)
        outside = make_case(self.db, clerk, handler_id=handler.person_id, source_due_at=NOW + timedelta(days=2))
        self.numbers = (lead.no, joined.no, outside.no)
        self.due: dict[int, object] = {}
        self.facts = 0
        self.last: dict[str, tuple[str, Actor]] = {}

    def step(self, later: int, act: int, which: int, who: int, draw: int, ago: int) -> None:
        self.at += timedelta(minutes=0 if act == 9 else later)
        no, actor = self.numbers[which], self.people[who]
        try:
            self.act(act, no, actor, draw, self.at - timedelta(minutes=ago))
        except (Refusal, Refusals):
            return

    def act(self, act: int, no: str, actor: Actor, draw: int, happened) -> None:
        db, at, folder = self.db, self.at, desk.read(self.db, no)
        seen = folder.case.version
        if act <= 7:
            around = Around(happened, note="记录", reason="外勤", late_cause="人手不足")
            fact = self.fact(folder, draw)
            self.last[no] = fact.key, actor
            stages.record(db, self.home, actor, no, seen, fact, around, at)
        elif act == 8:
            stages.attempt(db, actor, no, seen, Attempt("电话", "关机"), happened, at, reason="外勤")
        elif act == 9:
            key, by = self.last.get(no, ("contact", actor))
            stages.undo(db, by if draw else actor, no, key, at)
        elif act <= 11:
            closing.reply(db, actor, no, seen, replace(REPLY, handed_back=draw > 5), happened, "外勤", at)
        elif act == 12 and draw > 7:
            ground = ("not_ours", "withdrawn", "unfounded")[draw % 3]
            closing.ask_end(db, actor, no, seen, ground, "转出", at, receiver="区水务局")
        elif act == 13:
            closing.decide_end(db, actor, no, seen, draw > 8, "理由", at)
        elif act in (12, 14, 15):
            closing.apply_close(db, actor, no, seen, "", at)
        elif act == 16:
            closing.close(db, actor, no, seen, "", at)
        elif act == 17:
            closing.send_back(db, actor, no, seen, ("inspection", "recheck", "resolution")[draw % 3 :], "再查", at)
        elif act == 18:
            dispatch.assign(db, actor, no, seen, self.people[draw % 2].person_id, "轮岗", at)
        else:
            waiting = [stage.key for stage in folder.stages if stage.state == "backfill"] or ["contact"]
            stages.decide_backfill(db, actor, no, seen, waiting[0], draw > 5, "理由", at)

    def fact(self, folder, draw: int) -> StageFact:
        """Mostly of a stage that may be recorded now, now and then of any."""
        may = conduct.recordable(folder.standing)
        fact = FACTS[may[draw % len(may)]] if may and draw < 8 else STAGE_FACTS[draw % len(STAGE_FACTS)]
        days = {name: LATEST for name in ("demand_until", "until") if getattr(fact, name, None)}
        return replace(fact, **days)

    def check(self) -> None:
        expected = {}
        for no in self.numbers:
            folder = desk.read(self.db, no)
            running = [limit for limit in folder.deadlines if limit.state in ("open", "backfill")]
            nearest = min(running, key=lambda limit: (limit.due_at, limit.id), default=None)
            if folder.case.state == "closed":
                nearest = None
                assert folder.case.closed_at is not None
            assert folder.case.next_due_at == (nearest.due_at if nearest else None)
            assert folder.case.next_limit == (nearest.key if nearest else "")
            if nearest:
                expected[no] = nearest.due_at
            self.check_limits(folder)
        self.check_lists(expected)
        self.check_trail()

    def check_limits(self, folder) -> None:
        for limit in folder.deadlines:
            assert self.due.setdefault(limit.id, limit.due_at) == limit.due_at  # nothing moves a due time that stands
            assert limit.due_at == limit.first_due_at
        for stage in folder.stages:
            fact = folder.fact(stage.fact_id)
            assert (stage.state in ("done", "backfill")) == (fact is not None)
            if stage.done_at:
                assert stage.starts_at <= stage.done_at <= self.at

    def check_lists(self, expected) -> None:
        """Late means at >= due_at, in SQL as in Python, on the due instant too."""
        for at in {self.at, *expected.values(), *(due - SECOND for due in expected.values())}:
            late = sorted((due, no) for no, due in expected.items() if at >= due)
            assert sorted((line.due_at, line.no) for line in overdue.live(self.db, at)) == late
            assert overdue.count_live(self.db, at) == len(late)
        now = sorted((due, no) for no, due in expected.items() if self.at >= due)
        assert sorted((line.due_at, line.no) for line in overdue.as_of(self.db, self.at)) == now

    def check_trail(self) -> None:
        facts = value(self.db, "SELECT count(*) FROM fact")
        assert facts >= self.facts
        self.facts = facts
        idle = """SELECT 1 FROM reminder LEFT JOIN deadline ON deadline.id = reminder.deadline_id
            JOIN cases ON cases.id = reminder.case_id
            WHERE withdrawn_at IS NULL AND shown_at IS NULL AND rung <> 'decided'
            AND (cases.state = 'closed' OR deadline.state IN ('done', 'ended'))"""
        assert rows(self.db, idle) == []


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(STEP, min_size=20, max_size=80))
def test_the_nearest_limit_is_always_that_of_the_limits_that_run(steps):
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(Path(folder))
        try:
            for step in steps:
                walk.step(*step)
                walk.check()
            assert audit.verify(walk.db) is None
        finally:
            walk.db.close()
