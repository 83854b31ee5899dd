"""The digests: each reader's own, one a period, and after a standstill one that says what it stands for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.cases_sql import ZONE, add_case, natural, shanghai
from tracker.clock import from_text
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.store import digest, features, people, standins
from tracker.store.database import execute, rows, value, writing
from tracker.store.digest import Scope

DAY = timedelta(days=1)


@pytest.fixture
def handler(make_person):
    return make_person(roles=("handler",), name="王建国").id


@pytest.fixture
def supervisor(make_person):
    return make_person(roles=("supervisor",), name="周明").id


def shown(db, rung, person):
    found = rows(
        db,
        "SELECT body, owed_at FROM reminder WHERE rung = :rung AND recipient_id = :id AND shown_at IS NOT NULL"
        " ORDER BY owed_at",
        {"rung": rung, "id": person},
    )
    return [(day(from_text(r["owed_at"])), digest.read(r["body"])) for r in found]


def add_unit(db, name):
    with writing(db):
        return people.unit_named(db, name)


def day(instant):
    return instant.astimezone(ZONE).strftime("%m-%d")


def test_a_handlers_morning_list_is_of_ones_own_cases(register, handler, supervisor, make_person):
    other = make_person(roles=("handler",)).id
    for person in (handler, other, handler):
        add_case(register, natural("2026-06-17"), handler_id=person)
    execute(register, "UPDATE cases SET dispatched_at = registered_at WHERE id = 3")
    tick(register, NOW)
    tick(register, shanghai("06-18 08:30"))
    ((when, said),) = shown(register, "morning", handler)
    assert when == "06-18"
    assert [line.no for line in said.today.lines] == ["XH2026-000001", "XH2026-000003"]
    assert said.unsigned == ("XH2026-000003",)
    assert [line.no for line in shown(register, "morning", other)[0][1].today.lines] == ["XH2026-000002"]
    assert shown(register, "morning", supervisor) == []


def test_who_supervises_has_one_digest_a_day_and_not_two(register, make_person):
    both = make_person(roles=("handler", "supervisor")).id
    add_case(register, natural("2026-06-17"), handler_id=both)
    tick(register, NOW)
    tick(register, shanghai("06-18 08:30"))
    assert len(shown(register, "digest", both)) == 1
    assert shown(register, "morning", both) == []


def test_who_stands_in_finds_the_absent_ones_cases_in_the_morning_list(register, handler, make_person):
    substitute = make_person(roles=("handler",), name="李敏").id
    with writing(register):
        features.switch(register, ("absence",))
    add_case(register, natural("2026-06-17"), handler_id=handler)
    add_case(register, natural("2026-06-17"), handler_id=substitute)
    with writing(register):
        features.switch(register, ("absence",))
    execute(
        register,
        "INSERT INTO absence (person_id, substitute_id, from_at, until_at, entered_at) VALUES"
        " (:person, :substitute, '2026-06-17T16:00:00Z', '2026-06-19T16:00:00Z', '2026-06-17T02:24:00Z')",
        {"person": handler, "substitute": substitute},
    )
    tick(register, NOW)
    tick(register, shanghai("06-18 08:30"))
    ((_, said),) = shown(register, "morning", substitute)
    assert said.today.total == 2


def away(db, person, substitute, first="06-18", last="06-19"):
    """请假代班 on these days."""
    with writing(db):
        features.switch(db, ("absence",))
        standins.add(
            db,
            standins.ABSENCE,
            for_id=person,
            by_id=substitute,
            from_at=shanghai(f"{first} 00:00"),
            until_at=shanghai(f"{last} 00:00") + DAY,
            at=NOW,
        )


def deputy(db, person, other, first="06-18", last="06-19"):
    """代行审批 on these days."""
    with writing(db):
        standins.add(
            db,
            standins.DEPUTY,
            for_id=person,
            by_id=other,
            from_at=shanghai(f"{first} 00:00"),
            until_at=shanghai(f"{last} 00:00") + DAY,
            at=NOW,
        )


@pytest.mark.parametrize("roles", [("handler",), ("handler", "supervisor")])
def test_who_stands_in_without_a_case_of_their_own_has_the_list_while_it_lasts(register, roles, make_person):
    absent = make_person(roles=roles).id
    substitute = make_person(roles=("handler",), name="李敏").id
    add_case(register, {"contact": shanghai("06-25 00:00")}, handler_id=absent)
    away(register, absent, substitute)
    execute(register, "UPDATE cases SET dispatched_at = registered_at")
    for at in (NOW, shanghai("06-18 08:29"), shanghai("06-18 08:30"), shanghai("06-22 08:30")):
        tick(register, at)
    ((when, said),) = shown(register, "morning", substitute)
    assert (when, said.unsigned) == ("06-18", ("XH2026-000001",))


def test_a_deputy_reads_the_supervisors_day_while_it_lasts_and_one_list_alone(register, supervisor, make_person):
    other = make_person(roles=("handler",), name="李敏", unit="执法二中队").id
    make_person(roles=("supervisor",), unit="执法二中队")
    deputy(register, supervisor, other)
    one, two = (add_unit(register, name) for name in ("执法一中队", "执法二中队"))
    add_case(register, natural("2026-06-17"), unit_id=one)
    add_case(register, natural("2026-06-17"), unit_id=two)
    add_case(register, natural("2026-06-17"), unit_id=two, handler_id=other)
    for at in (NOW, shanghai("06-18 08:30"), shanghai("06-22 08:30")):
        tick(register, at)
    ((when, said),) = shown(register, "digest", other)
    assert when == "06-18"
    assert [line.no for line in said.today.lines] == ["XH2026-000001", "XH2026-000003"]
    ((after, mine),) = shown(register, "morning", other)
    assert after == "06-22"
    assert [line.no for line in mine.overdue.lines] == ["XH2026-000003"]


def test_a_supervisor_of_one_unit_reads_of_its_cases_alone(register, make_person):
    first = make_person(roles=("supervisor",), unit="执法一中队").id
    second = make_person(roles=("supervisor",), unit="执法二中队").id
    one, two, three = (add_unit(register, name) for name in ("执法一中队", "执法二中队", "执法三中队"))
    for unit in (one, two, three, None):
        add_case(register, natural("2026-06-10"), unit_id=unit, at=shanghai("06-10 10:00"))
    # Of the third unit, which has no supervisor, and of no unit all of them hear.
    asked = "INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)"
    for case in (1, 2, 3):
        execute(
            register,
            f"{asked} VALUES (:case, 1, 'close', '', '已答复', '2026-06-17T02:24:00Z', :by)",
            {
                "case": case,
                "by": second if case == 2 else make_person(roles=("handler",)).id,
            },
        )
    for at in (NOW, shanghai("06-18 08:30"), shanghai("06-22 08:30")):
        tick(register, at)
    for person, cases, waiting in ((first, "134", "123"), (second, "234", "3")):
        numbers = [f"XH2026-00000{n}" for n in cases]
        (_, said), *_ = shown(register, "digest", person)
        assert [line.no for line in said.overdue.lines] == numbers
        assert sorted(one.no for one in said.waiting) == [f"XH2026-00000{n}" for n in waiting]
        ((_, week),) = shown(register, "week", person)
        assert [line.no for line in week.overdue.lines] == numbers
        assert week.week.due == 3


def test_with_a_supervisor_of_all_units_each_of_the_others_reads_of_one(register, make_person):
    head = make_person(roles=("supervisor",), unit="").id
    first = make_person(roles=("supervisor",), unit="执法一中队").id
    one, two = (add_unit(register, name) for name in ("执法一中队", "执法二中队"))
    for unit in (one, two, None):
        add_case(register, natural("2026-06-10"), unit_id=unit, at=shanghai("06-10 10:00"))
    tick(register, NOW)
    tick(register, shanghai("06-18 08:30"))
    assert [shown(register, "digest", person)[0][1].overdue.total for person in (head, first)] == [3, 1]


def test_a_leader_reads_on_mondays_of_the_cases_that_they_lead_or_handle(register, supervisor, make_person):
    leader = make_person(roles=("handler",), name="李局").id
    for handler in (None, leader, None):
        add_case(register, natural("2026-06-10"), handler_id=handler, at=shanghai("06-10 10:00"))
    with writing(register):
        features.switch(register, ("leaders",))
    execute(
        register,
        "INSERT INTO leader (case_id, person_id, from_at) VALUES (1, :id, '2026-06-16T02:00:00Z')",
        {"id": leader},
    )
    tick(register, shanghai("06-19 09:00"))
    tick(register, shanghai("06-22 08:30"))
    ((_, said),) = shown(register, "week", leader)
    assert [line.no for line in said.overdue.lines] == ["XH2026-000001", "XH2026-000002"]
    assert shown(register, "week", supervisor)[0][1].overdue.total == 3


def test_on_mondays_supervisors_and_leaders_read_what_the_week_came_to(register, handler, supervisor, make_person):
    leader = make_person(roles=("handler",), name="李局").id
    first = add_case(register, {"contact": shanghai("06-17 00:00")}, handler_id=handler, at=shanghai("06-15 10:00"))
    late = add_case(register, {"contact": shanghai("06-18 00:00")}, handler_id=handler, at=shanghai("06-16 10:00"))
    add_case(register, {"contact": shanghai("06-26 00:00")}, handler_id=handler, at=shanghai("06-12 10:00"))
    done = "UPDATE deadline SET state = 'done', done_at = :at WHERE case_id = :id"
    execute(register, done, {"at": "2026-06-16T02:00:00Z", "id": first})
    execute(register, done, {"at": "2026-06-18T02:00:00Z", "id": late})
    execute(
        register,
        "UPDATE cases SET state = 'closed', closed_at = '2026-06-19T02:00:00Z', next_due_at = NULL, next_limit = NULL"
        " WHERE id = :id",
        {"id": first},
    )
    with writing(register):
        features.switch(register, ("leaders",))
    execute(
        register,
        "INSERT INTO leader (case_id, person_id, from_at) VALUES (:id, :person, '2026-06-16T02:00:00Z')",
        {"id": late, "person": leader},
    )
    tick(register, shanghai("06-19 09:00"))
    tick(register, shanghai("06-22 08:30"))
    for person, came_to in ((supervisor, (2, 1, 2, 1)), (leader, (1, 0, 1, 0))):
        ((when, said),) = shown(register, "week", person)
        assert when == "06-22"
        assert (said.week.received, said.week.closed, said.week.due, said.week.in_time) == came_to
        assert (day(said.week.since), day(said.week.until)) == ("06-15", "06-22")
    assert shown(register, "week", handler) == []


def test_the_week_is_told_on_its_first_working_day(register, handler, supervisor):
    add_case(register, natural("2026-09-20"), handler_id=handler, at=shanghai("09-20 10:00"))
    tick(register, shanghai("09-30 09:00"))
    tick(register, shanghai("10-13 09:00"))
    # 10-01 to 10-07 rest; Monday 10-05 is put off to Thursday 10-08. Of the two that were missed the last one speaks.
    ((when, said),) = shown(register, "week", supervisor)
    assert when == "10-12"
    assert [day(one) for one in said.missed] == ["10-08"]


def test_after_a_standstill_one_list_says_when_the_others_were_owed(register, handler, supervisor):
    add_case(register, natural("2026-06-17"), handler_id=handler)
    tick(register, NOW)
    tick(register, shanghai("06-24 10:00"))
    for rung, person in (("digest", supervisor), ("morning", handler)):
        ((when, said),) = shown(register, rung, person)
        assert when == "06-24"
        assert [day(one) for one in said.missed] == ["06-18", "06-22", "06-23"]
    assert value(register, "SELECT count(*) FROM reminder WHERE withdrawn_why = 'superseded'") == 6


def test_a_tick_that_is_cut_short_after_a_standstill_tells_nobody_of_an_earlier_morning_again(
    register, supervisor, make_person
):
    make_person(roles=("supervisor",))
    add_case(register, natural("2026-06-17"))
    tick(register, NOW)

    class Killed(BaseException):
        pass

    def killed():
        if shown(register, "digest", supervisor):
            raise Killed

    with pytest.raises(Killed):
        tick(register, shanghai("06-24 10:00"), rest=killed)
    tick(register, shanghai("06-24 10:01"))
    assert [when for when, _ in shown(register, "digest", supervisor)] == ["06-24"]


def test_a_digest_is_planned_once_however_often_the_tick_comes(register, handler, supervisor):
    add_case(register, natural("2026-06-17"), handler_id=handler)
    for _ in range(5):
        tick(register, NOW)
    tick(register, shanghai("06-18 08:30"))
    tick(register, shanghai("06-18 08:30"))
    keys = [r[0] for r in rows(register, "SELECT owed_key FROM reminder WHERE owed_key LIKE 'digest|%2026-06-18%'")]
    assert sorted(keys) == [f"digest|daily|2026-06-18|{supervisor}", f"digest|morning|2026-06-18|{handler}"]


def test_a_list_that_waited_leaves_out_what_was_done_meanwhile(register, handler):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    replan(register, case, NOW, "登记")
    tick(register, NOW)
    tick(register, shanghai("06-18 08:30"))
    ((_, said),) = shown(register, "morning", handler)
    assert said.today.total == 1
    assert not digest.current(register, said, Scope((), (handler + 1,))).today.total  # given to somebody else
    execute(register, "UPDATE deadline SET state = 'done', done_at = due_at WHERE key = 'contact'")
    execute(register, "UPDATE cases SET signed_at = dispatched_at")
    assert not digest.current(register, said, Scope((), (handler,)))


def test_a_digest_of_a_former_form_is_still_read():
    part = '{"total":0,"lines":[]}'
    old = f'{{"overdue":{part},"today":{part},"tomorrow":{part},"waiting":[]}}'
    assert digest.read(old) == digest.Digest()
