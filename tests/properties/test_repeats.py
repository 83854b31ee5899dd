"""Joined, taken out, cited, visited together, undone and ordered again, in any order by anybody: the stages keep their
order, and no due time that stands moves."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import NOW, add_person, make_case, set_up_office
from tests.office.entries import FACTS, REPLY
from tracker.office import citing, closing, desk, joining, linking, reordering, stages
from tracker.office.actors import Actor, actor_for
from tracker.office.stages import Around
from tracker.rule.conduct import recordable
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.reorder import may_run_anew
from tracker.rule.standing import NEEDS
from tracker.store import audit, cases, joins
from tracker.store.database import rows
from tracker.store.register import attachments, open_register

LATEST = date(2027, 12, 31)
STEP = st.tuples(
    st.sampled_from((0, 0, 1, 5, 5, 60, 300, 1500)),  # minutes later
    st.integers(0, 13),  # the act
    st.integers(0, 3),  # on which case
    st.integers(0, 3),  # and which other
    st.integers(0, 2),  # by whom
    st.integers(0, 7),
)


class Walk:
    """Four cases about one place, received on different days, in which somebody acts."""

    def __init__(self, home: Path) -> None:
        self.db = open_register(home, NOW)
        self.home, self.at = attachments(home), NOW
        set_up_office(self.db)
        roles = (("clerk",), ("handler",), ("supervisor", "handler"), ("supervisor",))
        clerk, *others = (actor_for(add_person(self.db, roles=one)) for one in roles)
        self.people: tuple[Actor, ...] = tuple(others)
        self.clerk = clerk
        self.numbers = tuple(
            make_case(
                self.db,
                clerk,
                handler_id=others[n % 2].person_id,
                phone=f"1390000000{n // 2}",
                source_no=f"S{n}",
                received_at=NOW - timedelta(days=n),
            ).no
            for n in range(4)
        )
        self.due: dict[int, object] = {}

    def step(self, later: int, act: int, which: int, other: int, who: int, draw: int) -> None:
        self.at += timedelta(minutes=0 if act in (6, 8) else later)
        try:
            self.act(act, self.numbers[which], self.numbers[other], self.people[who], draw)
        except (Refusal, Refusals):
            return

    def act(self, act: int, no: str, other: str, actor: Actor, draw: int) -> None:
        db, at, folder = self.db, self.at, desk.read(self.db, no)
        seen = folder.case.version
        if act <= 4:
            may = recordable(folder.standing)
            fact = FACTS[may[draw % len(may)]] if may else FACTS["inspection"]
            fact = replace(fact, demand_until=LATEST) if fact.key == "inspection" else fact
            around = Around(
                at - timedelta(minutes=30 * draw),
                note="记录",
                reason="外勤",
                late_cause="人手不足" if draw else "",
                others=(other,) if act == 0 else (),
            )
            stages.record(db, self.home, actor, no, seen, fact, around, at)
        elif act == 5:
            joining.join(db, actor, no, seen, other, at)
        elif act == 6:
            ties = {one: joins.joining(db, desk.read(db, one).case.id) for one in self.numbers}
            joined = [one for one in self.numbers if ties[one]] or [no]
            no, tie = joined[draw % len(joined)], ties[joined[draw % len(joined)]]
            joining.undo(db, self.who(tie.by if tie and draw else None, actor), no, at)
        elif act == 7:
            found = citing.earlier(db, folder)
            fact_id = found[draw % len(found)].fact.id if found else 0
            citing.cite(db, actor, no, seen, fact_id, "人手不足", "无照片", at)
        elif act == 8:
            last = folder.facts[-1] if folder.facts and draw else None
            key = last.kind if last and last.kind in FACTS else ("inspection", "recheck")[draw % 2]
            stages.undo(db, self.who(last.recorded_by if last else None, actor), no, key, at)
        elif act == 9:
            named = may_run_anew(folder.standing)
            wanted = named[draw % len(named) :] if named and draw > 4 else ()
            reordering.again(db, self.clerk, no, seen, at - timedelta(minutes=draw), wanted, "再次来电", None, at)
        elif act == 10:
            linking.link(db, actor, no, seen, other, "", at)
        elif act == 11:
            closing.reply(db, actor, no, seen, REPLY, at, "", at)
        elif act == 12 and draw == 0:
            self.finish(no)
        else:
            joining.join(db, actor, no, seen, other, at)

    def finish(self, no: str) -> None:
        """Everything that is still open, one after another, and closed by another person."""
        db, at, doer = self.db, self.at, self.people[1]
        around = Around(at, note="记录", reason="外勤", late_cause="人手不足")
        while may := recordable(desk.read(db, no).standing):
            days = {"demand_until": LATEST} if may[0] == "inspection" else {}
            stages.record(db, self.home, doer, no, self.seen(no), replace(FACTS[may[0]], **days), around, at)
        if not desk.read(db, no).standing.replied:
            closing.reply(db, doer, no, self.seen(no), REPLY, at, "", at)
        closing.apply_close(db, doer, no, self.seen(no), "", at)
        closing.close(db, self.people[2], no, self.seen(no), "", at)

    def seen(self, no: str) -> int:
        return cases.version(self.db, no)

    def who(self, person_id: int | None, otherwise: Actor) -> Actor:
        """Whoever did it."""
        return next((one for one in self.people if one.person_id == person_id), otherwise)

    def check(self) -> None:
        for no in self.numbers:
            folder = desk.read(self.db, no)
            for limit in folder.deadlines:
                assert self.due.setdefault(limit.id, limit.due_at) == limit.due_at == limit.first_due_at
            running = [one for one in folder.deadlines if one.state in ("open", "backfill")]
            nearest = min((one.due_at for one in running), default=None)
            assert folder.case.next_due_at == (None if folder.case.state == "closed" else nearest)
            self.check_stages(folder)
            self.check_ties(folder)

    def check_stages(self, folder) -> None:
        for stage in folder.stages:
            fact = folder.fact(stage.fact_id)
            assert (stage.state in ("done", "backfill")) == (fact is not None)
            assert stage.done_at is None or stage.starts_at <= stage.done_at <= self.at
            assert fact is None or not fact.undone
            late = stage.done_at is not None and stage.done_at >= stage.due_at
            if fact is not None:
                assert bool(fact.late_cause) == late
            before = next((one for one in folder.stages if one.key == NEEDS.get(stage.key)), None)
            if fact is None or before is None or before.round > stage.round:
                continue
            earlier = folder.fact(before.fact_id)
            assert earlier is not None
            assert earlier.happened_at <= fact.happened_at

    def check_ties(self, folder) -> None:
        case = folder.case
        if case.lead_case_id is not None:
            lead = desk.read_id(self.db, case.lead_case_id).case
            assert lead.lead_case_id is None
            assert lead.id != case.id
        else:
            alive = [one for one in folder.facts if not one.undone]
            assert not [one for one in alive if one.body.get("shared_how") == "joined"]
        for one in folder.facts:
            source = one.body.get("shared_fact")
            if source and not one.undone:
                (there,) = rows(self.db, "SELECT case_id FROM fact WHERE id = :id", {"id": source})
                origin = desk.read_id(self.db, there["case_id"])
                assert not origin.fact(source).undone, "what is undone there is undone here"
        for tie in joins.links(self.db, case.id):
            assert [back.other_id for back in joins.links(self.db, tie.other_id)].count(case.id) == 1


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(STEP, min_size=15, max_size=60))
def test_stages_keep_their_order_and_no_due_time_moves(steps):
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(Path(folder))
        try:
            for step in steps:
                walk.step(*step)
                walk.check()
            assert audit.verify(walk.db) is None
        finally:
            walk.db.close()
