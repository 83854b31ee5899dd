"""亮牌: given by a supervisor, suggested by the thresholds, given by the schedule only where the office says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import CONTACT, shanghai
from tracker.office import cards, moving, raising, supervising
from tracker.rule.access import NotAllowed
from tracker.rule.refusals import Refusals
from tracker.store import cards as kept
from tracker.store import features, outbox, overdue
from tracker.store.database import IntegrityError, execute, rows, writing

DAY = timedelta(days=1)
#: Of a case received now: stage 1 ends on 06-18 at 24:00; so long after it a yellow and a red card are called for.
DUE = NOW.replace(day=18, hour=16, minute=0)
YELLOW, RED = DUE + DAY, DUE + 3 * DAY
SECOND, HALF_HOUR = timedelta(seconds=1), timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _on(register):
    with writing(register):
        features.switch(register, {"supervision"})


def give(team, no, colour="yellow", reason="两次催办未办", at=YELLOW, by=None):
    return cards.give(team.db, by or team.supervisor, no, team.version(no), colour, reason, at)


def of_case(team, no):
    return kept.of_case(team.db, team.folder(no).case.id)


def suggested(team, at):
    found = [(one.no, one.colour) for one in kept.suggested(team.db, at, 10)]
    assert kept.count_suggested(team.db, at) == len(found)
    return found


def limits(team, no):
    return team.folder(no).deadlines


def test_a_card_has_a_person_a_date_a_reason_and_the_stage_that_was_late(team):
    no = team.case().no
    before = limits(team, no)
    give(team, no)
    (card,) = of_case(team, no)
    assert (card.colour, card.by_name, card.given_at, card.reason) == ("yellow", "李处", YELLOW, "两次催办未办")
    assert (card.stage, card.stands) == ("contact", True)
    assert limits(team, no) == before


def test_the_handler_is_told(team):
    no = team.case().no
    give(team, no)
    raising.tick(team.db, YELLOW, "")
    (notice,) = [one for one in outbox.inbox(team.db, team.handler.person_id) if one.rung == "card"]
    assert (notice.case_no, notice.body["colour"], notice.body["by"]) == (no, "yellow", "李处")


def test_finishing_the_stage_does_not_erase_the_card(team):
    no = team.case().no
    give(team, no)
    team.record(no, CONTACT, YELLOW, late_cause="人手不足")
    assert [card.stands for card in of_case(team, no)] == [True]


def test_it_is_taken_back_with_a_reason_and_both_stay_on_record(team):
    no = team.case().no
    give(team, no)
    cards.take_back(team.db, team.second, no, team.version(no), "yellow", "联系记录晚录", YELLOW + DAY)
    (card,) = of_case(team, no)
    assert (card.stands, card.back_by, card.back_reason) == (False, "孙敏", "联系记录晚录")
    acts = [r["act"] for r in rows(team.db, "SELECT act FROM audit ORDER BY seq DESC LIMIT 2")]
    assert acts == ["card_back", "card"]
    with pytest.raises(Exception, match="没有可以收回的牌"):
        cards.take_back(team.db, team.second, no, team.version(no), "yellow", "再收", YELLOW + DAY)
    give(team, no, at=YELLOW + DAY)
    assert [card.stands for card in of_case(team, no)] == [False, True]


@pytest.mark.parametrize("who", ["clerk", "handler"])
def test_only_a_supervisor_gives_one(team, who):
    no = team.case().no
    with pytest.raises(NotAllowed):
        give(team, no, by=getattr(team, who))


def test_the_thresholds_suggest_and_give_nothing(team):
    no = team.case().no
    assert suggested(team, YELLOW - SECOND) == []
    assert suggested(team, YELLOW) == [(no, "yellow")]
    assert suggested(team, RED - SECOND) == [(no, "yellow")]
    assert suggested(team, RED) == [(no, "red")]
    raising.tick(team.db, RED, "")
    assert of_case(team, no) == ()


def test_what_has_its_card_is_suggested_only_for_the_graver_one(team):
    no = team.case().no
    give(team, no)
    assert suggested(team, RED - SECOND) == []
    assert suggested(team, RED) == [(no, "red")]
    give(team, no, "red", at=RED)
    assert suggested(team, RED + 9 * DAY) == []


def test_what_was_taken_back_is_not_suggested_again_for_the_same_limit(team):
    no = team.case().no
    give(team, no)
    cards.take_back(team.db, team.supervisor, no, team.version(no), "yellow", "误亮", YELLOW)
    assert suggested(team, YELLOW + SECOND) == []


def test_a_paused_or_finished_stage_calls_for_none(team):
    no = team.case().no
    team.record(no, CONTACT, NOW + timedelta(hours=2))
    assert suggested(team, NOW + 5 * DAY) == [(no, "yellow")]
    moving.ask_suspension(team.db, team.handler, no, team.version(no), "case", "停产检修", NOW + DAY)
    moving.decide_suspension(team.db, team.supervisor, no, team.version(no), True, "", NOW + DAY)
    assert suggested(team, NOW + 90 * DAY) == []


def test_cards_wait_while_an_extension_is_asked_for(team):
    no = team.case().no
    asked_at = DUE - timedelta(hours=1)
    moving.ask_extension(team.db, team.handler, no, team.version(no), "contact", 5, "投诉人出国", False, asked_at)
    assert suggested(team, RED) == []
    with pytest.raises(Refusals, match="延期申请正在等待决定"):
        give(team, no, at=RED)
    moving.decide_extension(team.db, team.supervisor, no, team.version(no), False, "可打电话", False, RED)
    assert suggested(team, RED) == [(no, "red")]


def test_a_limit_that_was_extended_calls_for_its_card_anew(team):
    no = team.case().no
    give(team, no, at=DUE - timedelta(hours=2))  # of no stage: nothing was late yet
    asked_at = DUE - timedelta(hours=1)
    moving.ask_extension(team.db, team.handler, no, team.version(no), "contact", 5, "投诉人出国", False, asked_at)
    moving.decide_extension(team.db, team.supervisor, no, team.version(no), True, "", False, RED)
    assert suggested(team, RED) == []
    assert suggested(team, YELLOW + 5 * DAY) == [(no, "yellow")]


def switched_on(team, on="1"):
    supervising.settle(team.db, team.supervisor, {"auto_cards": on}, NOW)


#: Received on a Monday: late from Tuesday 24:00 on, so that Thursday 08:30 is the first after one full day; three are
#: full on Friday 24:00, and Monday 08:30 is the first of a working day after that.
MONDAY = shanghai("06-22 10:00")
MORNINGS = {"yellow": shanghai("06-25 08:30"), "red": shanghai("06-29 08:30")}


def ticks(team, since, until, every=HALF_HOUR):
    at = since
    while at <= until:
        raising.tick(team.db, at, "")
        at += every


def given_at(team, no):
    return {card.colour: card.given_at for card in of_case(team, no)}


def test_a_setting_lets_the_schedule_give_them_on_record_on_the_first_working_morning(team):
    no = team.case(MONDAY).no
    switched_on(team)
    ticks(team, MONDAY, shanghai("06-30 10:00"))
    assert given_at(team, no) == MORNINGS
    assert [(card.given_by, card.by_name) for card in of_case(team, no)] == [(None, ""), (None, "")]
    last = rows(team.db, "SELECT person_id, act, detail FROM audit WHERE act = 'card' ORDER BY seq")
    assert [r["person_id"] for r in last] == [None, None]
    for person in (team.handler, team.supervisor):
        shown = [one for one in outbox.inbox(team.db, person.person_id) if one.rung == "card"]
        assert [one.owed_at for one in shown] == [MORNINGS["red"], MORNINGS["yellow"]]


def test_what_is_late_enough_by_day_waits_for_the_morning(team):
    no = team.case(MONDAY).no
    switched_on(team)
    asked_at = MONDAY + timedelta(hours=1)
    moving.ask_extension(team.db, team.handler, no, team.version(no), "contact", 5, "投诉人出国", False, asked_at)
    ticks(team, MONDAY, shanghai("06-25 10:00"))
    at = shanghai("06-25 10:10")
    moving.decide_extension(team.db, team.supervisor, no, team.version(no), False, "可打电话", False, at)
    ticks(team, at, shanghai("06-26 08:00"))
    assert given_at(team, no) == {}
    ticks(team, shanghai("06-26 08:30"), shanghai("06-26 09:00"))
    assert given_at(team, no) == {"yellow": shanghai("06-26 08:30")}


def test_a_morning_whose_tick_did_not_come_is_made_up_for_on_no_rest_day(team):
    no = team.case(MONDAY).no
    switched_on(team)
    raising.tick(team.db, MONDAY, "")
    raising.tick(team.db, shanghai("06-27 10:00"), "")  # a Saturday
    assert given_at(team, no) == {}
    raising.tick(team.db, shanghai("06-29 11:00"), "")
    assert given_at(team, no) == {"red": shanghai("06-29 11:00")}


def test_what_is_late_enough_after_the_morning_waits_for_the_next_one_though_the_tick_comes_late(team):
    no = team.case(MONDAY).no
    switched_on(team)
    execute(
        team.db,
        "UPDATE deadline SET due_at = '2026-06-24T02:00:00Z' WHERE key = 'contact'",  # 10:00, as by hours
    )
    raising.tick(team.db, shanghai("06-25 08:00"), "")
    raising.tick(team.db, shanghai("06-25 11:00"), "")
    assert given_at(team, no) == {}
    ticks(team, shanghai("06-25 11:30"), shanghai("06-26 09:00"))
    assert given_at(team, no) == {"yellow": shanghai("06-26 08:30")}


def test_a_long_list_is_given_share_by_share(team, monkeypatch):
    monkeypatch.setattr(cards, "AT_ONCE", 2)
    nos = [team.case(MONDAY).no for _ in range(5)]
    switched_on(team)
    raising.tick(team.db, MONDAY, "")
    rests = []
    raising.tick(team.db, MORNINGS["yellow"], "", lambda: rests.append(1))
    assert [set(given_at(team, no)) for no in nos] == [{"yellow"}] * 5
    assert len(rests) >= 2


def test_a_dry_run_tells_the_cards_that_will_be_given(team):
    no = team.case(MONDAY).no
    switched_on(team)
    raising.tick(team.db, MONDAY, "")

    def told(shown):
        found = {(one.due.recipient_id, one.due.owed_at) for one in shown if one.due.rung == "card"}
        return sorted(found, key=lambda one: (one[1], one[0]))

    people = (team.handler.person_id, team.supervisor.person_id, team.second.person_id)
    both = [(person, at) for at in MORNINGS.values() for person in people]
    before = MORNINGS["yellow"] - timedelta(minutes=1)
    assert told(raising.rehearse(team.db, MONDAY, before, "")) == []
    assert told(raising.rehearse(team.db, MONDAY, shanghai("07-01 12:00"), "")) == both
    assert of_case(team, no) == ()
    raising.tick(team.db, before, "")
    dry = raising.rehearse(team.db, before, MORNINGS["yellow"], "")
    assert told(dry) == told(raising.tick(team.db, MORNINGS["yellow"], "")) == both[:3]


def test_of_two_ticks_at_once_one_gives_the_card(team):
    no = team.case().no
    folder = team.folder(no)
    card = {"case_id": folder.case.id, "round_": 1, "colour": "yellow", "reason": "", "at": YELLOW, "by": None}
    of_limit = {"deadline_id": folder.stage("contact").id, "due_version": 1}
    assert kept.give(team.db, **card, **of_limit)
    assert not kept.give(team.db, **card, **of_limit)
    assert len(of_case(team, no)) == 1


def test_what_a_supervisor_took_back_the_schedule_does_not_give_again(team):
    no = team.case(MONDAY).no
    switched_on(team)
    at = MORNINGS["yellow"]
    ticks(team, MONDAY, at)
    cards.take_back(team.db, team.supervisor, no, team.version(no), "yellow", "误亮", at)
    ticks(team, at, at + DAY)
    assert [card.stands for card in of_case(team, no)] == [False]


def test_with_the_feature_off_the_schedule_gives_none(team):
    no = team.case(MONDAY).no
    switched_on(team)
    with writing(team.db):
        features.switch(team.db, set())
    ticks(team, MONDAY, MORNINGS["red"])
    assert of_case(team, no) == ()


def test_the_setting_is_on_record_and_a_supervisors(team):
    switched_on(team)
    (last,) = rows(team.db, "SELECT act, detail FROM audit ORDER BY seq DESC LIMIT 1")
    assert (last["act"], last["detail"]) == ("settings.saved", '{"auto_cards":[0,1]}')
    switched_on(team)  # nothing changes, nothing is written
    assert len(rows(team.db, "SELECT 1 FROM audit WHERE act = 'settings.saved'")) == 1
    with pytest.raises(NotAllowed):
        supervising.settle(team.db, team.handler, {"auto_cards": "0"}, NOW)


def test_the_overdue_list_shows_the_gravest_card_and_asks_for_it(team):
    first, second = team.case().no, team.case().no
    give(team, first)
    give(team, first, "red")

    def listed(card=None):
        return [(line.no, line.card) for line in overdue.live(team.db, YELLOW, overdue.Wanted(card=card))]

    assert listed() == [(first, "red"), (second, "")]
    assert listed("any") == listed("yellow") == listed("red") == [(first, "red")]
    assert overdue.count_live(team.db, YELLOW, overdue.Wanted(card="red")) == 1
    cards.take_back(team.db, team.supervisor, first, team.version(first), "red", "误亮", YELLOW)
    assert listed("red") == []
    assert listed("any") == [(first, "yellow")]


def test_the_list_as_of_an_instant_shows_the_cards_of_that_instant(team):
    no = team.case().no
    give(team, no)
    cards.take_back(team.db, team.supervisor, no, team.version(no), "yellow", "误亮", YELLOW + DAY)

    def carried(at, card=None):
        return [line.card for line in overdue.as_of(team.db, at, overdue.Wanted(card=card))]

    assert carried(YELLOW - SECOND) == [""]
    assert carried(YELLOW) == carried(YELLOW + DAY - SECOND, "any") == ["yellow"]
    assert carried(YELLOW + DAY) == [""]
    assert carried(YELLOW + DAY, "any") == []


def test_what_calls_for_a_card_is_read_from_the_running_limits_alone(team):
    asked = {"version": 1, "yellow": "2026-06-17T00:00:00Z", "red": "2026-06-17T00:00:00Z"}
    plan = " ".join(r["detail"] for r in rows(team.db, "EXPLAIN QUERY PLAN " + kept.COUNT, asked))
    assert "cases_next" in plan
    assert "SCAN" not in plan


@pytest.mark.parametrize("table", ["card", "card_taken_back"])
def test_a_card_is_never_changed_or_removed(team, table):
    no = team.case().no
    give(team, no)
    cards.take_back(team.db, team.supervisor, no, team.version(no), "yellow", "误亮", YELLOW)
    for statement in (f"UPDATE {table} SET reason = reason", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(IntegrityError, match="append-only"):
            execute(team.db, statement)
