"""其他时限 as acts of people: set with a reason, met with something to show, moved, taken back, extended once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.office.entries import shanghai
from tracker.office import clocking, clocks, moving
from tracker.office.stages import Around, Upload
from tracker.rule.access import NotAllowed
from tracker.rule.clock_acts import Wanted
from tracker.rule.refusals import Refusal, Refusals
from tracker.store.database import execute
from tracker.store.register import attachments

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LETTER = Wanted("own", label="市局专项", source="市局来函", days=5, convention="working", reason="市局督办件")
PETITION = Wanted("settle", reason="信访事项")


def add(team, no, wanted=LETTER, at=NOW, by=None):
    folder = clocking.add(team.db, by or team.handler, no, team.version(no), wanted, at)
    return max(one.id for one in folder.outside)


def meet(team, no, clock, happened_at=None, at=NOW + HOUR, note="已书面告知", files=(), by=None):
    around = Around(happened_at or at, files, note=note)
    home = attachments(team.home)
    return clocking.meet(team.db, home, by or team.handler, no, team.version(no), clock, around, at)


def ask(team, no, clock, days=30, reason="情况复杂", at=NOW + HOUR, told=False):
    return clocking.ask_extension(team.db, team.handler, no, team.version(no), clock, days, reason, told, at)


def decide(team, no, approved=True, at=NOW + 2 * HOUR, by=None):
    answer = "" if approved else "不符合"
    return moving.decide_extension(team.db, by or team.supervisor, no, team.version(no), approved, answer, False, at)


def the(folder, clock):
    return next(one for one in folder.outside if one.id == clock)


def stages(folder):
    return [(one.key, one.due_at, one.state, one.due_version) for one in folder.stages]


class TestAdding:
    def test_a_limit_of_the_office_own_is_counted_from_its_start(self, team):
        no = team.case().no
        added = add(team, no)
        clock = the(team.folder(no), added)
        assert (clock.key, clock.source, clock.due_day.isoformat()) == ("市局专项", "市局来函", "2026-06-25")

    def test_what_the_regulation_counts_runs_from_the_receipt_whatever_was_typed(self, team):
        no = team.case(received_at=NOW - 2 * DAY).no
        added = add(team, no, Wanted("tell", days=3, convention="hours", reason="信访件"))
        clock = the(team.folder(no), added)
        assert (clock.days, clock.convention, clock.due_at) == (15, "natural", shanghai("07-01 00:00"))

    def test_the_regulation_runs_once_at_a_time(self, team):
        no = team.case().no
        add(team, no, PETITION)
        with pytest.raises(Refusals, match="“信访办结”已经在走"):
            add(team, no, PETITION)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"kind": ""}, "kind"),
            ({"kind": "supervise"}, "kind"),  # it belongs to an act of its own
            ({"label": ""}, "label"),
            ({"source": ""}, "source"),
            ({"source": "长" * 61}, "source"),
            ({"days": None}, "due_at"),
            ({"due_at": NOW + DAY}, "due_at"),  # and days
            ({"due_at": NOW - DAY, "days": None}, "due_at"),
            ({"days": 0}, "days"),
            ({"days": 366}, "days"),
            ({"convention": ""}, "convention"),
            ({"starts_at": NOW - DAY}, "starts_at"),
        ],
    )
    def test_what_is_wrong_is_named_by_its_field(self, team, changes, field):
        no = team.case().no
        with pytest.raises(Refusals) as refused:
            add(team, no, Wanted(**{**LETTER.__dict__, **changes}))
        assert [one.field for one in refused.value.items] == [field]
        assert team.folder(no).outside == ()

    def test_it_wants_a_reason(self, team):
        no = team.case().no
        with pytest.raises(Refusal, match="请写明理由"):
            add(team, no, Wanted(**{**LETTER.__dict__, "reason": ""}))

    def test_another_handler_adds_none(self, team):
        no = team.case().no
        with pytest.raises(Refusal):
            add(team, no, by=team.other)

    def test_a_suspension_does_not_stop_it(self, team):
        no = team.case().no
        clock = add(team, no)
        moving.ask_suspension(team.db, team.handler, no, team.version(no), "case", "等待", NOW + HOUR)
        moving.decide_suspension(team.db, team.supervisor, no, team.version(no), True, "", NOW + 2 * HOUR)
        folder = team.folder(no)
        assert (the(folder, clock).state, folder.case.next_limit) == ("open", "市局专项")
        add(team, no, PETITION, NOW + 3 * HOUR)
        before = {one.id: one.due_at for one in team.folder(no).outside}
        moving.resume(team.db, team.handler, no, team.version(no), "", NOW + 5 * DAY)
        assert {one.id: one.due_at for one in team.folder(no).outside} == before


class TestMeeting:
    def test_it_is_met_when_it_happened_with_words_to_show(self, team):
        no = team.case().no
        clock = add(team, no)
        before = stages(team.folder(no))
        folder = meet(team, no, clock, NOW + HOUR, NOW + 2 * HOUR)
        met = the(folder, clock)
        assert (met.state, met.done_at) == ("done", NOW + HOUR)
        assert folder.fact(met.fact_id).body == {"text": "已书面告知", "clock": "市局专项"}
        assert stages(folder) == before

    def test_a_file_will_do(self, team):
        no = team.case().no
        clock = add(team, no)
        folder = meet(team, no, clock, note="", files=(Upload("告知书.pdf", b"%PDF-1.4"),))
        assert [one.name for one in folder.evidence if one.fact_id == the(folder, clock).fact_id] == ["告知书.pdf"]

    @pytest.mark.parametrize(
        ("happened_at", "note", "at", "field"),
        [
            (NOW + 2 * HOUR, "已告知", NOW + HOUR, "happened_at"),
            (NOW - DAY, "已告知", NOW, "happened_at"),
            (NOW + HOUR, "", NOW + HOUR, "text"),
            (NOW + HOUR, "", NOW + 30 * HOUR, "text"),
        ],
    )
    def test_a_time_that_cannot_be_and_nothing_to_show_are_named(self, team, happened_at, note, at, field):
        no = team.case().no
        clock = add(team, no)
        with pytest.raises(Refusals) as refused:
            meet(team, no, clock, happened_at, at, note)
        assert [one.field for one in refused.value.items] == [field]

    def test_recorded_a_day_after_it_happened_it_is_a_late_entry(self, team):
        no = team.case().no
        clock = add(team, no)
        folder = meet(team, no, clock, NOW + HOUR, NOW + 26 * HOUR, "外出补录")
        assert folder.fact(the(folder, clock).fact_id).backfilled

    def test_a_clock_of_another_case_is_none_of_this_one(self, team):
        no, other = team.case().no, team.case().no
        clock = add(team, other)
        with pytest.raises(Refusal, match="请选择时限"):
            meet(team, no, clock)


class TestChanging:
    def test_what_belongs_to_another_act_is_left_to_it(self, team):
        no = team.case().no
        clock = clocks.start(team.db, team.supervisor, team.folder(no).case.id, "supervise", NOW, days=3)
        for act in (
            lambda: clocking.cancel(team.db, team.supervisor, no, team.version(no), clock, "撤", NOW),
            lambda: meet(team, no, clock),
        ):
            with pytest.raises(Refusal, match="“督办”随它自己的办理完成或取消"):
                act()

    def test_a_supervisor_puts_it_to_another_day_and_it_is_a_given_one_from_then_on(self, team):
        no = team.case().no
        clock = add(team, no)
        first = the(team.folder(no), clock).due_at
        clocking.move(team.db, team.supervisor, no, team.version(no), clock, NOW + 9 * DAY, "来函改期", NOW)
        moved = the(team.folder(no), clock)
        assert (moved.due_at, moved.first_due_at, moved.convention) == (NOW + 9 * DAY, first, "")

    @pytest.mark.parametrize(
        ("due_at", "reason", "field"), [(None, "改", "due_at"), (NOW - DAY, "改", "due_at"), (NOW + DAY, "", "reason")]
    )
    def test_what_it_wants_is_named(self, team, due_at, reason, field):
        no = team.case().no
        clock = add(team, no)
        with pytest.raises(Refusals) as refused:
            clocking.move(team.db, team.supervisor, no, team.version(no), clock, due_at, reason, NOW)
        assert [one.field for one in refused.value.items] == [field]

    def test_a_handler_neither_moves_it_nor_takes_it_back(self, team):
        no = team.case().no
        clock = add(team, no)
        with pytest.raises(NotAllowed):
            clocking.move(team.db, team.handler, no, team.version(no), clock, NOW + DAY, "改", NOW)
        with pytest.raises(NotAllowed):
            clocking.cancel(team.db, team.handler, no, team.version(no), clock, "不办了", NOW)

    def test_taken_back_it_keeps_its_reason(self, team):
        no = team.case().no
        clock = add(team, no)
        clocking.cancel(team.db, team.supervisor, no, team.version(no), clock, "市局已撤回", NOW)
        assert (the(team.folder(no), clock).state, the(team.folder(no), clock).cancelled_why) == ("ended", "市局已撤回")


class TestExtending:
    def test_信访办结_moves_by_the_days_from_its_old_day_and_alone(self, team):
        no = team.case().no
        clock, told = add(team, no, PETITION), add(team, no, Wanted("tell", reason="信访件"))
        ask(team, no, clock, 30)
        before = stages(team.folder(no)), the(team.folder(no), told).due_at
        folder = decide(team, no)
        moved = the(folder, clock)
        assert (moved.due_day.isoformat(), moved.extended, moved.extended_by) == ("2026-09-15", True, 30)
        assert moved.first_due_at == shanghai("08-17 00:00")
        assert (stages(folder), the(folder, told).due_at) == before

    def test_decided_after_it_expired_it_still_counts_from_the_old_day(self, team):
        no = team.case().no
        clock = add(team, no, PETITION)
        ask(team, no, clock, 10, at=shanghai("08-16 23:59"))
        folder = decide(team, no, at=shanghai("09-01 10:00"))
        assert the(folder, clock).due_day.isoformat() == "2026-08-26"

    def test_nobody_approves_their_own_request(self, team):
        no = team.case(handler_id=team.second.person_id).no
        clock = clocking.add(team.db, team.second, no, team.version(no), PETITION, NOW).outside[0].id
        clocking.ask_extension(team.db, team.second, no, team.version(no), clock, 30, "复杂", False, NOW)
        with pytest.raises(Refusal, match="不能审批自己的申请"):
            decide(team, no, by=team.second)

    def test_refused_it_stays_where_it_was(self, team):
        no = team.case().no
        clock = add(team, no, PETITION)
        ask(team, no, clock)
        before = the(team.folder(no), clock).due_at
        assert the(decide(team, no, approved=False), clock).due_at == before

    def test_it_is_granted_once(self, team):
        no = team.case().no
        clock = add(team, no, PETITION)
        ask(team, no, clock, 10)
        decide(team, no)
        with pytest.raises(Refusal, match="不能延期"):
            ask(team, no, clock, 10, at=NOW + 3 * HOUR)

    def test_no_other_clock_knows_an_extension(self, team):
        no = team.case().no
        clock = add(team, no)
        with pytest.raises(Refusal, match="不能延期"):
            ask(team, no, clock)

    def test_it_is_asked_before_it_expires(self, team):
        no = team.case().no
        clock = add(team, no, PETITION)
        with pytest.raises(Refusal, match="不能延期"):
            ask(team, no, clock, at=shanghai("08-17 00:00"))

    @pytest.mark.parametrize(
        ("days", "reason", "field"), [(31, "复杂", "days"), (0, "复杂", "days"), (30, "", "reason")]
    )
    def test_at_most_thirty_days_and_with_a_reason(self, team, days, reason, field):
        no = team.case().no
        clock = add(team, no, PETITION)
        with pytest.raises(Refusals) as refused:
            ask(team, no, clock, days, reason)
        assert [one.field for one in refused.value.items] == [field]

    def test_met_in_time_while_it_waited_it_needs_none(self, team):
        no = team.case().no
        clock = add(team, no, PETITION)
        ask(team, no, clock)
        meet(team, no, clock, at=NOW + 90 * timedelta(minutes=1))
        with pytest.raises(Refusal, match="已按时完成"):
            decide(team, no)

    def test_an_extension_of_a_stage_leaves_the_clocks_alone(self, team):
        no = team.case().no
        clock = add(team, no, PETITION)
        moving.ask_extension(team.db, team.handler, no, team.version(no), "recheck", 3, "等待", False, NOW + HOUR)
        before = the(team.folder(no), clock).due_at
        assert the(decide(team, no), clock).due_at == before


class TestCorrectedReceipt:
    def correct(self, team, no, received_at):
        moving.correct_received_at(team.db, team.supervisor, no, team.version(no), received_at, "收文登记", NOW + HOUR)
        return team.folder(no)

    def test_what_is_counted_from_the_receipt_is_counted_anew_with_what_was_granted(self, team):
        no = team.case().no
        clock = add(team, no, PETITION)
        ask(team, no, clock, 10, at=NOW)
        decide(team, no, at=NOW)
        execute(team.db, "UPDATE request SET asked_at = '2026-06-17T02:24:00Z'")
        found = the(self.correct(team, no, NOW - 2 * DAY), clock)
        assert (found.first_due_at, found.due_at) == (shanghai("08-15 00:00"), shanghai("08-25 00:00"))

    def test_a_given_instant_and_another_start_stand(self, team):
        no = team.case(source_due_at=shanghai("06-25 17:00")).no
        later = add(team, no, Wanted(**{**LETTER.__dict__, "starts_at": NOW}), NOW)
        execute(team.db, "UPDATE deadline SET starts_at = '2026-06-17T03:00:00Z' WHERE id = :id", {"id": later})
        before = {one.id: one.due_at for one in team.folder(no).outside}
        assert {one.id: one.due_at for one in self.correct(team, no, NOW - DAY).outside} == before
