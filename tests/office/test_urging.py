"""催办: said after a minute, once, to whoever still owes something; it moves no due time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT
from tracker.office import raising, urging
from tracker.rule.refusals import Refusal
from tracker.store import outbox
from tracker.store.database import execute, rows

LATER = NOW + timedelta(days=3)
MINUTE = timedelta(seconds=60)


def urge(team, *nos, note="", at=LATER):
    return urging.urge(team.db, team.supervisor, nos, note, at)


def told(team, person, at):
    """What this person has been shown of 催办 by ``at``."""
    raising.tick(team.db, at, "")
    return [one for one in outbox.inbox(team.db, person.person_id) if one.rung == "urge"]


def test_it_goes_out_after_sixty_seconds_and_not_before(team):
    no = team.case().no
    assert urge(team, no, note="请今天办") == (no,)
    assert told(team, team.handler, LATER + timedelta(seconds=59)) == []
    (notice,) = told(team, team.handler, LATER + MINUTE)
    assert (notice.case_no, notice.limit_key) == (no, "contact")
    assert (notice.body["by"], notice.body["note"]) == ("李处", "请今天办")


def test_until_then_it_can_be_taken_back_by_whoever_urged(team):
    first, second = team.case().no, team.case().no
    urge(team, first, second)
    assert urging.take_back(team.db, team.second, LATER) == 0
    assert urging.take_back(team.db, team.supervisor, LATER + timedelta(seconds=59)) == 2
    assert told(team, team.handler, LATER + MINUTE) == []
    assert urging.mine(team.db, team.supervisor, LATER + MINUTE) == ()
    assert [r["act"] for r in rows(team.db, "SELECT act FROM audit ORDER BY seq DESC LIMIT 2")] == ["urge_undo"] * 2


def test_what_has_gone_out_cannot_be_taken_back(team):
    urge(team, team.case().no)
    told(team, team.handler, LATER + MINUTE)
    assert urging.take_back(team.db, team.supervisor, LATER + MINUTE) == 0


def test_sent_twice_it_is_said_once(team):
    no = team.case().no
    assert urge(team, no, no) == (no,)
    assert urge(team, no, at=LATER + timedelta(seconds=2)) == ()
    assert len(told(team, team.handler, LATER + 2 * MINUTE)) == 1


def test_what_was_taken_back_may_be_said_again_in_the_same_second(team):
    no = team.case().no
    urge(team, no)
    urging.take_back(team.db, team.supervisor, LATER)
    assert urge(team, no) == (no,)
    assert len(told(team, team.handler, LATER + MINUTE)) == 1


def test_the_preview_counts_what_was_said_today(team):
    no = team.case().no
    urge(team, no)
    told(team, team.handler, LATER + MINUTE)
    (draft,) = urging.prepare(team.db, team.supervisor, [no], LATER + 2 * MINUTE).drafts
    today = "SELECT count(*) AS n FROM reminder WHERE recipient_id = :id AND shown_at >= '2026-06-19T16:00:00Z'"
    assert draft.today == rows(team.db, today, {"id": team.handler.person_id})[0]["n"] > 0
    assert not draft.waits


def test_a_stage_that_is_done_within_the_minute_ends_it(team):
    no = team.case().no
    urge(team, no, at=NOW + timedelta(hours=2))
    team.record(no, CONTACT, NOW + timedelta(hours=1), NOW + timedelta(hours=2, seconds=30))
    assert told(team, team.handler, NOW + timedelta(hours=2) + MINUTE) == []


def test_what_a_supervisor_owes_is_not_asked_of_the_handler_and_the_others_go_on(team):
    waits, owes = team.case().no, team.case().no
    team.record(waits, CONTACT, NOW + timedelta(hours=1), LATER - timedelta(hours=2), reason="外勤，回单位补录")
    early = LATER - timedelta(hours=1)  # of its other stages none is late yet
    prepared = urging.prepare(team.db, team.supervisor, [waits, owes], early)
    assert [one.no for one in prepared.drafts] == [owes]
    ((no, refusal),) = prepared.refused
    assert no == waits
    assert str(refusal) == "“先行联系”补录待核，轮到督办核定，不催承办人。请打开案件核定补录"
    assert urge(team, waits, owes, at=early) == (owes,)
    with pytest.raises(Refusal):
        urge(team, waits, at=early)


def test_what_the_handler_owes_beside_it_is_urged(team):
    no = team.case().no
    team.record(no, CONTACT, NOW + timedelta(hours=1), LATER, reason="外勤，回单位补录")
    at = LATER + timedelta(days=2)
    (draft,) = urging.prepare(team.db, team.supervisor, [no], at).drafts
    assert (draft.limit, draft.due_at <= at) == ("inspection", True)


def test_an_act_that_ends_nothing_leaves_it(team):
    no = team.case().no
    urge(team, no, at=NOW + timedelta(hours=2))
    team.attempt(no, NOW + timedelta(hours=2, seconds=30))
    assert len(told(team, team.handler, NOW + timedelta(hours=2) + MINUTE)) == 1


def test_urging_changes_neither_the_case_nor_its_limits(team):
    no = team.case().no
    before = team.folder(no)
    urge(team, no)
    assert team.folder(no) == before


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("UPDATE cases SET handler_id = NULL", "没有承办人，请先派单"),
        ("UPDATE cases SET historic = 1, next_due_at = NULL, next_limit = NULL", "历史件只供查询，不能再办理"),
        ("UPDATE deadline SET state = 'ended'", "没有正在计时的时限，无需催办"),
    ],
)
def test_what_cannot_be_urged_is_left_out_with_its_reason(team, spoil, words):
    no = team.case().no
    execute(team.db, spoil)
    prepared = urging.prepare(team.db, team.supervisor, [no, "XH2026-999999"], LATER)
    assert prepared.drafts == ()
    assert [str(refusal) for _, refusal in prepared.refused] == [words, "没有这个编号：XH2026-999999"]
    with pytest.raises(Refusal, match=words):
        urge(team, no)
    other = team.case().no
    assert urge(team, no, other) == (other,)


def test_only_a_supervisor_urges(team):
    no = team.case().no
    prepared = urging.prepare(team.db, team.clerk, [no], LATER)
    assert [str(refusal) for _, refusal in prepared.refused] == ["您没有“催办”的权限，请联系督办人员"]


def test_a_note_is_no_letter(team):
    with pytest.raises(Refusal, match="文字过长：201 字，最多 200 字"):
        urge(team, team.case().no, note="长" * 201)
