"""Papers as they come out of the printer."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.browser.conftest import SIGHTS, shot
from tests.conftest import LOOPBACK
from tests.office.entries import INSPECTION, RECHECK
from tests.pictures import photo
from tests.web.case_desk import PHONE
from tracker.office import desk, sheets, stages
from tracker.office.actors import actor_for
from tracker.office.stages import Around, Upload
from tracker.rule.checklists import Check
from tracker.rule.facts import Inspection, Recheck

TOKENS = ("金丝雀", "CANARY", PHONE, "投诉", "信访")


@pytest.fixture
def case(register, home, inspector, site_case, clock):
    """Inspected and re-checked, with six photographs."""
    case, who = (
        site_case(content="金丝雀原话甲乙丙丁戊己", name="金丝雀", source_no="CANARY-1"),
        actor_for(inspector, LOOPBACK),
    )
    pictures = [Upload(f"金丝雀{n}.jpg", photo((800 + n, 600), secret="CANARY")) for n in range(6)]
    checks = tuple(
        Check(f"检查要点之{n}", "有问题" if n == 2 else "正常", "东窗开着" if n == 2 else "") for n in range(6)
    )
    told = {**INSPECTION.__dict__, "checks": checks}
    monitored = {**RECHECK.__dict__, "no_monitoring": "", "body_name": "区监测站", "items": "臭气浓度"}
    monitored["planned"] = INSPECTION.demand_until
    for fact, files in ((Inspection(**told), tuple(pictures)), (Recheck(**monitored), ())):
        at = clock.forward(minutes=5)
        around = Around(at, files, note="" if files else "记录")
        stages.record(
            register, home / "attachments", who, case.no, desk.read(register, case.no).case.version, fact, around, at
        )
    return case


def pdf_of(page, name):
    pdf = page.pdf(prefer_css_page_size=True, display_header_footer=True)
    if folder := os.environ.get("SCREENSHOTS"):
        (Path(folder) / f"sheet-{name}.pdf").write_bytes(pdf)
    reader = PdfReader(BytesIO(pdf))
    text = normalize("NFKC", "".join(sheet.extract_text() for sheet in reader.pages))
    return pdf, reader, text


@pytest.mark.parametrize(
    ("key", "photos", "most"), [("receipt", 2, 1), ("notice", 0, 1), ("notice", 6, 2), ("monitoring", 0, 1)]
)
def test_a_paper_for_outside_tells_nothing_even_in_its_margins(
    open_page,
    enter,
    inspector,
    register,
    case,
    key,
    photos,
    most,
):
    page = enter(open_page("/login"), inspector)
    chosen = [one.id for one in sheets.photographs(desk.read(register, case.no))][:photos]
    page.goto(f"/case/{case.no}/sheet/{key}?" + "&".join(f"photo={one}" for one in chosen))
    pdf, reader, text = pdf_of(page, f"{key}-{photos}")
    assert len(reader.pages) <= most
    everywhere = text + str(reader.metadata)
    assert [token for token in (*TOKENS, case.no, "127.0.0.1") if token in everywhere] == []
    assert b"CANARY" not in pdf
    if key != "monitoring":
        assert "收集设施" in text


def test_the_internal_record_of_a_case_is_two_pages(open_page, enter, inspector, case):
    page = enter(open_page("/login"), inspector)
    page.goto(f"/case/{case.no}/sheet/record")
    _pdf, reader, text = pdf_of(page, "record")
    assert len(reader.pages) <= 2
    assert case.no in text
    assert "金丝雀" not in text
    assert "✓ 按时完成" in text


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_papers_break_no_rule_of_axe_and_fit(open_page, enter, inspector, make_person, case, axe, fits, sight):
    page = enter(open_page("/login", sight=sight), inspector)
    for key in ("record", "receipt", "notice", "monitoring"):
        page.goto(f"/case/{case.no}/sheet/{key}?photo=1")
        page.wait_for_load_state("networkidle")
        assert axe(page) == [], key
        assert fits(page), key
        shot(page, f"{key}-{sight}")
    enter(page, make_person(name="吴管理", roles=("admin",)))
    page.goto("/letterhead")
    assert axe(page) == []
    assert fits(page)
