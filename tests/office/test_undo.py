"""撤销: within ten minutes, by whom recorded it, while nothing rests on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, FACTS, INSPECTION, RECHECK
from tracker.office import closing, stages
from tracker.rule.refusals import Refusal
from tracker.store import audit, settings
from tracker.store.database import writing

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
AT = NOW + HOUR


def undo(team, no, key="contact", at=AT + 10 * MINUTE, by=None):
    return stages.undo(team.db, by or team.handler, no, key, at)


def test_an_undone_stage_is_open_again_and_owed_again(team):
    no = team.case().no
    due = team.folder(no).case.next_due_at
    team.record(no, CONTACT, AT)
    folder = undo(team, no)
    stage = folder.stage("contact")
    assert (stage.state, stage.done_at, stage.fact_id) == ("open", None, None)
    assert (folder.case.next_limit, folder.case.next_due_at) == ("contact", due)


def test_an_undo_is_a_counter_act_and_deletes_nothing(team):
    no = team.case().no
    team.record(no, CONTACT, AT)
    folder = undo(team, no)
    assert [(fact.kind, fact.undone) for fact in folder.facts] == [("contact", True), ("undo", False)]
    assert [record.act for record in audit.of_case(team.db, folder.case.id)] == ["undo", "stage", "register"]


def test_after_an_undo_the_stage_may_be_recorded_again_and_undone_again(team):
    no = team.case().no
    for n in range(2):
        team.record(no, CONTACT, AT + n * MINUTE)
        undo(team, no, at=AT + (n + 1) * MINUTE)
    assert team.states(no)["contact"] == "open"


def test_ten_minutes_are_enough_and_a_second_more_is_not(team):
    no = team.case().no
    team.record(no, CONTACT, AT)
    with pytest.raises(Refusal, match="已超过10分钟"):
        undo(team, no, at=AT + timedelta(minutes=10, seconds=1))
    undo(team, no, at=AT + 10 * MINUTE)


def test_the_stages_of_an_old_round_keep_their_stamps(team):
    no = team.case().no
    for fact in FACTS.values():
        team.record(no, fact, AT)
    team.reply(no, AT)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", AT)
    closing.send_back(team.db, team.supervisor, no, team.version(no), ("recheck",), "复查不到位", AT + MINUTE)
    for key in ("contact", "inspection", "resolution"):
        with pytest.raises(Refusal, match="没有可以撤销的记录"):
            undo(team, no, key, AT + 2 * MINUTE)


def test_how_long_a_stage_may_be_undone_is_a_setting(team):
    with writing(team.db):
        settings.save(team.db, {"undo_minutes": "2"})
    no = team.case().no
    team.record(no, CONTACT, AT)
    with pytest.raises(Refusal, match="已超过2分钟"):
        undo(team, no, at=AT + 3 * MINUTE)


def test_only_whoever_recorded_it_undoes_it(team):
    no = team.case().no
    team.record(no, CONTACT, AT)
    with pytest.raises(Refusal, match="记录人本人"):
        undo(team, no, by=team.supervisor)


def test_what_a_later_stage_rests_on_is_not_undone(team):
    no = team.case().no
    team.record(no, INSPECTION, AT)
    team.record(no, RECHECK, AT + MINUTE)
    with pytest.raises(Refusal, match="后面的阶段"):
        undo(team, no, "inspection")
    undo(team, no, "recheck")
    undo(team, no, "inspection")
    assert team.states(no)["inspection"] == "open"


def test_a_stage_of_a_new_round_does_not_carry_the_later_stages_of_the_old_one(team):
    no = close_up(team)
    closing.send_back(team.db, team.supervisor, no, team.version(no), ("inspection",), "再看一次", AT + 3 * HOUR)
    team.record(no, INSPECTION, AT + 4 * HOUR)
    undo(team, no, "inspection", AT + 4 * HOUR + MINUTE)
    assert team.states(no)["inspection"] == "open"


def test_there_is_nothing_to_undo_in_a_stage_that_is_open(team):
    no = team.case().no
    with pytest.raises(Refusal, match="没有可以撤销"):
        undo(team, no)


def test_an_inspection_on_which_the_case_was_ended_is_not_undone(team):
    no = team.case().no
    team.record(no, replace(INSPECTION, finding="不属实", demand="", no_demand="不属实"), AT)
    closing.ask_end(team.db, team.handler, no, team.version(no), "unfounded", "现场没有排放", AT + MINUTE)
    closing.decide_end(team.db, team.supervisor, no, team.version(no), True, "", AT + 2 * MINUTE)
    with pytest.raises(Refusal, match="已批准终止"):
        undo(team, no, "inspection", AT + 3 * MINUTE)


def close_up(team) -> str:
    """A case for which the closing is applied."""
    no = team.case().no
    for fact in FACTS.values():
        team.record(no, fact, AT)
    team.reply(no, AT + HOUR)
    closing.apply_close(team.db, team.handler, no, team.version(no), "", AT + 2 * HOUR)
    return no
