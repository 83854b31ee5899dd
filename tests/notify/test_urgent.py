"""An urgent complaint, from the form to the mailbox: the handler and the leader hear of it at once, at any hour."""

from __future__ import annotations

import pytest

from tests.office.cases_sql import shanghai
from tests.web.case_desk import Desk
from tests.web.test_new import send
from tracker.notify.sender import Sender
from tracker.office import raising
from tracker.office.roster import today
from tracker.store import features, roster
from tracker.store.database import rows, writing

NIGHT = {
    "Saturday": "06-27 23:40",
    "holiday": "06-19 03:00",
    "working night": "06-24 02:00",
    "day": "06-24 10:00",
}


@pytest.fixture
def desk(register, client, clock, sign_in, make_person):
    found = Desk(register, client, clock, sign_in, make_person)
    for n, person in enumerate(found.people.values()):
        with writing(register):
            register.conn.execute("UPDATE person SET email = ? WHERE id = ?", (f"p{n}@example.gov.cn", person.id))
    return found


def register_urgent(desk, name, when, **changes):
    """``name`` takes the call at that time; the scheduler's next tick follows."""
    desk.clock.at = shanghai(when)
    desk.enter(name)
    received = f"2026-{when}"
    handler = str(desk.people["王建国"].id)
    fields = {"received_at": received, "grade": "紧急", "handler_id": handler, "given": handler, **changes}
    answer = send(desk.client, **fields)
    assert answer.status_code in (302, 303), answer.text


def delivered(desk, config):
    """Who was shown it, and who got a mail, within one tick."""
    at = desk.clock.forward(seconds=20)
    shown = raising.tick(desk.db, at, raising.mail_domain(config.smtp_host, config.mail_from))
    sender = Sender(config, desk.clock)
    sender.send_waiting(desk.db)
    sent = "SELECT person.name FROM delivery JOIN person ON person.id = recipient_id WHERE sent_at IS NOT NULL"
    return {one.due.name for one in shown if one.due.rung == "dispatch"}, {r["name"] for r in rows(desk.db, sent)}


@pytest.mark.parametrize("when", NIGHT.values(), ids=NIGHT)
def test_the_duty_officer_registers_it_and_handler_and_leaders_have_it_at_once(desk, config, mail_server, when):
    with writing(desk.db):
        features.switch(desk.db, ("duty",))
    day = today(desk.db, shanghai(when))
    roster.change(desk.db, desk.people["李处"].id, shanghai(when), off=(), on=[(day, desk.people["周明"].id)])
    register_urgent(desk, "周明", when)
    told = {"王建国", "李处", "赵科"}  # where a case has no responsible leader yet, the supervisors
    assert delivered(desk, config) == (told, told)


def test_outside_duty_it_holds_for_a_clerk_too(desk, config, mail_server):
    register_urgent(desk, "林涛", NIGHT["Saturday"])
    told = {"王建国", "李处", "赵科"}
    assert delivered(desk, config) == (told, told)


def test_an_ordinary_case_of_that_night_waits_for_the_morning_and_is_the_handlers_alone(desk, config, mail_server):
    register_urgent(desk, "林涛", NIGHT["Saturday"], grade="一般")
    assert delivered(desk, config) == ({"王建国"}, set())


def test_the_officers_copy_of_a_rest_day_is_in_the_mailbox_that_morning(desk, config, mail_server):
    with writing(desk.db):
        features.switch(desk.db, ("duty",))
    sunday, officer = shanghai("06-28 08:30"), desk.people["周明"].id
    roster.change(
        desk.db, desk.people["李处"].id, shanghai("06-27 09:00"), off=(), on=[(today(desk.db, sunday), officer)]
    )
    register_urgent(desk, "林涛", "06-27 10:00", grade="一般")
    delivered(desk, config)
    desk.clock.at = sunday
    delivered(desk, config)
    sent = "SELECT DISTINCT person.name FROM delivery JOIN person ON person.id = recipient_id WHERE sent_at >= :at"
    assert {r["name"] for r in rows(desk.db, sent, {"at": "2026-06-28T00:30:00Z"})} == {"王建国", "周明"}
    before = len(mail_server.got)
    delivered(desk, config)
    assert len(mail_server.got) == before
