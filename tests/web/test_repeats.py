"""Repeats on the page of a case: joined, linked, taken back, and counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.case_desk import problems
from tracker.store import features, joins
from tracker.store.database import writing


@pytest.fixture
def lead(desk):
    return desk.case().no


@pytest.fixture
def no(desk, lead):
    """Another citizen about the same place; 周明 has it."""
    return desk.case(phone="13900000009", handler_id=desk.people["周明"].id).no


class TestJoin:
    def test_it_is_offered_with_its_reason_and_done(self, desk, lead, no):
        page = desk.enter("林涛").page(no)
        assert 'id="act-join"' in page
        assert f"{lead} · 在办，1 先行联系 · 同地址" in page
        assert desk.send(no, "join", "join", lead_no=lead).status_code == 303
        page = desk.page(no)
        assert f"已并入 {lead}" in page
        assert 'id="act-join"' not in page
        assert f"并入 {lead}" in page
        assert no in desk.page(lead)

    def test_nothing_chosen_is_said_at_the_field(self, desk, no):
        answer = desk.enter("林涛").send(no, "join", "join")
        assert answer.status_code == 400
        assert problems(answer.text) == {"join-lead_no": "请选择要并入的件"}

    def test_it_is_taken_back_within_ten_minutes(self, desk, lead, no):
        desk.enter("林涛").send(no, "join", "join", lead_no=lead)
        assert f"/case/{no}/unjoin" in desk.page(no)
        assert f"/case/{no}/unjoin" not in desk.enter("李处").page(no)
        desk.enter("林涛")
        assert desk.send(no, "unjoin", "unjoin").status_code == 303
        page = desk.page(no)
        assert "已撤销并入，时限不变" in page
        assert f"撤销并入 {lead}" in page
        assert desk.folder(no).case.lead_no == ""

    def test_after_ten_minutes_it_is_neither_offered_nor_done(self, desk, lead, no):
        desk.enter("林涛").send(no, "join", "join", lead_no=lead)
        desk.later(minutes=10, seconds=1)
        assert f"/case/{no}/unjoin" not in desk.page(no)
        answer = desk.send(no, "unjoin", "unjoin")
        assert answer.status_code == 400
        assert "已超过10分钟，不能撤销" in answer.text

    def test_registered_as_joined_it_may_be_taken_out_as_well(self, desk, lead):
        no = desk.case(lead_no=lead).no
        assert f"/case/{no}/unjoin" in desk.enter("林涛").page(no)

    def test_a_case_without_any_like_it_offers_nothing(self, desk):
        no = desk.case().no
        page = desk.enter("林涛").page(no)
        assert "act-join" not in page
        assert "act-link" not in page
        assert "重复情况" not in page


class TestLink:
    @pytest.fixture
    def closed(self, desk, lead):
        desk.enter("王建国").finish(lead, "contact", "inspection", "recheck", "resolution")
        desk.send(lead, "reply", "reply", **desk.answer())
        desk.send(lead, "close", "close")
        desk.enter("李处").send(lead, "close/decide", "review", do="close")
        assert desk.folder(lead).case.state == "closed"
        return lead

    def test_a_closed_case_is_linked_and_shown_both_ways(self, desk, closed, no):
        page = desk.enter("林涛").page(no)
        assert f"{closed} · 已销项 · 同地址" in page
        assert desk.send(no, "link", "link", other=closed, note="上次已整改").status_code == 303
        page = desk.page(no)
        assert f"已关联 {closed}" in page
        assert "上次已整改" in page
        assert f'/case/{closed}">{closed}</a>' in page
        assert f'/case/{no}">{no}</a>' in desk.page(closed)

    def test_it_is_taken_back(self, desk, closed, no):
        desk.enter("林涛").send(no, "link", "link", other=closed)
        (tie,) = joins.links(desk.db, desk.folder(no).case.id)
        assert f"/case/{no}/unlink/{tie.id}" in desk.page(no)
        assert desk.send(no, f"unlink/{tie.id}", "unlink").status_code == 303
        assert "已撤销关联" in desk.page(no)
        assert joins.links(desk.db, desk.folder(no).case.id) == ()
        assert desk.send(no, f"unlink/{tie.id}", "unlink").status_code == 400

    def test_a_handler_reads_the_number_of_another_case_and_is_led_to_none_that_she_may_not_open(
        self, desk, closed, no
    ):
        desk.enter("周明").send(no, "link", "link", other=closed)
        page = desk.page(no)
        assert f'<span class="num">{closed}</span>' in page
        assert f"/case/{closed}" not in page


def test_both_figures_stand_on_the_page(desk):
    no = desk.case().no
    desk.case()
    for n in range(2):
        desk.case(phone=f"1390000000{n}")
    page = desk.enter("林涛").page(no)
    assert "重复3件：同诉人1 · 同点位2" in page
    assert '<span class="rep">重复3件</span>' in page


def test_the_handler_of_a_case_joins_her_own(desk, lead, no):
    desk.enter("周明")
    assert desk.send(no, "join", "join", lead_no=lead).status_code == 303
    assert desk.client.post(f"/case/{lead}/join", data={"seen": "1"}).status_code == 404


class TestGroup:
    @pytest.fixture
    def on(self, desk):
        with writing(desk.db):
            features.switch(desk.db, {"groups"})

    def test_it_stays_out_of_sight_until_it_is_switched_on(self, desk):
        no = desk.case(heads=20).no
        desk.enter("林涛")
        assert "群体20人" not in desk.page(no)
        assert "act-group" not in desk.page(no)
        assert "群体" not in desk.client.get("/new").text
        assert "群体" not in desk.client.get("/today?scope=all").text

    def test_it_is_marked_on_the_page_and_shown_in_the_lists(self, desk, on):
        no = desk.case().no
        desk.enter("李处")
        assert desk.send(no, "group", "group", heads="20").status_code == 303
        page = desk.page(no)
        assert '<span class="rep">群体20人</span>' in page
        assert 'id="f-group-heads" name="group-heads" type="text" value="20"' in page
        desk.later(days=3)
        assert "群体20人" in desk.client.get("/overdue").text
        assert problems(desk.send(no, "group", "group", heads="一").text)["group-heads"].startswith("群体件人数应为")

    def test_registration_asks_for_it_folded_away(self, desk, on):
        page = desk.enter("林涛").client.get("/new").text
        assert 'id="f-heads"' in page
        form = {"channel": "电话", "phone": "13800000000", "content": "异味", "place": "港南路88号"}
        sent = {**form, "received_at": desk.local(), "heads": "１２"}
        assert desk.client.post("/new", data=sent).status_code == 303
        assert "群体12人" in desk.page("XH2026-000001")
        answer = desk.client.post("/new", data={**sent, "heads": "许多", "entry_key": "x"})
        assert problems(answer.text)["heads"].startswith("群体件人数应为")


class TestVisit:
    @pytest.fixture
    def mine(self, desk, lead):
        """Another citizen about the same place; 王建国 has both."""
        return desk.case(phone="13900000009").no

    def test_the_form_offers_the_other_open_cases_and_records_in_each_that_is_ticked(self, desk, lead, mine):
        page = desk.enter("王建国").page(lead)
        assert "同一次检查一并记入" in page
        assert f'name="inspection-others" value="{mine}"' in page
        assert desk.record(lead, "inspection", others=[mine]).status_code == 303
        assert f"现场检查与整改：与 {lead} 同一次检查" in desk.page(mine)
        assert desk.folder(mine).standing.stage("inspection").state == "done"

    def test_nothing_is_ticked_for_her(self, desk, lead, mine):
        assert "checked" not in desk.enter("王建国").page(lead).split("同一次检查一并记入")[1].split("</fieldset>")[0]
        desk.record(lead, "inspection")
        assert desk.folder(mine).standing.stage("inspection").state == "open"

    def test_a_refusal_names_the_case_and_keeps_the_ticks(self, desk, lead):
        old = desk.case(phone="13900000008", received_at=desk.clock() - timedelta(days=5)).no
        page = desk.enter("王建国").page(lead)
        assert "已超期" in page.split("同一次检查一并记入")[1]
        assert 'id="f-inspection-late_cause"' in page, "asked for another case's sake"
        answer = desk.record(lead, "inspection", others=[old])
        assert answer.status_code == 400
        assert problems(answer.text) == {"inspection-late_cause": f"{old}：本阶段已超期，请选择超期原因"}
        assert f'value="{old}" checked' in answer.text
        assert desk.folder(lead).standing.stage("inspection").state == "open"
        assert desk.record(lead, "inspection", others=[old], late_cause="人手不足").status_code == 303

    def test_a_case_that_is_not_hers_is_neither_offered_nor_taken(self, desk, lead, no):
        assert "同一次检查一并记入" not in desk.enter("王建国").page(lead)
        assert desk.record(lead, "inspection", others=[no]).status_code == 404
        assert desk.folder(lead).standing.stage("inspection").state == "open"


class TestCite:
    @pytest.fixture
    def inspected(self, desk, lead):
        desk.enter("王建国").finish(lead, "inspection")
        return lead

    def test_an_inspection_from_before_is_cited(self, desk, inspected):
        no = desk.case(phone="13900000009", received_at=desk.clock()).no
        page = desk.enter("王建国").page(no)
        fact_id = desk.folder(inspected).facts[0].id
        assert f"{inspected} · 06-17 10:24 · 现场检查与整改 · 属实 · 王建国、周明" in page
        answer = desk.send(no, "cite", "cite", source=fact_id, reason="前件没有照片")
        assert answer.status_code == 303
        page = desk.page(no)
        assert f"已引用 {inspected} 的检查" in page
        assert f"现场检查与整改：引用 {inspected} 的此前检查" in page
        assert "实际检查时间" in page
        assert f"/case/{no}/undo/inspection" in page

    def test_what_is_missing_is_said_at_its_field(self, desk, inspected):
        no = desk.case(phone="13900000009", received_at=desk.clock()).no
        desk.enter("王建国")
        assert problems(desk.send(no, "cite", "cite").text) == {"cite-source": "请选择要引用的检查"}
        answer = desk.send(no, "cite", "cite", source=desk.folder(inspected).facts[0].id, reason="")
        assert problems(answer.text) in ({}, {"cite-reason": "所引用的检查没有佐证，请写明原因"})
        desk.later(days=4)
        page = desk.page(no)
        assert 'id="f-cite-late_cause"' in page
        answer = desk.send(no, "cite", "cite", source=desk.folder(inspected).facts[0].id, reason="前件没有照片")
        assert problems(answer.text)["cite-late_cause"] == "本阶段已超期，请选择超期原因"

    def test_where_there_is_none_nothing_is_offered(self, desk, lead):
        assert "引用此前检查" not in desk.enter("王建国").page(lead)


class TestReorder:
    @pytest.fixture
    def ordered(self, desk):
        no = desk.case(channel="12345热线", source_no="SH2026-77").no
        desk.enter("王建国").finish(no, "inspection")
        desk.later(days=1)
        return no

    def test_the_register_form_leads_to_the_case_that_has_the_number(self, desk, ordered):
        form = {"channel": "12345热线", "phone": "13800000000", "content": "异味", "place": "港南路88号"}
        sent = {**form, "received_at": "06-18 09:00", "source_no": "ＳＨ2026-77", "source_due_at": "06-25 17:00"}
        answer = desk.enter("林涛").client.post("/new", data=sent)
        assert f"来源重新交办的：在 {ordered} 登记新的一轮" in answer.text
        page = desk.page(ordered, "?do=again&dispatched_at=06-18 09:00&source_due_at=06-25 17:00")
        assert 'name="again-dispatched_at" type="text" value="06-18 09:00"' in page
        assert 'name="again-source_due_at" type="text" value="06-25 17:00"' in page
        assert 'name="again-stages" value="inspection" checked' in page
        assert 'name="again-stages" value="recheck"' not in page, "it is not finished, and goes on"

    def test_it_is_recorded_with_its_dispatch_reason_and_limit(self, desk, ordered):
        told = {"dispatched_at": "06-18 09:00", "reason": "市民再次来电", "stages": ["inspection"]}
        answer = desk.enter("林涛").send(ordered, "again", "again", **told, source_due_at="06-25 17:00")
        assert answer.status_code == 303
        page = desk.page(ordered)
        assert "已登记重新交办，第2轮从派单时间起算" in page
        assert "重新交办，第2轮" in page
        assert "重新交办的派单时间" in desk.page(ordered, "/why/inspection?round=2")
        assert "12345热线应反" in page

    def test_what_is_wrong_is_said_at_its_field_and_kept(self, desk, ordered):
        answer = desk.enter("林涛").send(ordered, "again", "again", source_due_at="下周", reason="市民再次来电")
        assert set(problems(answer.text)) == {"again-dispatched_at", "again-source_due_at"}
        assert "市民再次来电</textarea>" in answer.text
        told = {"dispatched_at": "06-17 01:00", "stages": ["inspection"]}
        found = problems(desk.send(ordered, "again", "again", **told).text)
        assert found["again-dispatched_at"].startswith("派单时间应晚于上一次派单（06-17")
        assert found["again-reason"] == "请写明来源重新交办的理由"

    def test_it_is_offered_to_clerks_and_supervisors_where_there_is_a_number(self, desk, ordered):
        assert "act-again" in desk.enter("李处").page(ordered)
        assert "act-again" not in desk.enter("王建国").page(ordered)
        assert "act-again" not in desk.enter("林涛").page(desk.case().no)
