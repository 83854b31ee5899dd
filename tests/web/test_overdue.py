"""The overdue list as a page: who sees what, filters in the address, groups, pages, other instants, paper."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.factories import NOW, add_person
from tests.office.entries import CONTACT, entry_of
from tests.web.given import an_office
from tests.web.pages import numbers, words
from tracker.office import desk, stages
from tracker.office.actors import actor_for
from tracker.store import streets
from tracker.store.audit import verify
from tracker.store.database import rows, writing
from tracker.store.register import attachments

DAY = timedelta(days=1)


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def supervisor(client, office, sign_in):
    return sign_in(client, office.supervisor)


def test_the_worst_case_stands_first_and_says_how_late_it_is(supervisor, office):
    later = office.case(NOW - 3 * DAY)
    worst = office.case(NOW - 5 * DAY)
    office.case(NOW)
    page = supervisor.get("/overdue")
    assert numbers(page) == [worst.no, later.no]
    text = words(page)
    assert "超期清单 截至 2026-06-17（周三）10:24" in text
    assert "■ 超期3天10小时" in text
    assert "大气·恶臭异味1 先行联系新港街道06-13 24:00王建国未催办" in text
    assert "■ 超期 2▲ 临期 0● 正常 1" in text


def test_a_late_entry_that_waits_for_the_supervisor_says_whose_turn_it_is(supervisor, office, register, home):
    no = office.case(NOW - 3 * DAY).no
    around = entry_of(NOW - 2.5 * DAY, reason="外勤，回单位补录")
    handler, seen = actor_for(office.handler), desk.read(register, no).case.version
    stages.record(register, attachments(home), handler, no, seen, CONTACT, around, NOW)
    for path in ("/overdue", "/today"):
        assert "补录待核，待督办核定" in words(supervisor.get(path)), path
    urged = words(supervisor.get(f"/overdue/urge?no={no}"))
    assert "“先行联系”补录待核，轮到督办核定，不催承办人" in urged
    assert "催办（0件）" in urged


def test_a_day_is_meant_as_it_ended(supervisor, office):
    no = office.case(NOW - 3 * DAY).no  # its contact was due on the 15th
    assert numbers(supervisor.get("/overdue?at=2026-06-15")) == []
    assert numbers(supervisor.get("/overdue?at=2026-06-16")) == [no]
    assert "截至 2026-06-17（周三）10:24" in words(supervisor.get("/overdue?at=2026-06-17"))
    wrong = supervisor.get("/overdue?at=上周")
    assert wrong.status_code == 422
    assert "截至“上周”看不懂，请写成 2026-06-18 或 2026-06-18 10:24" in wrong.text


def test_the_menu_says_how_many_are_late(supervisor, office):
    office.case(NOW - 3 * DAY)
    assert "超期清单（1）" in words(supervisor.get("/overdue"))


def test_a_handler_sees_only_her_own_cases_whatever_she_asks_for(client, sign_in, office):
    mine = office.case(NOW - 3 * DAY)
    office.case(NOW - 4 * DAY, handler_id=office.other.id)
    sign_in(client, office.handler)
    for path in ("/overdue", f"/overdue?who={office.other.id}", "/overdue?group=who", "/overdue?at=2026-06-17"):
        page = client.get(path)
        assert set(numbers(page)) <= {mine.no}, path
    assert numbers(client.get("/overdue")) == [mine.no]
    assert "超期清单（1）" in words(client.get("/overdue"))


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_the_list_is_not_for_those_who_see_no_complaints(client, sign_in, make_person, role):
    sign_in(client, make_person(roles=(role,)))
    for path in ("/overdue", "/overdue/print"):
        assert client.get(path).status_code == 403


def test_the_filters_stand_in_the_address_and_narrow_the_list(supervisor, office):
    one = office.case(NOW - 3 * DAY, street_id=office.street_id + 1)
    other = office.case(NOW - 4 * DAY, handler_id=office.other.id, content="河道泡沫", talked=False)
    nobody = office.case(NOW - 5 * DAY, handler_id=None, street_id=None)
    for query, expected in (
        (f"who={office.other.id}", [other]),
        ("who=0", [nobody]),
        (f"street={office.street_id + 1}", [one]),
        ("street=0", [nobody]),
        ("stage=contact", [nobody, other, one]),
        ("stage=inspection", []),
        ("q=泡沫", [other]),
        (f"q={one.no.lower()}", [one]),
        ("sort=recent", [one, other, nobody]),
        ("sort=received", [nobody, other, one]),
        ("sort=nonsense&group=nonsense&light=nonsense&who=x&after=x", [nobody, other, one]),
    ):
        assert numbers(supervisor.get(f"/overdue?{query}")) == [case.no for case in expected], query
    page = supervisor.get(f"/overdue?who={office.other.id}&q=泡沫")
    assert f'<option value="{office.other.id}" selected>' in page.text
    assert 'value="泡沫"' in page.text


def test_the_lights_beside_the_heading_lead_to_their_lists(supervisor, office):
    late, soon = (
        office.case(NOW - 3 * DAY),
        office.case(NOW - 3 * DAY, at=NOW - 3 * DAY + timedelta(hours=1), talked=True),
    )
    calm = office.case(NOW)
    assert numbers(supervisor.get("/overdue")) == [late.no]
    near = supervisor.get("/overdue?light=near")
    assert numbers(near) == [soon.no]
    assert "临期清单（1件）" in near.text
    assert "剩余时间" in near.text
    assert numbers(supervisor.get("/overdue?light=normal")) == [calm.no]


def test_groups_have_headings_with_their_number_and_worst_case(supervisor, office):
    for days in (3, 4):
        office.case(NOW - days * DAY)
    worst = office.case(NOW - 6 * DAY, handler_id=office.other.id)
    page = supervisor.get("/overdue?group=who")
    assert numbers(page)[0] == worst.no
    assert "陈晓 1 件，最久 4天10小时" in words(page)
    assert "王建国 2 件，最久 2天10小时" in words(page)
    assert "1 先行联系 3 件" in words(supervisor.get("/overdue?group=stage"))
    assert "新港街道 3 件" in words(supervisor.get("/overdue?group=street"))


def test_a_group_shows_ten_and_leads_to_the_rest(supervisor, office):
    for _ in range(12):
        office.case(NOW - 3 * DAY)
    page = supervisor.get("/overdue?group=who")
    assert len(numbers(page)) == 10
    (rest,) = re.findall(r'href="([^"]+)">全部 12 件', page.text)
    assert len(numbers(supervisor.get(unescape(rest)))) == 12


def test_fifty_lines_a_page_and_every_case_once(supervisor, office):
    for _ in range(60):
        office.case(NOW - 3 * DAY)
    for sort in ("due", "recent", "received"):
        first = supervisor.get(f"/overdue?sort={sort}")
        assert len(numbers(first)) == 50
        assert "共 60 件" in words(first)
        (more,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
        second = supervisor.get(unescape(more))
        assert len(numbers(second)) == 10
        assert len({*numbers(first), *numbers(second)}) == 60
        assert "下一页" not in second.text


def test_an_empty_list_says_what_falls_due_next(supervisor, office):
    case = office.case(NOW)
    office.case(NOW)
    page = supervisor.get("/overdue")
    assert "目前没有超期件。最近到期：06-18（周四）24:00前，2件 " + case.no in words(page)


def test_an_empty_register_says_that_nothing_is_late(supervisor):
    assert "目前没有超期件。" in words(supervisor.get("/overdue"))


def test_a_filter_that_finds_nothing_can_be_cleared(supervisor, office):
    office.case(NOW - 3 * DAY)
    page = supervisor.get("/overdue?q=没有这样的&sort=recent")
    assert "没有符合条件的件。" in words(page)
    assert 'href="/overdue?sort=recent"' in page.text


def test_the_list_as_of_another_instant_says_so(supervisor, office):
    case = office.case(NOW - 5 * DAY)
    page = supervisor.get("/overdue?at=06-14 09:00")
    assert numbers(page) == [case.no]
    assert "按 2026-06-14（周日）09:00 的时限" in words(page)
    assert "■ 超期9小时" in words(page)
    assert numbers(supervisor.get("/overdue?at=2026-06-13T23:59")) == []
    assert "当时没有超期件。" in words(supervisor.get("/overdue?at=2026-06-13T23:59"))


@pytest.mark.parametrize("at", ["昨天", "2026-13-01 10:00", "2026-06-18 25:00", "９９９", "\x00", "😀" * 500])
def test_a_wrong_instant_is_named_and_kept(supervisor, at):
    page = supervisor.get("/overdue", query_string={"at": at})
    assert page.status_code == 422
    assert "有 1 处需要修改" in page.text
    assert "<title>错误：超期清单" in page.text
    assert 'aria-describedby="f-at-e"' in page.text


def test_a_case_is_opened_with_the_way_back(supervisor, office):
    case = office.case(NOW - 3 * DAY)
    page = supervisor.get("/overdue?q=异味&who=")
    assert f'href="/case/{case.no}?from=overdue%3Fq%3D%25E5%25BC%2582%25E5%2591%25B3"' in page.text


def test_paper_names_who_printed_when_and_holds_every_line(supervisor, office):
    for _ in range(60):
        office.case(NOW - 3 * DAY)
    page = supervisor.get("/overdue/print")
    assert len(numbers(page)) == 60
    assert "示例区生态环境局 共 60 件 打印人 李处 打印时间 2026-06-17（周三）10:24" in words(page)
    assert supervisor.get("/overdue/print?at=x").status_code == 422


def test_the_complainant_is_never_on_the_list(supervisor, office):
    office.case(NOW - 3 * DAY, name="张秘密", phone="13912345678")
    for path in ("/overdue", "/overdue?group=who", "/overdue?at=2026-06-17 09:00", "/overdue/print"):
        page = supervisor.get(path)
        assert "秘密" not in page.text, path
        assert "13912345678" not in page.text, path
    assert numbers(supervisor.get("/overdue?q=张秘密")) == numbers(supervisor.get("/overdue?q=13912345678")) == []


def test_the_list_survives_the_sign_in(client, office):
    answer = client.get("/overdue?who=2&at=06-14 09:00")
    assert answer.location.startswith("/login?next=/overdue?who%3D2")


def exported(answer):
    """The cells of the workbook, row by row."""
    return CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()


def test_the_workbook_holds_the_lines_that_the_filters_leave(supervisor, office):
    kept = [office.case(NOW - days * DAY, handler_id=office.other.id) for days in (3, 5)]
    office.case(NOW - 4 * DAY)
    answer = supervisor.get(f"/overdue.xlsx?who={office.other.id}&sort=received")
    assert "20260617-1024.xlsx" in answer.headers["Content-Disposition"]
    title, note, _heading, *found = exported(answer)
    assert title[0] == "示例区生态环境局 超期清单"
    assert "共 2 件" in note[0]
    assert "李处" in note[0]
    assert [row[1] for row in found] == [kept[1].no, kept[0].no]


def test_the_workbook_of_another_light_says_which_and_how_long_yet(supervisor, office):
    case = office.case(NOW)
    title, _note, _heading, row = exported(supervisor.get("/overdue.xlsx?light=normal"))
    assert title[0] == "示例区生态环境局 正常在办"
    assert row[:2] == ["剩 1天13小时", case.no]


def test_the_workbook_of_another_instant_holds_what_was_late_then(supervisor, office):
    case = office.case(NOW - 5 * DAY)
    answer = supervisor.get("/overdue.xlsx?at=06-14 09:00")
    assert "20260614-0900.xlsx" in answer.headers["Content-Disposition"]
    assert exported(answer)[3][:2] == ["9小时", case.no]
    assert supervisor.get("/overdue.xlsx?at=x").status_code == 422


def test_a_handler_takes_away_only_her_own_cases(client, sign_in, office):
    mine = office.case(NOW - 3 * DAY)
    office.case(NOW - 4 * DAY, handler_id=office.other.id)
    sign_in(client, office.handler)
    assert [row[1] for row in exported(client.get(f"/overdue.xlsx?who={office.other.id}"))[3:]] == [mine.no]


def test_who_takes_the_list_away_is_written_down(supervisor, office):
    office.case(NOW - 3 * DAY)
    supervisor.get("/overdue.xlsx?stage=contact")
    (record,) = rows(office.db, "SELECT person_id, detail FROM audit WHERE act = 'export'")
    assert record["person_id"] == office.supervisor.id
    assert json.loads(record["detail"]) == {"what": "overdue", "rows": 1, "asked": {"stage": "contact"}}
    assert verify(office.db) is None


def test_what_people_typed_is_text_on_every_list(client, register, sign_in, office):
    """The rows are escaped by hand (web/lines.py), so that each field that people type is tried."""
    evil = '<img src=x onerror="1">&"'
    handler = add_person(register, roles=("handler", "supervisor"), name=evil)
    with writing(register):
        street = streets.add(register, evil + "街道", "")
    office.case(NOW - 3 * DAY, handler_id=handler.id, street_id=street, content=evil, place=evil, subject_unit=evil)
    sign_in(client, handler)
    for path in ("/overdue", "/overdue?group=who", "/overdue?group=street", "/overdue/print", "/today", "/inbox"):
        page = client.get(path)
        assert "<img" not in page.text, path
        assert page.text.count("&lt;img src=x onerror=") >= 3, path
    page = client.get("/overdue", query_string={"q": evil, "stage": evil, "light": evil, "who": evil})
    assert "<img" not in page.text
