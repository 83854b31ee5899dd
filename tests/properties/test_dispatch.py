"""Whose case it is moves no due time: whatever is dispatched, signed, given back, reassigned or filled in, whoever
lends a hand, leads, visits, stands in or decides for another, is on duty, hands over or takes over."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import NOW, add_person, make_case, set_up_office
from tracker.clock import local
from tracker.office import dispatch, handover, intake, leading, parties, roster, standins
from tracker.office.actors import Actor, actor_for
from tracker.rule.dispatch import RETURN_GROUNDS
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.roster import Wish
from tracker.store import cases, features
from tracker.store.database import rows, writing
from tracker.store.register import open_register
from tracker.store.settings import office

#: Minutes later, which act, by whom, on which case, what it draws on.
STEPS = st.lists(
    st.tuples(
        st.sampled_from((1, 60, 3000)), st.integers(0, 10), st.integers(0, 3), st.integers(0, 2), st.integers(0, 3)
    ),
    min_size=1,
    max_size=14,
)
LIMITS = "SELECT id, due_at, due_day, first_due_at, due_version, state, starts_at FROM deadline ORDER BY id"
NEAREST = "SELECT id, next_due_at, next_limit FROM cases ORDER BY id"


def act(db, kind: int, who: Actor, no: str, nos: tuple[str, ...], to: Actor, draw: int, at) -> None:
    seen = cases.by_no(db, no).version
    if kind == 0:
        dispatch.assign(db, who, no, seen, to.person_id, "轮岗", at)
    elif kind == 1:
        dispatch.sign(db, who, no, at)
    elif kind == 2:
        dispatch.give_back(db, who, no, seen, list(RETURN_GROUNDS)[draw], "", at)
    elif kind == 3:
        wanted = [(one, cases.by_no(db, one).version - (draw == 3)) for one in nos]
        dispatch.reassign(db, who, wanted, to.person_id, "离岗" if draw else "", at)
    elif kind == 4:
        parties.add_co_handler(db, who, no, seen, to.person_id, at)
    elif kind == 5:
        leading.put(db, who, no, seen, to.person_id if draw else None, at)
    elif kind == 6:
        leading.visit(db, who, no, seen, leading.Visit(at, "居委会", "看了现场", "周五前整改"), at)
    elif kind == 7:
        day = local(at, office(db).zone).date()
        standins.begin(db, who, ("deputy", "absence")[draw % 2], who.person_id, to.person_id, day, day, at)
    elif kind == 8:
        day = local(at, office(db).zone).date() + timedelta(days=draw)
        roster.put(db, who, [Wish(day, (to.name,))], at, field="", replace=bool(draw % 2))
    elif kind == 9:
        day = roster.today(db, at) - timedelta(days=draw % 2)
        (handover.take if draw > 1 else partial(handover.give, note="补充" * draw))(db, who, day, at=at)
    else:
        intake.triage(db, who, no, seen, street_id=1, categories=("12",), place="港南路", subject_unit="", at=at)


@settings(max_examples=40)
@given(STEPS)
def test_no_dispatch_signature_return_or_reassignment_moves_a_due_time(steps):
    with tempfile.TemporaryDirectory() as home:
        db, at = open_register(Path(home), NOW), NOW
        set_up_office(db)
        with writing(db):
            features.switch(db, ("absence", "parties", "leaders", "duty"))
        roles = (("clerk",), ("handler",), ("supervisor", "handler"), ("handler",))
        people = [actor_for(add_person(db, roles=some)) for some in roles]
        nos = tuple(make_case(db, people[0], handler_id=people[1].person_id).no for _n in range(3))
        before = [tuple(r) for sql in (LIMITS, NEAREST) for r in rows(db, sql)]
        for later, kind, who, which, draw in steps:
            at += timedelta(minutes=later)
            with suppress(Refusal, Refusals):
                act(db, kind, people[who], nos[which], nos, people[draw], draw, at)
            assert [tuple(r) for sql in (LIMITS, NEAREST) for r in rows(db, sql)] == before
            for no in nos:
                case = cases.by_no(db, no)
                assert (case.dispatched_at is None) == (case.handler_id is None)
        db.close()
