"""超期清单: the other limits told apart from the stages, and the list of what stands still."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tests.web.pages import numbers, words
from tracker.office import clocks, closing, desk, moving
from tracker.office.actors import actor_for
from tracker.store import standing_still
from tracker.store.database import rows, writing
from tracker.store.overdue import EVERYTHING, Wanted, filters

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def supervisor(client, office, sign_in):
    return sign_in(client, office.supervisor)


def act(office, case, do):
    """Set something on a case, in an act of its own."""
    with writing(office.db):
        do(actor_for(office.supervisor, "127.0.0.1"), case.id)
        desk.follow(office.db, case.id, NOW, "clock")


def late_clock(office, case, kind="supervise", ago=2 * DAY, **more):
    def start(who, id_):
        clocks.start(office.db, who, id_, kind, NOW - 3 * DAY, due_at=NOW - ago, source="区督查室", **more)

    act(office, case, start)


class TestApart:
    @pytest.fixture
    def three(self, office):
        """Two cases late by 督办, one of them by its second, and one by its stage."""
        first, second, third = (office.case(NOW - 4 * HOUR) for _ in range(3))
        late_clock(office, first, ago=3 * DAY)
        act(office, second, lambda who, id_: clocks.start(office.db, who, id_, "supervise", NOW, due_at=NOW + 9 * DAY))
        late_clock(office, second)
        return first, second, office.case(NOW - 5 * DAY), third

    def test_the_name_of_the_limit_stands_in_the_column_of_the_stage(self, supervisor, three):
        text = words(supervisor.get("/overdue"))
        assert "督办新港街道" in text
        assert "督办（2）新港街道" in text

    def test_they_are_counted_apart_and_lead_to_their_own_list(self, supervisor, three):
        page = supervisor.get("/overdue")
        assert "共 3 件 其中其他时限 2 件" in words(page)
        assert 'href="/overdue?stage=clocks"' in page.text
        apart = supervisor.get("/overdue?stage=clocks")
        assert numbers(apart) == [three[0].no, three[1].no]
        assert "其中其他时限" not in words(apart).split("共 2 件")[1]

    def test_a_name_asks_for_all_that_bear_it(self, supervisor, three):
        assert numbers(supervisor.get("/overdue?stage=督办")) == [three[0].no, three[1].no]
        assert numbers(supervisor.get("/overdue?stage=contact")) == [three[2].no]

    def test_a_group_holds_all_that_bear_its_name(self, supervisor, three):
        page = supervisor.get("/overdue?group=stage")
        groups = re.findall(r'rowheader"[^>]*>(.*?) <span class="mut">(\d) 件', page.text)
        assert groups == [("1 先行联系", "1"), ("督办", "2")]

    def test_the_filter_offers_what_runs(self, supervisor, three):
        page = supervisor.get("/overdue?light=normal").text
        assert '<option value="clocks">其他时限</option>' in page
        assert '<option value="督办">督办</option>' in page

    def test_as_of_an_instant_they_are_told_apart_too(self, supervisor, three):
        page = supervisor.get("/overdue?at=2026-06-17+10:24")
        assert "共 3 件 其中其他时限 2 件" in words(page)
        assert numbers(supervisor.get("/overdue?at=2026-06-17+10:24&stage=clocks")) == [three[0].no, three[1].no]

    def test_on_paper_and_in_the_workbook(self, supervisor, three):
        assert "其中其他时限 2 件" in words(supervisor.get("/overdue/print"))

    def test_where_there_is_none_nothing_is_said_of_them(self, supervisor, office):
        office.case(NOW - 5 * DAY)
        page = supervisor.get("/overdue").text
        assert "其他时限" not in page

    def test_taken_back_before_an_early_end_it_never_ran_either(self, office, supervisor, register):
        case = office.case(NOW - 5 * HOUR)
        late_clock(office, case, ago=3 * HOUR)
        (clock,) = desk.read_id(office.db, case.id).outside
        act(office, case, lambda who, _id: clocks.cancel(office.db, who, clock.id, "撤回", NOW))
        handler, boss = (actor_for(one, "127.0.0.1") for one in (office.handler, office.supervisor))
        ask, decide = partial(closing.ask_end, register, handler), partial(closing.decide_end, register, boss)
        ask(case.no, desk.read(register, case.no).case.version, "not_ours", "转水务局", NOW, receiver="区水务局")
        decide(case.no, desk.read(register, case.no).case.version, True, "", NOW)
        assert numbers(supervisor.get("/overdue?at=2026-06-17+10:00")) == []

    def test_one_that_was_taken_back_never_ran(self, supervisor, office):
        case = office.case(NOW - HOUR)
        late_clock(office, case)
        (clock,) = desk.read_id(office.db, case.id).outside
        act(office, case, lambda who, _id: clocks.cancel(office.db, who, clock.id, "撤回", NOW))
        assert numbers(supervisor.get("/overdue")) == []
        assert numbers(supervisor.get("/overdue?at=2026-06-17+10:00")) == []


class TestStandingStill:
    def suspend(self, office, case, at=NOW - DAY, ground="case"):
        no, handler = case.no, actor_for(office.handler, "127.0.0.1")
        seen = lambda: desk.read(office.db, no).case.version  # noqa: E731
        moving.ask_suspension(office.db, handler, no, seen(), ground, "停产检修", at)
        moving.decide_suspension(office.db, actor_for(office.supervisor, "127.0.0.1"), no, seen(), True, "", at + HOUR)

    def resume(self, office, case, at):
        no = case.no
        moving.resume(
            office.db, actor_for(office.handler, "127.0.0.1"), no, desk.read(office.db, no).case.version, "", at
        )

    def test_it_lists_them_longest_first_with_ground_gross_and_net(self, supervisor, office):
        first, second = office.case(NOW - 5 * DAY), office.case(NOW - 4 * DAY)
        self.suspend(office, second, NOW - DAY)
        self.suspend(office, first, NOW - 4 * DAY)
        self.resume(office, first, NOW - 3 * DAY)
        self.suspend(office, first, NOW - 2 * DAY)
        page = supervisor.get("/overdue?light=paused")
        assert numbers(page) == [first.no, second.no]
        text = words(page)
        assert "中止清单（2件）" in page.text
        assert "‖ 2天" in text
        assert "全部未完成的阶段06-15 10:245天2天新港街道" in text  # five days in all, three of them stood still
        assert "06-16 10:244天3天新港街道" in text

    def test_the_lamps_lead_to_it(self, supervisor, office):
        self.suspend(office, office.case(NOW - 2 * DAY))
        office.case(NOW - 5 * DAY)
        assert 'href="/overdue?light=paused"' in supervisor.get("/overdue").text
        assert 'class="lt lt-p" href="/overdue?light=paused"' in supervisor.get("/today?scope=team").text

    def test_a_handler_sees_only_her_own(self, client, sign_in, office):
        self.suspend(office, office.case(NOW - 2 * DAY))
        sign_in(client, office.other)
        assert numbers(client.get("/overdue?light=paused")) == []
        assert "目前没有中止的件" in client.get("/overdue?light=paused").text
        sign_in(client, office.handler)
        page = client.get("/today").text
        assert f'href="/overdue?light=paused&amp;who={office.handler.id}"' in page

    def test_it_is_filtered_like_the_others(self, supervisor, office):
        case = office.case(NOW - 2 * DAY)
        self.suspend(office, case)
        assert numbers(supervisor.get(f"/overdue?light=paused&q={case.no}")) == [case.no]
        assert numbers(supervisor.get(f"/overdue?light=paused&who={office.other.id}")) == []
        assert "没有符合条件的件" in supervisor.get("/overdue?light=paused&q=无此件").text

    def test_the_paper_and_the_workbook_of_it_are_the_list(self, supervisor):
        for path in ("/overdue/print?light=paused", "/overdue.xlsx?light=paused"):
            answer = supervisor.get(path)
            assert (answer.status_code, answer.location) == (302, "/overdue?light=paused")

    def test_a_case_leads_back_to_it_and_to_no_next_one(self, supervisor, office):
        one, other = office.case(NOW - 2 * DAY), office.case(NOW - 3 * DAY)
        self.suspend(office, one)
        self.suspend(office, other)
        page = supervisor.get(f"/case/{one.no}?from=overdue%3Flight%3Dpaused").text
        assert 'href="/overdue?light=paused"' in page
        assert "下一件" not in page

    def test_the_next_page_follows_the_last_line(self, office):
        made = [office.case(NOW - 3 * DAY) for _ in range(5)]
        for case in made:
            self.suspend(office, case)
        seen, after = [], None
        while found := standing_still.page(office.db, EVERYTHING, 2, after):
            seen += [one.no for one in found]
            after = found[-1].place
        assert seen == [case.no for case in made]
        assert standing_still.count(office.db, EVERYTHING) == 5
        assert standing_still.count(office.db, Wanted(handler_id=office.other.id)) == 0

    def test_it_reads_the_index_of_what_stands_still(self, office):
        asked = {**filters(EVERYTHING), "after": "", "after_id": 0, "size": 9}
        plan = " ".join(r["detail"] for r in rows(office.db, "EXPLAIN QUERY PLAN " + standing_still.PAGE, asked))
        assert "deadline_paused" in plan
