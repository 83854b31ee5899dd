"""Nobody approves their own request: not as a deputy, not through a substitute, in no mix of the two."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import NOW, add_person, make_case, set_up_office
from tests.office.entries import CONTACT, entry_of
from tracker.clock import local, to_text
from tracker.office import desk, moving, stages, standins
from tracker.office.actors import actor_at
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import cases, features, outbox, people
from tracker.store.database import rehearsing, row, rows, writing
from tracker.store.register import attachments, open_register
from tracker.store.settings import office

ROLES = (
    ("clerk",),
    ("handler",),
    ("supervisor", "handler"),
    ("supervisor",),
    ("clerk", "handler"),
    ("handler", "admin"),
)
WHO = st.integers(1, len(ROLES))
#: Hours later, which act, by whom, about whom, how many days.
STEPS = st.lists(
    st.tuples(st.sampled_from((0, 1, 40)), st.integers(0, 6), WHO, WHO, st.integers(0, 2)), min_size=4, max_size=16
)
IN_FORCE = """
SELECT supervisor_id FROM deputy WHERE deputy_id = :by AND from_at <= :at AND until_at > :at
AND (ended_at IS NULL OR ended_at > :at)
"""
DECIDED = """
SELECT request.asked_by, request.decided_by, request.decided_at AS at, acted_for.for_id, cases.handler_id
FROM request LEFT JOIN acted_for ON acted_for.request_id = request.id JOIN cases ON cases.id = request.case_id
WHERE request.decided_by IS NOT NULL
"""
JUDGED = """
SELECT fact.recorded_by AS asked_by, decision.recorded_by AS decided_by, decision.recorded_at AS at, acted_for.for_id,
    cases.handler_id
FROM fact AS decision JOIN fact ON fact.id = decision.undoes JOIN cases ON cases.id = fact.case_id
LEFT JOIN acted_for ON acted_for.fact_id = fact.id WHERE decision.kind = 'backfill_decision'
"""
RECORDED = "SELECT DISTINCT recorded_by FROM fact WHERE kind IN ('contact', 'attempt')"


class Office:
    """Six people, and one case of each handler's."""

    def __init__(self, home: Path) -> None:
        self.db, self.home, self.at = open_register(home, NOW), attachments(home), NOW
        set_up_office(self.db)
        self.zone = office(self.db).zone
        for roles in ROLES:
            add_person(self.db, roles=roles)
        with writing(self.db):
            features.switch(self.db, ("absence",))
        self.nos = {n: make_case(self.db, self.actor(1), handler_id=n).no for n in (2, 3, 5)}

    def actor(self, person_id):
        person = people.person(self.db, person_id)
        assert person is not None
        return actor_at(self.db, person, self.at)

    def act(self, kind: int, who: int, other: int, days: int) -> None:
        db, actor, at = self.db, self.actor(who), self.at
        no = self.nos.get(other, self.nos[2])
        seen = cases.by_no(db, no).version
        today = local(at, self.zone).date()
        if kind in (0, 1):
            pair = (who, other) if kind == 0 else (other, who)
            kinds = (standins.DEPUTY, standins.ABSENCE)[kind]
            standins.begin(db, actor, kinds, *pair, today, today + timedelta(days=days), at)
        elif kind == 2:
            moving.ask_extension(db, actor, no, seen, "resolution", 2, "等待设备", False, at)
        elif kind == 3:
            moving.decide_extension(db, actor, no, seen, days > 0, "不同意", False, at)
        elif kind == 4:
            happened = NOW + timedelta(minutes=30)
            stages.record(db, self.home, actor, no, seen, CONTACT, entry_of(happened, reason="补录"), at)
        elif kind == 5:
            stages.decide_backfill(db, actor, no, seen, "contact", days > 0, "无佐证", at)
        else:
            standins.end(db, actor, (standins.DEPUTY, standins.ABSENCE)[days % 2], days + 1, at)

    def check(self) -> None:
        for statement in (DECIDED, JUDGED):
            for one in rows(self.db, statement):
                self.check_one(one)

    def check_one(self, one) -> None:
        asked = {one["asked_by"], one["for_id"]}
        assert one["decided_by"] not in asked
        if "supervisor" in ROLES[one["decided_by"] - 1]:
            return
        handed_on = {r[0] for r in rows(self.db, IN_FORCE, {"by": one["decided_by"], "at": one["at"]})}
        assert handed_on - asked, "somebody who is no supervisor decides only for one, and not for the asker"
        assert not {"admin", "auditor"} & set(ROLES[one["decided_by"] - 1])
        assert one["decided_by"] != one["handler_id"]

    def check_list(self) -> None:
        """What is listed as waiting for somebody is what they may decide, and nothing else."""
        for person_id in range(1, len(ROLES) + 1):
            listed = {(one.case_no, one.kind) for one in outbox.waiting_for_decision(self.db, person_id, self.at)}
            may = {
                (no, kind)
                for no in self.nos.values()
                for kind in ("extension", "backfill")
                if self.may_decide(person_id, no, kind)
            }
            assert listed == may, (person_id, listed, may)

    def may_decide(self, person_id: int, no: str, kind: str) -> bool:
        actor, seen = self.actor(person_id), cases.by_no(self.db, no).version
        with rehearsing(self.db):
            try:
                if kind == "extension":
                    moving.decide_extension(self.db, actor, no, seen, False, "不同意", False, self.at)
                else:
                    stages.decide_backfill(self.db, actor, no, seen, "contact", False, "不同意", self.at)
            except (Refusal, Refusals):
                return False
            return True


@settings(max_examples=60)
@given(STEPS)
def test_nobody_decides_their_own_request_in_any_mix_and_the_list_says_so(steps):
    with tempfile.TemporaryDirectory() as home:
        world = Office(Path(home))
        for hours, kind, who, other, days in steps:
            world.at += timedelta(hours=hours)
            with suppress(Refusal, Refusals):
                world.act(kind, who, other, days)
            world.check()
        world.check_list()
        world.db.close()


def test_the_walk_reaches_what_it_is_about(tmp_path):
    """A property over acts that are all refused would hold too: here a deputy decides what a substitute asked."""
    world = Office(tmp_path)
    world.act(0, 4, 1, 2)
    today = local(world.at, world.zone).date()
    standins.begin(world.db, world.actor(2), standins.ABSENCE, 2, 5, today, today, world.at)
    world.act(2, 5, 2, 0)
    asked = desk.read(world.db, world.nos[2]).open_request
    assert asked is not None
    assert (asked.asked_by, asked.asked_for) == (5, 2)
    world.act(3, 1, 2, 1)
    assert row(world.db, DECIDED)["decided_by"] == 1
    world.at += timedelta(hours=40)
    world.act(4, 2, 2, 0)
    assert {r[0] for r in rows(world.db, RECORDED)} == {2}
    world.act(5, 1, 2, 1)
    assert row(world.db, JUDGED)["decided_by"] == 1
    assert row(world.db, JUDGED)["at"] == to_text(world.at)
