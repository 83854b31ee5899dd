"""By which ways a reminder leaves: what the ladder names, what the office has, what the person chose, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.factories import NOW
from tests.office.cases_sql import add_case, natural, shanghai
from tracker.office import owing, raising, urging
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.rule.channels import Settings
from tracker.rule.ladder import LADDER
from tracker.rule.quiet import Quiet
from tracker.store import channels, choosing
from tracker.store.channels import MAIL_ID, Channel
from tracker.store.choosing import Choice
from tracker.store.database import execute, rows

DOMAIN = "example.gov.cn"


@pytest.fixture
def handler(make_person):
    return make_person(roles=("handler",), email="wang@example.gov.cn").id


@pytest.fixture
def robot(register):
    return channels.add(
        register, Channel(0, "wecom", "群", None, "", True, False, True, False), Settings(url="https://r")
    )


@pytest.fixture
def sms(register, handler):
    channel = Channel(0, "template", "短信", None, "", True, True, True, False)
    channel_id = channels.add(register, channel, Settings(url="https://s", body="%(to)s %(no)s"))
    choosing.choose(register, handler, channel_id, Choice(True, "139"))
    return channel_id


def given(db, handler, at=NOW):
    case = add_case(db, natural("2026-06-17"), handler_id=handler, at=at)
    replan(db, case, at, "登记")
    return case


def leaving(db):
    found = rows(db, "SELECT channel, try_after FROM delivery ORDER BY id")
    return [(r["channel"], r["try_after"]) for r in found]


def with_ladder(monkeypatch, **changes):
    """Every step of the ladder changed alike."""
    real = owing.board

    def board(db):
        found = real(db)
        return replace(found, ladder=tuple(replace(rung, **changes) for rung in found.ladder))

    monkeypatch.setattr(raising.owing, "board", board)


def test_a_step_that_names_no_way_leaves_by_all(register, handler, robot, sms):
    given(register, handler)
    (shown,) = tick(register, NOW, DOMAIN)
    assert [channel for channel, _at in leaving(register)] == ["mail", "wecom", "template"]
    assert shown.others == ("群", "短信")


@pytest.mark.parametrize("named", [("mail",), ("wecom",), ("template",), ("wecom", "template"), ("dingtalk",)])
def test_a_step_that_names_its_ways_leaves_by_no_other(register, handler, robot, sms, monkeypatch, named):
    with_ladder(monkeypatch, channels=named)
    given(register, handler)
    tick(register, NOW, DOMAIN)
    assert {channel for channel, _at in leaving(register)} == set(named) - {"dingtalk"}


def test_quiet_hours_put_off_a_persons_own_messages_and_not_the_groups(register, handler, robot, sms):
    choosing.set_quiet(register, handler, Quiet(time(10), time(14)))
    given(register, handler)
    tick(register, NOW, DOMAIN)
    assert leaving(register) == [
        ("mail", "2026-06-17T06:00:00Z"),
        ("wecom", "2026-06-17T02:24:00Z"),
        ("template", "2026-06-17T06:00:00Z"),
    ]


def test_an_urgent_step_minds_neither_quiet_hours_nor_the_night(register, handler, sms, robot, monkeypatch):
    with_ladder(monkeypatch, urgent=True)
    choosing.set_quiet(register, handler, Quiet(time(18), time(9)))
    at = shanghai("06-17 23:30")
    given(register, handler, at)
    tick(register, at, DOMAIN)
    assert {at_text for _channel, at_text in leaving(register)} == {"2026-06-17T15:30:00Z"}


def test_the_ladder_of_the_office_is_urgent_for_urgent_cases_alone():
    assert {rung.grade for rung in LADDER if rung.urgent} == {"紧急"}


def test_urging_does_not_wait_for_the_end_of_quiet_hours(register, handler, make_actor):
    choosing.set_quiet(register, handler, Quiet(time(10), time(14)))
    given(register, handler)
    tick(register, NOW, DOMAIN)
    no = rows(register, "SELECT no FROM cases")[0]["no"]
    urging.urge(register, make_actor(roles=("supervisor",)), [no], "", NOW)
    at = shanghai("06-17 10:30")
    tick(register, at, DOMAIN)
    # It rides on the mail that waited for the afternoon, and brings it forward.
    assert leaving(register) == [("mail", "2026-06-17T02:30:00Z")]


def test_at_night_and_on_rest_days_a_group_hears_only_what_presses(register, handler, robot):
    at = shanghai("06-17 21:00")
    given(register, handler, at)
    tick(register, at, DOMAIN)
    assert leaving(register)[-1] == ("wecom", "2026-06-18T00:00:00Z")


def test_decisions_and_digests_stay_out_of_groups(register, handler, robot, make_person):
    make_person(roles=("supervisor",), email="zhou@example.gov.cn")
    case = given(register, handler)
    tick(register, NOW, "")
    before = len(leaving(register))
    execute(
        register,
        "INSERT INTO request (case_id, round, kind, reason, asked_at, asked_by)"
        " VALUES (:case, 1, 'close', '', '2026-06-17T02:24:00Z', :by)",
        {"case": case, "by": handler},
    )
    replan(register, case, NOW, "apply_close")
    tick(register, NOW, DOMAIN)
    assert [channel for channel, _at in leaving(register)[before:]] == ["mail"]


def test_a_person_who_left_gets_nothing(register, handler, sms):
    given(register, handler)
    execute(register, "UPDATE person SET active = 0")
    tick(register, NOW, DOMAIN)
    assert leaving(register) == []


def test_the_preview_of_an_urging_names_the_ways_it_goes(register, handler, robot, sms, make_actor):
    given(register, handler)
    no = rows(register, "SELECT no FROM cases")[0]["no"]
    supervisor = make_actor(roles=("supervisor",))
    (draft,) = urging.prepare(register, supervisor, [no], NOW).drafts
    assert (draft.by_mail, draft.others) == (True, ("群", "短信"))
    choosing.choose(register, handler, MAIL_ID, Choice(False))
    choosing.choose(register, handler, sms, Choice(True, ""))
    (draft,) = urging.prepare(register, supervisor, [no], NOW).drafts
    assert (draft.by_mail, draft.others) == (False, ("群",))


def test_a_rehearsal_names_the_channels_and_writes_nothing(register, handler, robot):
    given(register, handler)
    (shown,) = raising.rehearse(register, NOW, NOW, DOMAIN)
    assert shown.others == ("群",)
    assert leaving(register) == []
