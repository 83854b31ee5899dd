"""What was refused for good goes once more when it was mended: the same message, as it holds then."""

from __future__ import annotations

import pytest

from tests.notify.post import Post
from tests.office.cases_sql import shanghai
from tests.robot_server import robot, saying
from tracker.office import channels, dispatch, resending
from tracker.office.channels import Typed
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusal
from tracker.store.channels import MAIL_ID
from tracker.store.database import rows, value

LATER = shanghai("06-22 11:00")


@pytest.fixture
def given_up(team, post: Post):
    """A case whose notice to its handler was refused for good."""
    post.reach(team.handler)
    post.server.answers[post.box(team.handler)] = "550 5.1.1 no such user"
    no = team.case(shanghai("06-22 10:00")).no
    post.tick("06-22 10:00")
    del post.server.answers[post.box(team.handler)]
    return no


def test_it_goes_under_the_same_name(team, post, given_up):
    (kept,) = rows(team.db, "SELECT id, message_id FROM delivery")
    assert post.tick("06-22 10:30") == []
    assert resending.one(team.db, team.supervisor, kept["id"], LATER) == resending.Again(1, 0)
    assert [to for to, _subject in post.tick(LATER)] == [post.box(team.handler)]
    assert post.server.ids() == [kept["message_id"]]
    with pytest.raises(Refusal):
        resending.one(team.db, team.supervisor, kept["id"], LATER)
    with pytest.raises(Refusal):
        resending.of_channel(team.db, team.supervisor, MAIL_ID, LATER)


def test_what_is_refused_for_good_once_more_alarms_once_more(team, post, given_up):
    first = len(post.alarms())
    post.server.answers[post.box(team.handler)] = "550 5.1.1 no such user"
    (kept,) = rows(team.db, "SELECT id FROM delivery")
    resending.one(team.db, team.supervisor, kept["id"], LATER)
    assert post.tick(LATER) == []
    assert value(team.db, "SELECT dead FROM delivery") == 1
    assert len(post.alarms()) == 2 * first


def test_what_went_to_somebody_else_meanwhile_does_not_go_again(team, post, given_up):
    dispatch.assign(team.db, team.supervisor, given_up, team.version(given_up), team.other.person_id, "出差", LATER)
    assert resending.of_channel(team.db, team.supervisor, MAIL_ID, LATER) == resending.Again(0, 1)
    assert value(team.db, "SELECT answer FROM delivery") == "withdrawn:handed_on"  # before anything is sent
    assert value(team.db, "SELECT count(*) FROM audit WHERE act = 'resend'") == 0
    assert post.tick(LATER) == []


def test_it_waits_for_the_hours_as_any_message_does(team, post, given_up):
    resending.of_channel(team.db, team.supervisor, MAIL_ID, shanghai("06-22 23:00"))
    assert post.send("06-22 23:00") == []
    assert [to for to, _subject in post.send("06-23 08:00")] == [post.box(team.handler)]


def test_whoever_sets_the_channels_up_sends_a_channel_again_and_others_do_not(team, post, given_up, make_actor):
    for who in (team.clerk, team.handler):
        with pytest.raises(NotAllowed):
            resending.of_channel(team.db, who, MAIL_ID, LATER)
    admin = make_actor(roles=("admin",))
    assert resending.of_channel(team.db, admin, MAIL_ID, LATER) == resending.Again(1, 0)
    with pytest.raises(NotAllowed):
        resending.one(team.db, admin, 1, LATER)


def test_what_is_older_than_a_month_goes_no_more(team, post, given_up):
    assert resending.waiting(team.db, LATER) == {MAIL_ID: 1}
    assert resending.waiting(team.db, shanghai("07-23 10:00")) == {}


def test_a_robot_whose_key_was_mended_gets_what_it_missed(team, post, make_actor):
    post.reach()
    admin = make_actor(roles=("admin",))
    with robot() as group:
        channel = channels.add(
            team.db, admin, "wecom", Typed(name="群", url=group.url, inside=True), shanghai("06-22 09:00")
        )
        group.answer(saying(93000))
        team.case(shanghai("06-22 10:00"))
        post.tick("06-22 10:00")
        assert value(team.db, "SELECT dead FROM delivery") == 1
        group.answer(saying(0))
        assert resending.of_channel(team.db, team.supervisor, channel, LATER).sent == 1
        post.tick(LATER)
    assert "派单" in group.got[-1].json["text"]["content"]
    assert value(team.db, "SELECT sent_at FROM delivery WHERE channel_id = :id ORDER BY id LIMIT 1", {"id": channel})
