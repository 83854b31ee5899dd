"""The acts of the office and the reminders that they owe and end, in one transaction each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, FACTS, shanghai
from tracker.office import closing, dispatch, stages
from tracker.office.raising import tick
from tracker.rule.refusals import Refusal
from tracker.store import outbox
from tracker.store.database import rows, value

HOUR = timedelta(hours=1)


def waiting(team, case_id, *rungs):
    """(limit, rung, person) of what waits, of some rungs or all."""
    found = rows(
        team.db,
        "SELECT coalesce(deadline.key, '') AS key, rung, recipient_id FROM reminder LEFT JOIN deadline"
        " ON deadline.id = reminder.deadline_id WHERE reminder.case_id = :id AND withdrawn_at IS NULL"
        " AND shown_at IS NULL ORDER BY owed_at, recipient_id, reminder.id",
        {"id": case_id},
    )
    return [tuple(r) for r in found if not rungs or r["rung"] in rungs]


def limits_that_remind(team, case_id):
    return {key for key, _, _ in waiting(team, case_id) if key}


def test_a_registration_plans_its_reminders(team):
    case = team.case()
    assert waiting(team, case.id, "dispatch") == [("", "dispatch", team.handler.person_id)]
    assert limits_that_remind(team, case.id) == set(FACTS)
    late = {person for _, _, person in waiting(team, case.id, "late_3")}
    assert late == {team.handler.person_id, team.supervisor.person_id, team.second.person_id}


def test_a_stage_that_is_recorded_reminds_no_more(team):
    case = team.case()
    team.record(case.no, CONTACT)
    assert limits_that_remind(team, case.id) == {"inspection", "recheck", "resolution"}


def test_a_failed_attempt_ends_nothing(team):
    case = team.case()
    before = [one for one in waiting(team, case.id) if not one[1].startswith("unsigned")]  # who tries has signed
    team.attempt(case.no, NOW + HOUR)
    assert waiting(team, case.id) == before


def test_an_undo_owes_again_what_fell_due_meanwhile(team):
    case = team.case()
    tick(team.db, NOW)
    team.record(case.no, CONTACT, shanghai("06-18 08:25"))
    assert "contact" not in {one.due.limit_key for one in tick(team.db, shanghai("06-18 08:30"))}
    stages.undo(team.db, team.handler, case.no, "contact", shanghai("06-18 08:34"))
    found = [(one.due.rung, one.due.limit_key, one.due.owed_at) for one in tick(team.db, shanghai("06-18 08:34"))]
    assert found == [("due_day", "contact", shanghai("06-18 08:30"))]


def test_a_dispatch_tells_the_new_handler_and_leaves_the_old_one_in_peace(team):
    case = team.case()
    dispatch.assign(team.db, team.clerk, case.no, case.version, team.other.person_id, "王建国出差", NOW + HOUR)
    people = {person for _, _, person in waiting(team, case.id)}
    assert team.handler.person_id not in people
    assert waiting(team, case.id, "dispatch") == [("", "dispatch", team.other.person_id)]


def test_an_act_that_is_refused_plans_nothing(team):
    case = team.case()
    before = waiting(team, case.id)
    with pytest.raises(Refusal):
        dispatch.assign(team.db, team.clerk, case.no, case.version, team.handler.person_id, "", NOW + HOUR)
    assert waiting(team, case.id) == before


def test_an_early_end_asks_the_supervisors_tells_the_asker_and_ends_the_ladder(team):
    case = team.case()
    closing.ask_end(
        team.db, team.handler, case.no, team.version(case.no), "not_ours", "属水务职责", NOW + HOUR, receiver="区水务局"
    )
    asked = waiting(team, case.id, "decide")
    assert {person for _, _, person in asked} == {team.supervisor.person_id, team.second.person_id}
    (line,) = outbox.waiting_for_decision(team.db, team.supervisor.person_id)
    assert (line.kind, line.ground, line.asked_by_name) == ("end", "not_ours", "王建国")
    closing.decide_end(team.db, team.supervisor, case.no, team.version(case.no), True, "同意", NOW + 2 * HOUR)
    assert waiting(team, case.id, "decide") == []
    assert waiting(team, case.id, "decided") == [("", "decided", team.handler.person_id)]
    assert limits_that_remind(team, case.id) == set()


@pytest.fixture
def applied(team):
    case = team.case()
    for fact in FACTS.values():
        team.record(case.no, fact, NOW + HOUR)
    team.reply(case.no, NOW + 2 * HOUR)
    tick(team.db, NOW + 2 * HOUR)
    closing.apply_close(team.db, team.handler, case.no, team.version(case.no), "", NOW + 3 * HOUR)
    return case


def test_a_closed_case_waits_for_nothing(team, applied):
    closing.close(team.db, team.supervisor, applied.no, team.version(applied.no), "", NOW + 4 * HOUR)
    assert waiting(team, applied.id) == [("", "decided", team.handler.person_id)]
    assert {one.due.rung for one in tick(team.db, shanghai("07-30 08:30"))} == {"decided", "week"}


def test_a_case_sent_back_is_dispatched_anew_with_the_limits_of_its_new_round(team, applied):
    stages = ("inspection", "recheck", "resolution")
    closing.send_back(
        team.db, team.supervisor, applied.no, team.version(applied.no), stages, "缺少复查照片", NOW + 4 * HOUR
    )
    assert waiting(team, applied.id, "dispatch") == [("", "dispatch", team.handler.person_id)]
    assert limits_that_remind(team, applied.id) == {"inspection", "recheck", "resolution"}
    rounds = value(team.db, "SELECT max(owed_key) FROM reminder WHERE rung = 'dispatch'")
    assert rounds.split("|")[1] == "2"


def test_a_late_entry_waits_for_another_person_and_its_decision_is_told(team):
    case = team.case()
    late = shanghai("06-22 10:00")
    team.record(case.no, CONTACT, NOW + HOUR, late, reason="出差")
    assert {person for _, _, person in waiting(team, case.id, "decide")} == {
        team.supervisor.person_id,
        team.second.person_id,
    }
    stages.decide_backfill(team.db, team.supervisor, case.no, team.version(case.no), "contact", True, "", late + HOUR)
    assert waiting(team, case.id, "decide") == []
    assert waiting(team, case.id, "decided") == [("", "decided", team.handler.person_id)]


def test_a_withdrawn_reminder_keeps_the_act_that_ended_it(team):
    case = team.case()
    team.record(case.no, CONTACT)
    why = rows(team.db, "SELECT DISTINCT withdrawn_why FROM reminder WHERE withdrawn_at IS NOT NULL")
    assert [r[0] for r in why] == ["contact"]
