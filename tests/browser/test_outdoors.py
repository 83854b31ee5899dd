"""The sheet that is carried and the page of the evening, as they are printed and seen."""

from __future__ import annotations

from io import BytesIO
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.browser.conftest import SIGHTS, shot
from tests.conftest import LOOPBACK
from tests.pictures import photo
from tests.web.case_desk import PHONE
from tracker.office import desk, features
from tracker.office.actors import actor_for


@pytest.fixture
def cases(register, make_person, clock, site_case):
    """Three cases of 王建国 that want a visit."""
    admin = make_person(name="吴管理", roles=("admin",))
    features.switch(register, actor_for(admin, LOOPBACK), ["sheets", "checklists"], clock())
    return [site_case(place=f"港南路{n}号", categories=("11", "12")).no for n in (88, 90, 92)]


def test_a_sheet_is_one_page_a_case(open_page, enter, inspector, cases):
    page = enter(open_page("/login"), inspector)
    page.goto("/outdoors")
    page.click("button:has-text('打印所选')")
    page.wait_for_selector(".paper")
    pdf = page.pdf(prefer_css_page_size=True, display_header_footer=True)
    sheets = PdfReader(BytesIO(pdf))
    texts = [normalize("NFKC", sheet.extract_text()) for sheet in sheets.pages]
    assert [no for no, text in zip(cases, texts, strict=True) if no in text] == cases
    assert not any(PHONE in text or "扰民" in text for text in texts)
    shot(page, "outdoors-print")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_evening_on_one_page(open_page, enter, inspector, cases, register, tmp_path, javascript):
    files = []
    for n in range(3):
        files.append(tmp_path / f"IMG_{n}.jpg")
        files[-1].write_bytes(photo((1000 + n, 800)))
    page = enter(open_page("/login", javascript=javascript), inspector)
    page.goto("/evening")
    page.set_input_files("#f-batch-files", files)
    if javascript:
        page.wait_for_selector("text=已选 3 个文件")
    page.click("button:has-text('上传照片')")
    page.wait_for_selector(".sorting img")
    ids = [desk.read(register, no).case.id for no in cases]
    for n, case in enumerate((ids[0], ids[0], ids[1])):
        page.select_option(f"#f-photo-{n + 1}", f"c{case}-inspection")
    for case, officers in ((ids[0], "王建国、周明"), (ids[1], "王建国")):
        name = f"c{case}-inspection"
        page.click(f"#f-{name} > summary")
        page.fill(f"#f-{name}-happened_at", "06-17 10:00")
        page.fill(f"#f-{name}-officers", officers)
        page.select_option(f"#f-{name}-finding", "属实")
        page.fill(f"#f-{name}-note", "车间未密闭")
        page.fill(f"#f-{name}-no_demand", "已停产")
    page.click("button:has-text('保存已填写的各件')")
    page.wait_for_selector(f".done:has-text('{cases[0]} 已完成第2阶段')")
    assert page.is_visible(f".es a:has-text('{cases[1]} 请填写两名检查人')")
    assert page.input_value(f"#f-c{ids[1]}-inspection-note") == "车间未密闭"
    assert page.input_value("#f-photo-3") == f"c{ids[1]}-inspection"
    page.fill(f"#f-c{ids[1]}-inspection-officers", "王建国、周明")
    page.click("button:has-text('保存已填写的各件')")
    page.wait_for_selector(f".done:has-text('{cases[1]} 已完成第2阶段')")
    assert [len(desk.read(register, no).evidence) for no in cases] == [2, 1, 0]


def test_what_was_typed_in_the_evening_outlives_a_lost_connection(open_page, enter, inspector, cases):
    page = enter(open_page("/login"), inspector)
    page.goto("/evening")
    page.click("details.box:first-of-type > summary")
    field = "details.box:first-of-type textarea[name$=-note]"
    page.fill(field, "车间未密闭")
    page.context.set_offline(True)
    page.click("button:has-text('保存已填写的各件')")
    page.wait_for_selector("text=没有网络，没有提交")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto("/evening")
    page.wait_for_selector(".draft")
    assert page.input_value(field) == "车间未密闭"


@pytest.mark.parametrize("sight", SIGHTS)
def test_both_pages_break_no_rule_of_axe_and_fit(open_page, enter, inspector, cases, axe, fits, tmp_path, sight):
    page = enter(open_page("/login", sight=sight), inspector)
    (tmp_path / "西窗.jpg").write_bytes(photo((1200, 900)))

    def holds(name):
        page.wait_for_load_state("networkidle")
        assert axe(page) == [], name
        assert fits(page), name
        shot(page, f"{name}-{sight}")

    page.goto("/outdoors")
    holds("outdoors")
    page.click("button:has-text('打印所选')")
    page.wait_for_selector(".paper")
    holds("outdoors-print")
    page.goto("/evening")
    page.set_input_files("#f-batch-files", tmp_path / "西窗.jpg")
    page.wait_for_selector("text=已选 1 个文件")
    page.click("button:has-text('上传照片')")
    page.wait_for_selector(".sorting img")
    page.click("details.box:first-of-type > summary")
    page.fill("details.box:first-of-type textarea[name$=-note]", "车间未密闭")
    page.click("button:has-text('保存已填写的各件')")
    page.wait_for_selector(".es")
    holds("evening")
