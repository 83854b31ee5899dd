"""A case from registration to closing by two people, in a browser without JavaScript."""

from __future__ import annotations

import os
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.browser.conftest import SIGHTS
from tests.conftest import LOOPBACK
from tests.web.case_desk import JPG, NAME, PHONE
from tracker.office import desk, stages
from tracker.office.actors import actor_for
from tracker.office.register import NewCase, register
from tracker.office.stages import Around
from tracker.rule.facts import Contact, Inspection, Recheck, Resolution
from tracker.store import streets
from tracker.store.database import writing

SEEN = "夜间挤出工序生产，车间东侧两扇窗户未密闭，厂界下风向有明显塑料异味，已现场拍照并制作笔录，企业负责人在场签字。"
WALKS = {"light": (1366, 768), "phone": (360, 740)}


@pytest.fixture
def people(make_person):
    """Whoever takes part, by name."""
    cast = (("林涛", ("clerk",)), ("王建国", ("handler",)), ("李处", ("supervisor",)), ("赵科", ("supervisor",)))
    return {name: make_person(name=name, roles=roles, unit="执法二中队") for name, roles in cast}


@pytest.fixture
def make_case(register_case, clock):
    """A case of 王建国, an hour old."""
    return lambda **changes: register_case(**{"received_at": clock() - timedelta(hours=1), **changes})


@pytest.fixture
def register_case(people, clock, request):
    db = request.getfixturevalue("register")
    with writing(db):
        street = streets.add(db, "新港街道", "xg")

    def make(**changes):
        fields = {
            "channel": "12345热线",
            "source_no": "20260617-A-04417",
            "source_due_at": clock() + timedelta(days=9, hours=6),
            "content": "塑料制品厂异味扰民，夜间更明显。附近居民窗户不能开，要求夜间停产检查。",
            "place": "港南路 88 号",
            "subject_unit": "示例塑料制品有限公司",
            "name": NAME,
            "phone": PHONE,
            "handler_id": people["王建国"].id,
            "street_id": street,
            "categories": ("11",),
            **changes,
        }
        return register(db, actor_for(people["林涛"], LOOPBACK), NewCase(**fields), clock())

    return make


def shot(page, name, sight):
    """Keep a picture where SCREENSHOTS says, for looking at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"case-{name}-{sight}.png", full_page=True)


@pytest.mark.parametrize("sight", WALKS)
def test_two_people_take_a_case_from_registration_to_closing_without_javascript(
    open_page, enter, people, make_case, clock, fits, sight, tmp_path
):
    photo = tmp_path / "西窗.jpg"
    photo.write_bytes(JPG)
    no = make_case().no
    page = enter(open_page("/login", sight=sight, javascript=False), people["王建国"])

    def done(words):
        page.wait_for_selector(f".done:has-text('{words}')")
        assert fits(page)
        clock.forward(minutes=1)

    page.goto(f"/case/{no}")
    shot(page, "1-new", sight)
    if sight == "phone":
        page.click("a.jump")
    page.check("text=未接通")
    page.select_option("#f-contact-method", "电话")
    page.click("#h-act ~ form button:has-text('完成本阶段')")
    done("已记录第1次联系：未接通")

    page.check("text=已联系")
    page.select_option("#f-contact-method", "电话")
    page.fill("#f-contact-record", "已告知受理情况，约定查后电话答复")
    page.click("#h-act ~ form button:has-text('完成本阶段')")
    done("已完成第1阶段")

    shot(page, "2-contacted", sight)
    page.click("#h-act ~ form button:has-text('完成本阶段')")
    page.wait_for_selector(".es h2:has-text('处需要修改')")
    assert page.title().startswith("错误：")
    shot(page, "3-refused", sight)
    assert fits(page)
    page.click(".es a:has-text('两名检查人')")
    page.fill("#f-inspection-officers", "王建国、周明")
    page.select_option("#f-inspection-mode", "现场")
    page.select_option("#f-inspection-finding", "属实")
    page.fill("#f-inspection-note", "夜间挤出工序生产，车间未密闭")
    page.fill("#f-inspection-demand", "立即密闭车间")
    page.fill("#f-inspection-demand_until", "06-22")
    page.set_input_files("#f-inspection-files", photo)
    page.click("#h-act ~ form button:has-text('完成本阶段')")
    done("已完成第2阶段")
    page.click(".done button:has-text('撤销')")
    done("已撤销“现场检查与整改”")
    page.fill("#f-inspection-officers", "王建国、周明")
    page.select_option("#f-inspection-mode", "现场")
    page.select_option("#f-inspection-finding", "属实")
    page.fill("#f-inspection-note", "夜间挤出工序生产，车间未密闭")
    page.fill("#f-inspection-no_demand", "已自行停产")
    page.set_input_files("#f-inspection-files", photo)
    page.click("#h-act ~ form button:has-text('完成本阶段')")
    done("已完成第2阶段")

    page.select_option("#f-recheck-rectified", "已整改")
    page.fill("#f-recheck-body_name", "区监测站")
    page.fill("#f-recheck-planned", "06-24")
    page.fill("#f-recheck-items", "非甲烷总烃")
    page.fill("#f-recheck-reason", "口头核实")
    page.click("#h-act ~ form button:has-text('完成本阶段')")
    done("已完成第3阶段")

    page.select_option("#f-resolution-result", "达标")
    page.fill("#f-resolution-report_no", "JC-2026-118")
    page.fill("#f-resolution-report_date", "06-17")
    page.select_option("#f-resolution-finding", "属实")
    page.select_option("#f-resolution-next_step", "办结")
    page.set_input_files("#f-resolution-files", photo)
    page.click("#h-act ~ form button:has-text('完成本阶段')")
    done("已完成第4阶段")

    page.click("summary:has-text('答复')")
    page.select_option("#f-reply-form", "电话答复")
    page.fill("#f-reply-text", "已停产整改，监测达标")
    page.check("text=已反馈来源单位")
    page.click("button:has-text('记录答复')")
    done("已记录答复")

    page.click("summary:has-text('申请销项')")
    page.fill("#f-close-summary", "整改到位")
    page.click("button:has-text('申请销项')")
    done("已申请销项，等待审核")
    assert page.is_visible("text=等待其他督办人员审核：李处、赵科")
    shot(page, "4-applied", sight)

    enter(page, people["李处"])
    page.goto(f"/case/{no}")
    shot(page, "5-review", sight)
    page.fill("#f-review-answer", "佐证齐全")
    page.click("button:text-is('销项')")
    done("已销项")
    shot(page, "6-closed", sight)
    assert page.is_visible(".head:has-text('已销项')")


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_page_breaks_no_rule_of_axe_and_fits(open_page, enter, people, make_case, clock, axe, fits, sight):
    no = make_case(street_id=None, categories=()).no
    make_case(lead_no=no, source_no="2")
    page = enter(open_page("/login", sight=sight), people["李处"])
    clock.forward(minutes=5)

    def holds(name):
        shot(page, name, sight)
        assert axe(page) == [], name
        assert fits(page), name

    page.goto(f"/case/{no}?from=overdue")
    for folded in page.query_selector_all("main details"):
        folded.evaluate("one => { one.open = true }")
    holds("open")
    page.click("#act-inspection button:has-text('完成本阶段')")
    holds("refused")
    page.goto(f"/case/{no}/why/inspection")
    holds("why")
    page.goto(f"/case/{no}/who")
    holds("who")
    page.fill("#f-reason", "回电核实地点")
    page.click("button:has-text('显示')")
    page.wait_for_selector(f"text={PHONE}")
    holds("who-shown")


def test_a_case_with_everything_prints_on_two_pages_of_paper(
    open_page, enter, people, make_case, clock, register, home
):
    case, who = make_case(), actor_for(people["王建国"], LOOPBACK)
    attachments = home / "attachments"
    for fact in (
        Contact("电话", "已联", "周明", "已告知受理情况，约定查后电话答复"),
        Inspection(("王建国", "周明"), "现场", "属实", SEEN, "立即密闭车间，加装收集设施", date(2026, 6, 22)),
        Recheck(("王建国",), "已整改", SEEN, "区监测站", date(2026, 6, 24), "非甲烷总烃、臭气浓度"),
        Resolution("王建国", "达标", "JC-2026-118", date(2026, 6, 17), "属实", "办结", None, SEEN),
    ):
        at = clock.forward(minutes=5)
        seen = desk.read(register, case.no).case.version
        stages.record(register, attachments, who, case.no, seen, fact, Around(at, note=SEEN), at)
        stages.note(register, attachments, who, case.no, SEEN, Around(at), at)
        stages.note(register, attachments, who, case.no, "电话催办企业负责人", Around(at), at)
    page = enter(open_page("/login"), people["王建国"])
    page.goto(f"/case/{case.no}")
    pdf = page.pdf(format="A4")
    if folder := os.environ.get("SCREENSHOTS"):
        (Path(folder) / "case.pdf").write_bytes(pdf)
    sheets = PdfReader(BytesIO(pdf)).pages
    text = normalize("NFKC", "".join(sheet.extract_text() for sheet in sheets))
    assert len(sheets) <= 2
    assert "✓ 按时完成" in text, "the light is a shape and a word in black and white"
    assert "王建国 打印于 2026-06-17" in text
    assert "申请终止" not in text, "what can be clicked is not printed"


def test_every_target_on_a_phone_can_be_hit(open_page, enter, people, make_case):
    page = enter(open_page("/login", sight="phone"), people["王建国"])
    page.goto(f"/case/{make_case().no}")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, main summary, main select, main input:not([type=hidden])')]
        .filter(one => one.offsetParent && !['checkbox', 'radio'].includes(one.type))
        .filter(one => one.getBoundingClientRect().height < 44)
        .map(one => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
