"""Whatever intake decides, in any order and by anybody: no due time moves by itself, the stages keep their order."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import NOW, add_person, make_case, set_up_office
from tests.office.entries import CONTACT, INSPECTION, REPLY
from tracker.office import accepting, classifying, closing, deciding, desk, returning, stages
from tracker.office.accepting import Filled
from tracker.office.actors import actor_for
from tracker.office.stages import Around
from tracker.rule.conduct import NEEDS
from tracker.rule.intake import GRADES, KINDS, ROUTES
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.returning import Answer, Limit
from tracker.store import audit
from tracker.store.register import attachments, open_register

STEP = st.tuples(
    st.sampled_from((1, 30, 200, 900, 3000)),
    st.integers(0, 13),
    st.integers(0, 2),
    st.integers(0, 3),
    st.integers(0, 9),
)


class Walk:
    """An office with three cases, in which people decide what intake decides."""

    def __init__(self, home: Path) -> None:
        self.db, self.home, self.at = open_register(home, NOW), attachments(home), NOW
        set_up_office(self.db)
        self.people = tuple(
            actor_for(add_person(self.db, roles=roles))
            for roles in (("clerk",), ("handler",), ("supervisor",), ("supervisor", "handler"))
        )
        returning.save_limits(self.db, self.people[2], [("amount-0", Limit("12345热线", 24, "hours"))], NOW)
        clerk, handler = self.people[0], self.people[1].person_id
        self.nos = tuple(
            make_case(self.db, clerk, handler_id=handler, **changes).no
            for changes in ({}, {"street_id": None, "categories": ()}, {"kind": "咨询"})
        )
        self.due: dict[int, object] = {}
        self.moved: set[int] = set()

    def step(self, later: int, act: int, which: int, who: int, draw: int) -> None:
        self.at += timedelta(minutes=later)
        no = self.nos[which]
        try:
            self.act(act, no, self.people[who], draw)
        except (Refusal, Refusals):
            return

    def act(self, act: int, no: str, who, draw: int) -> None:
        db, at, folder = self.db, self.at, desk.read(self.db, no)
        seen = folder.case.version
        if act == 0:
            accepting.accept(db, who, no, seen, Filled(street_id=1, categories=("11",), route=ROUTES[draw % 4]), at)
        elif act == 1:
            returning.send(db, who, no, seen, "area", "属邻区", at)
        elif act in (2, 3):
            said = Answer(("confirmed", "refused", "withdrawn")[draw % 3], at, "说明")
            returning.answered(db, who, no, seen, said, at)
        elif act == 4 and draw > 5:
            deciding.ask_refusal(db, who, no, seen, "unclear", "没有地址", at)
        elif act == 5:
            deciding.decide_refusal(db, who, no, seen, draw > 7, "说明", at)
        elif act == 6:
            deciding.notify(db, who, no, seen, REPLY, at, "", at)
        elif act == 7 and draw > 7:
            closing.ask_end(db, who, no, seen, "not_ours", "属水务", at, receiver="区水务局")
        elif act == 8:
            closing.decide_end(db, who, no, seen, draw > 7, "说明", at)
        else:
            self.act_on(act, no, who, draw, folder)

    def act_on(self, act: int, no: str, who, draw: int, folder) -> None:
        db, at, seen = self.db, self.at, folder.case.version
        if act == 9:
            deciding.come_back(db, who, no, seen, ("inspection", "recheck"), "退回", at)
        elif act == 10:
            classifying.set_route(db, who, no, seen, ROUTES[draw % 4], "重新认定", at)
        elif act == 11:
            classifying.ask(db, who, no, seen, KINDS[draw % 2 * 2], GRADES[draw % 3], "登记错", at)
        elif act == 12:
            before = {limit.id: limit.due_at for limit in folder.deadlines}
            after = classifying.decide(db, who, no, seen, draw > 3, "说明", at)
            self.moved |= {one.id for one in after.deadlines if before.get(one.id) != one.due_at}
        elif act == 13:
            fact = (CONTACT, INSPECTION)[draw % 2]
            around = Around(at, note="记录", reason="外勤", late_cause="人手不足")
            stages.record(db, self.home, who, no, seen, fact, around, at)

    def check(self) -> None:
        for no in self.nos:
            folder = desk.read(self.db, no)
            for limit in folder.deadlines:
                if limit.id in self.moved:
                    self.due[limit.id] = limit.due_at
                assert self.due.setdefault(limit.id, limit.due_at) == limit.due_at
            self.moved.clear()
            for stage in folder.standing.stages:
                before = folder.standing.stage(NEEDS.get(stage.key, ""))
                assert stage.state != "done" or before is None or before.state in ("done", "ended")
            running = [one for one in folder.deadlines if one.state in ("open", "backfill")]
            nearest = min(running, key=lambda one: (one.due_at, one.id), default=None)
            assert folder.case.next_due_at == (nearest.due_at if nearest else None)
            assert sum(not one.outcome for one in folder.returns) <= 1
            if folder.standing.ended:
                assert not any(one.state in ("open", "paused") for one in folder.stages)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(STEP, min_size=15, max_size=60))
def test_no_decision_of_intake_moves_a_due_time_by_itself(steps):
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(Path(folder))
        try:
            for step in steps:
                walk.step(*step)
                walk.check()
            assert audit.verify(walk.db) is None
        finally:
            walk.db.close()
