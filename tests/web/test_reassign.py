"""改派 of several cases at once: from the list, and of everything that somebody has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.web.case_desk import problems
from tests.web.given import an_office
from tests.web.pages import words
from tracker.office import desk, dispatch
from tracker.office.actors import actor_for
from tracker.store import audit, cases, people
from tracker.store.database import value

DAY = timedelta(days=1)


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def supervisor(client, sign_in, office):
    return sign_in(client, office.supervisor)


def handlers(office, found):
    return [cases.by_no(office.db, case.no).handler for case in found]


def confirm(client, office, found, to=None, **changes):
    """The page of the cases, confirmed."""
    form = {
        "no": [case.no for case in found],
        "seen": [str(case.version) for case in found],
        "handler_id": str((to or office.other).id),
        "reason": "轮岗",
        **changes,
    }
    return client.post("/reassign", data=form)


def test_ticked_cases_change_hands_with_one_reason_and_a_line_in_each_record(supervisor, office):
    found = [office.case(NOW - n * DAY) for n in (3, 4)]
    before = [(one.due_at, one.due_version) for case in found for one in limits(office, case)]
    page = supervisor.get("/overdue?sort=recent")
    assert 'form="pick" formaction="/reassign"' in page.text
    asked = supervisor.get("/reassign", query_string={"no": [c.no for c in found], "from": "overdue?sort=recent"})
    assert "改派（2件）" in words(asked)
    assert all(case.no in asked.text for case in found)
    answer = confirm(supervisor, office, found, **{"from": "overdue?sort=recent"})
    assert (answer.status_code, answer.location) == (303, "/overdue?sort=recent")
    assert "已将 2 件改派给 陈晓" in words(supervisor.get(answer.location))
    assert handlers(office, found) == ["陈晓", "陈晓"]
    for case in found:
        last = audit.of_case(office.db, case.id)[0]
        assert (last.act, last.person, last.detail["reason"]) == ("assign", "李处", "轮岗")
    assert [(one.due_at, one.due_version) for case in found for one in limits(office, case)] == before


def limits(office, case):
    return desk.read(office.db, case.no).deadlines


def test_nothing_ticked_is_said_on_the_list(supervisor, office):
    office.case(NOW - 3 * DAY)
    page = supervisor.get("/reassign?from=overdue")
    assert page.status_code == 422
    assert "请先勾选案件" in page.text


def test_a_leavers_cases_are_handed_over_in_five_clicks_and_the_leaver_leaves(client, sign_in, office, make_person):
    both = make_person(name="何敏", roles=("admin", "supervisor"))
    found = [office.case(NOW - n * DAY) for n in (1, 2, 3)]
    who = office.handler.id
    sign_in(client, both)
    assert f'href="/reassign?who={who}"' in client.get(f"/people/{who}").text
    page = words(client.get(f"/reassign?who={who}"))
    assert "改派（3件）" in page
    assert "王建国 的在办件" in page
    answer = confirm(client, office, found, who=str(who))
    assert answer.location == f"/people/{who}"
    assert "已将 3 件改派给 陈晓" in words(client.get(answer.location))
    assert client.post(f"/people/{who}/active", data={"active": "0"}).status_code == 302
    assert not people.person(office.db, who).active


def test_an_administrator_who_sees_no_cases_is_told_who_hands_them_over(client, sign_in, office, make_person):
    office.case()
    sign_in(client, make_person(roles=("admin",)))
    page = client.get(f"/people/{office.handler.id}")
    assert "请督办或登记员改派" in page.text
    assert "/reassign" not in page.text
    assert client.get(f"/reassign?who={office.handler.id}").status_code == 403


def test_the_list_of_one_handler_offers_all_that_they_have(supervisor, office):
    office.case(NOW - 3 * DAY)
    who = office.handler.id
    assert f"/reassign?who={who}" in supervisor.get(f"/overdue?who={who}").text
    assert "改派此人" not in supervisor.get("/overdue").text


def test_one_case_that_changed_meanwhile_keeps_all_where_they_are(supervisor, office):
    found = [office.case(NOW - n * DAY) for n in (3, 4)]
    dispatch.sign(office.db, actor_for(office.handler), found[1].no, NOW)
    answer = confirm(supervisor, office, found)
    assert answer.status_code == 400
    assert "刚被他人更新，所选案件都没有改派" in answer.text
    assert handlers(office, found) == ["王建国", "王建国"]
    assert value(office.db, "SELECT count(*) FROM audit WHERE act = 'assign'") == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"reason": ""}, "reason"), ({"handler_id": ""}, "handler_id"), ({"handler_id": "1"}, "handler_id")],
)
def test_what_is_missing_is_named_and_what_was_typed_is_kept(supervisor, office, changes, field):
    found = [office.case(NOW - 3 * DAY)]
    answer = confirm(supervisor, office, found, **changes)
    assert answer.status_code == 400
    assert set(problems(answer.text)) == {field}
    assert handlers(office, found) == ["王建国"]


def test_what_the_chosen_handler_has_already_stays_as_it_is(supervisor, office):
    found = [office.case(NOW - 3 * DAY), office.case(NOW - 2 * DAY, handler_id=office.other.id)]
    confirm(supervisor, office, found)
    assert handlers(office, found) == ["陈晓", "陈晓"]
    assert cases.by_no(office.db, found[1].no).version == found[1].version
    assert "所选案件已由该承办人办理" in confirm(supervisor, office, [cases.by_no(office.db, c.no) for c in found]).text


def test_a_number_that_does_not_exist_and_a_closed_case_are_named_and_left_out(supervisor, office):
    case = office.case()
    page = supervisor.get("/reassign", query_string={"no": ["XH2026-999999", case.no]})
    assert "没有这个编号：XH2026-999999" in page.text
    assert "改派（1件）" in words(page)


def test_handlers_neither_tick_nor_reassign(client, sign_in, office):
    case = office.case(NOW - 3 * DAY)
    sign_in(client, office.handler)
    page = client.get("/overdue").text
    assert "改派" not in page
    assert 'type="checkbox"' not in page
    assert client.get(f"/reassign?no={case.no}").status_code == 403
    assert confirm(client, office, [case]).status_code == 403
