"""值班表 and 交接班 in a browser: axe, widths, one page of A4, and everything without JavaScript."""

from __future__ import annotations

import os
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.browser.conftest import SIGHTS
from tests.factories import NOW
from tests.office.entries import shanghai
from tests.web.given import an_office
from tracker.office import handover, stages
from tracker.office.actors import actor_for
from tracker.rule.facts import Attempt
from tracker.store import cases, features, roster
from tracker.store.database import execute, writing

TODAY = date(2026, 6, 17)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAME, PHONE = "欧阳守密", "13912345678"
NOTE = "XH2026-000003 当事人晚上 7 点后才在家，请再联系。\n工地夜间施工许可已核对，未超时段。"


@pytest.fixture
def office(register):
    """王建国 has today's duty, 陈晓 tomorrow's, and the weeks after are theirs in turn."""
    found = an_office(register)
    with writing(register):
        features.switch(register, ("duty",))
    two = (found.handler.id, found.other.id)
    on = [(TODAY + n * DAY, two[n % 2]) for n in range(-2, 17)]
    roster.change(register, found.supervisor.id, NOW - DAY, off=(), on=[*on, (TODAY + 3 * DAY, found.clerk.id)])
    return found


def busy(office, new=4):
    """A night with something in each part of the sheet."""
    db, who = office.db, actor_for(office.handler)
    tried = Attempt(method="电话", outcome="未接通")
    old = [office.case(shanghai("06-16 10:00") + n * HOUR / 60, name=NAME, phone=PHONE) for n in range(new)]
    for n in range(new):
        told = f"{NAME}（{PHONE}）反映：第{n}号楼下餐饮油烟直排，夜间更明显，长期无人处理，希望尽快到现场查看并答复"
        at, grade = NOW - (new - n) * HOUR / 60, "紧急" if n % 3 == 0 else "一般"
        office.case(at, at=at, grade=grade, name=NAME, content=told)
    for one in old:
        stages.attempt(db, who, one.no, cases.version(db, one.no), tried, NOW - HOUR, NOW - HOUR, reason="")


def shot(page, name, sight):
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"duty-{name}-{sight}.png", full_page=True)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_break_no_rule_of_axe_and_fit(open_page, enter, office, axe, fits, sight, make_person):
    busy(office)
    handover.give(office.db, actor_for(office.other), TODAY - DAY, NOTE, NOW - 3 * HOUR)
    execute(office.db, "INSERT INTO takeover SELECT id, :by, at FROM handover", {"by": office.handler.id})
    admin = make_person(name="吴管理", roles=("admin", "supervisor"))
    looks = (
        (office.handler, ("/today", "/duty", "/handover", "/handover?day=2026-06-16")),
        (office.supervisor, ("/handover", "/duty")),
        (admin, ("/duty", "/ladder", "/features")),
    )
    for person, paths in looks:
        page = enter(open_page("/login", sight=sight), person)
        for path in paths:
            page.goto(path)
            shot(page, f"{person.name}-{path.strip('/').replace('?', '-')}", sight)
            assert axe(page) == [], path
            assert fits(page), path
    page = enter(open_page("/login", sight=sight), office.supervisor)
    page.goto("/duty")
    page.fill("#f-lines", "06-20 王五\n明天 陈晓")
    page.click("button:has-text('粘贴排班')")
    shot(page, "refused", sight)
    assert axe(page) == []
    assert fits(page)


@pytest.mark.parametrize(("new", "notes"), [(0, 0), (4, 1), (40, 1), (40, 3)])
def test_the_handover_is_one_page_of_a4_and_names_nobody(open_page, enter, office, axe, new, notes):
    busy(office, new)
    for n in range(notes):
        handover.give(office.db, actor_for(office.handler), TODAY, f"{n}\n" + (NOTE + "\n") * 4, NOW)
    page = enter(open_page("/login"), office.clerk)
    page.goto("/handover")
    page.emulate_media(media="print")
    assert axe(page) == []
    page.set_viewport_size({"width": 703, "height": 1032})  # A4 without its margins
    shot(page, f"paper-{new}", notes)
    pdf = page.pdf(prefer_css_page_size=True)
    if folder := os.environ.get("SCREENSHOTS"):
        (Path(folder) / f"handover-{new}-{notes}.pdf").write_bytes(pdf)
    reader = PdfReader(BytesIO(pdf))
    assert len(reader.pages) == 1
    width, height = (float(side) / 72 * 25.4 for side in reader.pages[0].mediabox.upper_right)
    assert (round(width), round(height)) == (210, 297)
    text = normalize("NFKC", reader.pages[0].extract_text()).replace(" ", "")
    assert NAME not in text
    assert PHONE not in text
    assert ("/handover?day=2026-06-17" in text) is (new > 4)
    assert "接班" in text


def test_a_roster_is_kept_and_a_duty_handed_over_without_javascript(open_page, enter, office, clock):
    page = enter(open_page("/login", javascript=False), office.supervisor)
    page.goto("/duty")
    page.fill("#f-first", "2026-07-06")
    page.fill("#f-last", "2026-07-09")
    page.fill("#f-names", "王建国、陈晓")
    page.click("button:text-is('排班')")
    page.wait_for_selector(".done:has-text('已保存值班安排')")
    page.click("text=后四周 →")
    assert page.input_value("#f-day-2026-07-13") == ""
    page.goto("/duty?from=2026-07-06")
    assert [page.input_value(f"#f-day-2026-07-0{n}") for n in (6, 7, 8, 9)] == ["王建国", "陈晓", "王建国", "陈晓"]
    page.fill("#f-day-2026-07-07", "林涛")
    page.click("button:has-text('保存 07-07')")
    page.wait_for_selector(".done:has-text('已保存值班安排')")
    page.click("button:has-text('撤销这次改动')")
    page.wait_for_selector(".done:has-text('已撤销')")
    assert page.input_value("#f-day-2026-07-07") == "陈晓"
    page = enter(page, office.handler)
    page.goto("/today")
    page.click("p a:has-text('交接班')")
    page.fill("#f-note", "无未了事项")
    page.click("button:text-is('交班')")
    page.wait_for_selector(".done:has-text('已交班')")
    clock.at = shanghai("06-18 08:31")
    page = enter(page, office.other)
    execute(office.db, "UPDATE session SET created_at = :at, seen_at = :at", {"at": "2026-06-18T00:31:00Z"})
    page.goto("/handover")
    page.click("button:text-is('接班')")
    page.wait_for_selector(".done:has-text('已接班')")
    page.goto("/handover?day=2026-06-17")
    page.wait_for_selector("text=接班：陈晓 06-18 08:31")


def test_the_duty_officer_registers_an_urgent_complaint_by_the_key_of_the_form(open_page, enter, office, axe):
    page = enter(open_page("/login"), office.handler)
    page.goto("/today")
    page.keyboard.press("n")
    page.wait_for_url("**/new")
    page.fill("#f-phone", "13800000001")
    page.fill("#f-place", "港南路88号")
    page.click("summary:has-text('更多')")
    page.select_option("#f-grade", "紧急")
    page.fill("#f-content", "厂区冒黄烟，气味刺鼻")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".done")
    shot(page, "registered", "light")
    page.goto("/handover")
    assert "厂区冒黄烟" in page.inner_text("#h-urgent ~ table")
