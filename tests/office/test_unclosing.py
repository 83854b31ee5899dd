"""撤销销项: within a minute, by whom closed it, and before anything else happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.test_closing import apply, finish
from tracker.office import closing, raising, unclosing
from tracker.rule.refusals import Refusal
from tracker.store import outbox
from tracker.store.audit import verify
from tracker.store.cases import Changed
from tracker.store.database import rows, value
from tracker.store.requests import JUST_CLOSED

HOUR, MINUTE = timedelta(hours=1), timedelta(seconds=60)
AT = NOW + 6 * HOUR


@pytest.fixture
def no(team):
    """A case that the supervisor has just closed."""
    number = team.case().no
    finish(team, number)
    team.reply(number, NOW + 2 * HOUR)
    apply(team, number)
    closing.close(team.db, team.supervisor, number, team.version(number), "", AT, settled="实际解决")
    return number


def undo(team, no, at=AT + MINUTE / 2, by=None):
    return unclosing.unclose(team.db, by or team.supervisor, no, team.version(no), at)


def told(team):
    return [one.body["decision"] for one in outbox.inbox(team.db, team.handler.person_id) if one.rung == "decided"]


def test_it_waits_for_its_review_again_as_if_nobody_had_decided(team, no):
    before = rows(team.db, "SELECT due_at, state FROM deadline")
    folder = undo(team, no)
    assert (folder.case.state, folder.case.closed_at) == ("applied", None)
    request = folder.open_request
    assert (request.kind, request.settled, request.decided_by) == ("close", "", None)
    assert rows(team.db, "SELECT due_at, state FROM deadline") == before
    assert unclosing.mine(team.db, team.supervisor, AT + MINUTE / 2) == ()
    raising.tick(team.db, AT + MINUTE)
    assert told(team) == []
    assert value(team.db, "SELECT act FROM audit ORDER BY seq DESC LIMIT 1") == "undo_close"
    assert verify(team.db) is None
    again = closing.close(team.db, team.second, no, team.version(no), "", AT + HOUR)
    assert again.case.state == "closed"


def test_whoever_was_told_already_is_told_that_it_was_taken_back(team, no):
    raising.tick(team.db, AT + timedelta(seconds=20))
    assert told(team) == ["approved"]
    undo(team, no)
    raising.tick(team.db, AT + MINUTE)
    assert told(team) == ["withdrawn", "approved"]


def test_it_ends_with_the_minute_and_is_nobody_elses(team, no):
    (mine,) = unclosing.mine(team.db, team.supervisor, AT + MINUTE / 2)
    assert mine.no == no
    assert unclosing.mine(team.db, team.second, AT + MINUTE / 2) == ()
    with pytest.raises(Refusal, match="只有同意销项的本人可以撤销"):
        undo(team, no, by=team.second)
    with pytest.raises(Refusal, match="已超过60秒"):
        undo(team, no, AT + MINUTE)
    assert unclosing.mine(team.db, team.supervisor, AT + MINUTE) == ()
    assert team.folder(no).case.state == "closed"


def test_what_was_never_closed_has_nothing_to_take_back(team):
    with pytest.raises(Refusal, match="本件没有可以撤销的销项"):
        undo(team, team.case().no)


def test_after_another_act_on_the_case_it_is_not_taken_back(team, no):
    seen = team.version(no)
    undo(team, no)
    closing.close(team.db, team.supervisor, no, team.version(no), "", AT + MINUTE / 2)
    with pytest.raises(Changed):
        unclosing.unclose(team.db, team.supervisor, no, seen, AT + MINUTE / 2)


def test_what_was_just_closed_is_read_from_an_index(team):
    asked = {"person_id": 1, "since": "2026-06-17T00:00:00Z"}
    plan = [r["detail"] for r in rows(team.db, f"EXPLAIN QUERY PLAN {JUST_CLOSED}", asked)]
    assert any("cases_closed (closed_at>?" in one for one in plan), plan
