"""The address of an act opened by somebody whose act it is not, or no more, and by way of links sent earlier."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest

from tests.factories import PASSWORD
from tests.web.case_desk import FORMS
from tests.web.following import landed
from tests.web.pages import words
from tracker.office import clocking
from tracker.rule.anchors import way
from tracker.rule.clock_acts import Wanted
from tracker.store import features
from tracker.store.database import writing

DONE = "“提醒的这一项现在没有要您办的：可能已办完，或已由他人办理”"


def to(desk, no, act, of=""):
    return landed(desk.client, f"/case/{no}/do/{act}" + (f"?of={quote(of)}" if of else ""))


def test_whose_case_it_was_finds_nothing_as_ever_and_whose_it_is_finds_the_form(desk):
    case = desk.case()
    desk.enter("李处").send(case.no, "assign", "assign", handler_id=desk.people["周明"].id, reason="轮换")
    desk.enter("王建国")
    answer = desk.client.get(f"/case/{case.no}/do/inspection")
    assert answer.status_code == 404
    assert f"没有这个编号：{case.no}" in words(answer)
    desk.enter("周明")
    assert to(desk, case.no, "inspection") == "stage/inspection"
    assert to(desk, case.no, "sign") == "sign"


def test_a_handler_finds_what_is_done_said_in_the_words_of_the_rule(desk):
    case = desk.case()
    desk.enter("王建国").finish(case.no, "contact", "inspection")
    assert to(desk, case.no, "contact") == "“先行联系”已经完成，不能重复记录".join("“”")
    assert to(desk, case.no, "sign") == "“本件已签收” stage/recheck"
    assert to(desk, case.no, "decide-end") == DONE
    assert to(desk, case.no, "answer") == DONE
    assert to(desk, case.no, "clock", "没有这个时限") == DONE
    assert to(desk, case.no, "decide-backfill", "contact") == DONE


def test_a_stage_that_stands_still_says_so_and_offers_to_go_on(desk):
    case = desk.case()
    desk.enter("王建国").finish(case.no, "contact")
    desk.send(case.no, "suspend", "suspend", ground="case", reason="台风")
    desk.enter("李处").send(case.no, "suspend/decide", "decide-suspension", do="approve")
    desk.enter("王建国")
    assert to(desk, case.no, "inspection") == "““现场检查与整改”已中止，请先恢复” resume"


def test_a_clerk_is_told_whose_it_is_and_may_make_the_first_call(desk):
    case = desk.case()
    desk.enter("林涛")
    assert to(desk, case.no, "contact") == "stage/contact"
    assert to(desk, case.no, "inspection") == "“这一项由王建国办理” note"
    assert to(desk, case.no, "decide-close") == DONE


def test_nobody_decides_what_they_asked_for(desk):
    case = desk.case()
    desk.enter("李处").send(case.no, "suspend", "suspend", ground="case", reason="台风")
    assert to(desk, case.no, "decide-suspension") == DONE
    desk.enter("赵科")
    assert to(desk, case.no, "decide-suspension") == "suspend/decide"
    # What waits for her goes before urging.
    assert to(desk, case.no, "inspection") == "suspend/decide"


def test_a_supervisor_who_cannot_urge_is_told_why(desk):
    case = desk.case()
    desk.enter("王建国").finish(case.no, "contact", "inspection", "recheck", "resolution")
    desk.enter("李处")
    assert to(desk, case.no, "recheck") == "““现场复查与安排监测”已经完成，不能重复记录”"


def test_each_clock_is_the_one_chosen_in_the_form_that_meets_it(desk):
    with writing(desk.db):
        features.switch(desk.db, ("clocks",))
    case, handler = desk.case(), desk.actor("王建国")
    for name in ("市局专项", "督办&b#2"):
        wanted = Wanted("own", label=name, source="市局", days=5, convention="working", reason="来函")
        clocking.add(desk.db, handler, case.no, desk.folder(case.no).case.version, wanted, desk.clock())
    desk.enter("王建国")
    for one in desk.folder(case.no).outside:
        assert to(desk, case.no, "clock", one.key) == "clock/done"
        location = desk.client.get(f"/case/{case.no}/do/clock", query_string={"of": one.key}).location
        page = desk.client.get(location).text
        assert f'<option value="{one.id}" selected>' in page


def test_an_act_that_nobody_knows_leads_to_the_case(desk):
    case = desk.case()
    desk.enter("王建国")
    answer = desk.client.get(f"/case/{case.no}/do/dance?from=inbox")
    assert answer.location == f"/case/{case.no}?from=inbox"
    assert desk.client.get("/case/XH2026-999999/do/sign").status_code == 404


def test_the_way_back_to_the_list_is_kept_and_no_other_server_is(desk):
    case = desk.case()
    desk.enter("王建国")
    at = desk.client.get(f"/case/{case.no}/do/contact?from=inbox").location
    assert (urlsplit(at).path, urlsplit(at).query, urlsplit(at).fragment) == (
        f"/case/{case.no}",
        "do=contact&from=inbox",
        "h-act",
    )
    at = desk.client.get(f"/case/{case.no}/do/contact?from=//evil.example").location
    assert urlsplit(at).netloc == ""
    assert "evil" not in at


@pytest.mark.parametrize("of", ["", "?of=%E7%9D%A3%E5%8A%9E%232"])
def test_the_sign_in_keeps_the_address_to_the_last_letter(desk, app, of):
    case = desk.case()
    client = app.test_client()
    asked = client.get(f"/case/{case.no}/do/clock{of}").location
    typed = {"account": desk.people["王建国"].account, "password": "wrong"}
    assert client.post(asked, data=typed).status_code == 422
    answer = client.post(asked, data={**typed, "password": PASSWORD})
    assert answer.location == f"/case/{case.no}/do/clock{of}"


def test_a_session_left_too_long_comes_back_to_the_act(desk):
    case = desk.case()
    desk.enter("王建国")
    desk.clock.forward(minutes=31)
    assert "/do/inspection" in desk.client.get(f"/case/{case.no}/do/inspection").location


def test_links_sent_before_still_name_places_on_the_page(desk):
    case = desk.case()
    desk.enter("王建国")
    page = desk.page(case.no)
    assert 'id="h-sign"' in page
    assert 'id="h-act"' in page
    desk.send(case.no, "suspend", "suspend", ground="case", reason="台风")
    desk.enter("李处")
    assert 'id="h-review"' in desk.page(case.no)


@pytest.mark.parametrize("rung", ["revisit", "revisit_late"])
@pytest.mark.parametrize("who", ["王建国", "李处"])
def test_a_notice_of_a_kind_that_is_told_no_more_opens_its_act(desk, rung, who):
    with writing(desk.db):
        features.switch(desk.db, ("revisits",))
    case = desk.case()
    desk.enter("王建国").finish(case.no, *FORMS)
    desk.send(case.no, "reply", "reply", **desk.answer())
    desk.send(case.no, "close", "close")
    desk.enter("李处").send(case.no, "close/decide", "review", do="close", day="07-20")
    desk.enter(who)
    assert landed(desk.client, way(case.no, rung)) == "revisit/result"
