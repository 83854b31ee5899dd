"""其他时限 on the page of a case: seen by everybody, set where the office has switched them on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.web.case_desk import problems
from tests.web.test_new import FORM
from tracker.store import features
from tracker.store.database import execute

ON_THE_FORM = {"clock_label": "市局专项", "clock_source": "市局来函", "clock_due_at": "06-22 17:00"}
OWN = {"kind": "own", "label": "市局专项", "source": "市局来函", "due_at": "06-22 17:00", "reason": "市局督办件"}


@pytest.fixture
def no(desk):
    """A case on the desk of its handler, in an office that uses other clocks."""
    features.switch(desk.db, ("clocks",))
    desk.enter("王建国")
    return desk.case().no


def add(desk, no, **changes):
    return desk.send(no, "clock/add", "clock-add", **{**OWN, **changes})


def meet(desk, no, one, **changes):
    fields = {"clock": str(one), "happened_at": desk.local(), "text": "已函复市局", **changes}
    return desk.send(no, "clock/done", "clock-done", **fields)


def change(desk, no, one, button, **fields):
    return desk.send(no, "clock/change", "clock-change", clock=str(one), do=button, **fields)


def clock(desk, no, name="市局专项"):
    return next(one for one in desk.folder(no).outside if one.key == name)


def section(page: str, heading: str = "h-clocks") -> str:
    """The text of a section, without its tags."""
    rest = page[page.index(f'id="{heading}"') :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", rest[: rest.index("</section>")]))


class TestAdding:
    def test_it_stands_beside_the_stages_with_its_source_and_light(self, desk, no):
        answer = add(desk, no)
        assert answer.status_code == 303
        shown = section(desk.page(no))
        assert "1 项在走" in shown
        assert "市局专项 剩余 5天6小时 06-22 17:00 · 市局来函" in shown

    def test_the_trail_tells_who_set_it_and_why(self, desk, no):
        add(desk, no)
        page = desk.page(no)
        assert "新增时限：市局专项" in page
        assert "市局督办件" in page

    def test_the_regulation_is_chosen_by_its_name(self, desk, no):
        assert add(desk, no, kind="settle", label="", source="", due_at="").status_code == 303
        assert "《信访工作条例》第三十四条 · 60天，自然日" in section(desk.page(no))

    def test_what_is_wrong_comes_back_with_what_was_typed(self, desk, no):
        answer = add(desk, no, label="", due_at="明天", days="")
        assert answer.status_code == 400
        found = problems(answer.text)
        assert set(found) == {"clock-add-due_at"}
        assert 'value="市局来函"' in answer.text
        answer = add(desk, no, label="", days="两天", due_at="", convention="natural")
        assert set(problems(answer.text)) == {"clock-add-label", "clock-add-days"}

    def test_a_clerk_may_set_one_too(self, desk, no):
        desk.enter("林涛")
        assert "加一个时限" in desk.page(no)
        assert add(desk, no).status_code == 303

    def test_where_the_office_has_not_switched_it_on_it_is_out_of_sight(self, desk):
        desk.enter("王建国")
        case = desk.case(source_due_at=desk.clock() + timedelta(days=2), channel="12345热线")
        page = desk.page(case.no)
        assert "12345热线应反" in section(page)
        assert "加一个时限" not in page
        assert "记录时限完成" not in page


class TestMeeting:
    def test_by_hand_with_words_or_a_file(self, desk, no):
        add(desk, no)
        one = clock(desk, no).id
        assert problems(meet(desk, no, one, text="").text) == {"clock-done-text": "请写明如何完成，或附上佐证"}
        assert meet(desk, no, one).status_code == 303
        page = desk.page(no)
        assert "已完成、已取消（1）" in section(page)
        assert "按时完成" in section(page)
        assert "已函复市局" in page

    def test_the_only_one_is_chosen_already_and_a_link_chooses_among_several(self, desk, no):
        add(desk, no)
        first = clock(desk, no).id
        assert f'<option value="{first}" selected>' in desk.page(no)
        add(desk, no, label="省厅交办")
        second = clock(desk, no, "省厅交办").id
        assert f'<option value="{second}" selected>' in desk.page(no, f"?do=clock-done&clock={second}")


class TestPageOfOne:
    def test_a_given_time_is_said_to_be_one(self, desk, no):
        add(desk, no)
        page = desk.page(no, f"/clock/{clock(desk, no).id}")
        assert "给定时间，不按天数计" in page
        assert "王建国" in page
        assert "为什么是这一天" not in page

    def test_what_is_counted_is_told_day_by_day(self, desk, no):
        add(desk, no, due_at="", days="3", convention="working")
        page = desk.page(no, f"/clock/{clock(desk, no).id}")
        assert "3天，工作日" in page
        rows = re.findall(r'<td class="num nw">(.*?)</td><td class="num">(.*?)</td><td>(.*?)</td>', page)
        assert [n for _day, n, _why in rows] == ["—", "1", "—", "—", "—", "2", "3"]
        assert rows[-1][0].startswith("06-23")

    def test_there_is_none_of_another_case(self, desk, no):
        add(desk, no)
        other = desk.case().no
        assert desk.client.get(f"/case/{other}/clock/{clock(desk, no).id}").status_code == 404

    def test_another_handler_does_not_see_it(self, desk, no):
        add(desk, no)
        one = clock(desk, no).id
        desk.enter("周明")
        assert desk.client.get(f"/case/{no}/clock/{one}").status_code == 404


class TestChanging:
    def test_a_supervisor_moves_it_with_a_reason(self, desk, no):
        add(desk, no)
        one = clock(desk, no).id
        desk.enter("李处")
        assert change(desk, no, one, "move", due_at="06-30 12:00", reason="来函改期").status_code == 303
        page = desk.page(no)
        assert "调整时限：市局专项" in page
        assert "06-22 17:00 → 06-30 12:00" in page
        assert "第一次应完成" in desk.page(no, f"/clock/{one}")

    def test_taken_back_it_is_folded_with_its_reason_on_its_page(self, desk, no):
        add(desk, no)
        one = clock(desk, no).id
        desk.enter("李处")
        change(desk, no, one, "cancel", reason="市局撤回")
        assert "已取消" in section(desk.page(no))
        assert "市局撤回" in desk.page(no, f"/clock/{one}")

    def test_a_handler_is_not_offered_it(self, desk, no):
        add(desk, no)
        assert "调整或取消时限" not in desk.page(no)
        assert change(desk, no, clock(desk, no).id, "cancel", reason="不办").status_code == 403


class TestExtending:
    def test_信访办结_is_extended_by_another_person_and_the_petitioner_told(self, desk, no):
        add(desk, no, kind="settle", label="", source="", due_at="")
        one = clock(desk, no, "信访办结").id
        sent = desk.send(no, "clock/extend", "clock-extend", clock=str(one), days="30", reason="涉及多家企业")
        assert sent.status_code == 303
        desk.enter("李处")
        assert "申请延期 信访办结" in desk.client.get("/inbox").text
        asked = section(desk.page(no), "h-review")
        assert "信访办结 · 30天 · 自然日" in asked
        assert "08-16 24:00 → 09-15 24:00" in asked
        assert "延期待批" in section(desk.page(no))
        assert desk.send(no, "extend/decide", "decide-extension", do="approve").status_code == 303
        page = desk.page(no)
        assert "同意延期：信访办结" in page
        assert "09-15 24:00" in section(page)
        assert "延期尚未告知投诉人" in desk.enter("王建国").page(no)

    def test_it_is_offered_where_the_law_knows_it(self, desk, no):
        add(desk, no)
        assert "申请时限延期" not in desk.page(no)


def test_six_clocks_stand_worst_first_and_what_is_met_is_folded(desk, no):
    for day, name in ((24, "四"), (19, "二"), (18, "一"), (22, "三"), (26, "五"), (28, "六")):
        add(desk, no, label=f"专项{name}", due_at=f"06-{day} 12:00")
    desk.later(days=1, hours=5)
    page = desk.page(no)
    names = re.findall(r'/clock/\d+[^"]*">(专项.)</a>', page)
    assert names == ["专项一", "专项二", "专项三", "专项四", "专项五", "专项六"]
    assert "■ 超期 3小时24分" in section(page)
    assert "其他时限 6，超期 1" in page
    assert page.index('id="h-st"') < page.index('id="h-clocks"') < page.index('id="h-f"')


def test_继续整改_shows_its_clock_without_being_switched_on(desk):
    desk.enter("王建国")
    no = desk.case().no
    for stage in ("contact", "inspection", "recheck"):
        desk.record(no, stage)
    desk.record(no, "resolution", next_step="继续整改", until="06-25")
    page = desk.page(no)
    assert "继续整改" in section(page)
    assert "06-25 24:00" in section(page)
    assert "加一个时限" not in page


def test_a_clock_of_an_older_register_shows_what_is_known_of_it(desk, no):
    add(desk, no)
    execute(desk.db, "UPDATE deadline SET source = '', set_by = NULL, set_at = NULL WHERE kind = 'outside'")
    page = desk.page(no, f"/clock/{clock(desk, no).id}")
    assert "依据" not in page
    assert "设定" not in page


class TestRegistering:
    """One more limit in the folded part of the register form."""

    @pytest.fixture
    def send(self, desk):
        features.switch(desk.db, ("clocks",))
        desk.enter("林涛")
        return lambda **changes: desk.client.post("/new", data={**FORM, **ON_THE_FORM, **changes})

    def test_it_is_registered_with_the_case(self, desk, send):
        assert send().status_code == 303
        folder = desk.folder("XH2026-000001")
        (one,) = folder.outside
        assert (one.key, one.source, one.starts_at) == ("市局专项", "市局来函", folder.case.received_at)
        assert one.due_day.isoformat() == "2026-06-22"

    @pytest.mark.parametrize(
        ("changes", "name", "said"),
        [
            ({"clock_label": ""}, "clock_label", "请填写时限的名称"),
            ({"clock_source": ""}, "clock_source", "请填写依据：谁要求的，或哪一条规定"),
            ({"clock_due_at": "明天"}, "clock_due_at", "到期时间“明天”看不懂"),
            ({"clock_due_at": ""}, "clock_due_at", "请填写这项时限的到期时间"),
            ({"clock_due_at": "06-16 09:00"}, "clock_due_at", "到期时间应晚于收到时间"),
        ],
    )
    def test_what_is_wrong_is_named_by_its_field_and_kept(self, desk, send, changes, name, said):
        answer = send(**changes)
        assert answer.status_code == 422
        found = problems(answer.text)
        assert [*found] == [name]
        assert found[name].startswith(said)
        assert 'value="市局' in answer.text

    def test_where_the_office_has_not_switched_it_on_it_is_neither_asked_nor_taken(self, desk, send):
        features.switch(desk.db, ())
        assert "clock_label" not in desk.client.get("/new").text
        assert send().status_code == 303
        assert desk.folder("XH2026-000001").outside == ()
