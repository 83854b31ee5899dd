"""A case with 200 lines of record, 40 photographs and 6 clocks is still a page that one reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.browser.conftest import SIGHTS
from tests.browser.test_skeleton import shot
from tests.conftest import LOOPBACK
from tests.factories import NOW
from tests.web.case_desk import JPG
from tests.web.given import an_office
from tracker.office import clocks, stages
from tracker.office.actors import actor_for
from tracker.office.stages import Around, Upload
from tracker.store import features
from tracker.store.database import writing
from tracker.store.register import attachments

ENTRIES, PHOTOS, CLOCKS = 200, 40, 6


@pytest.fixture
def long_case(register, home, clock):
    office = an_office(register)
    features.switch(register, {"clocks"})
    by = actor_for(office.handler, LOOPBACK)
    case = office.case(NOW - timedelta(hours=30))
    with writing(register):  # one transaction: the making of it is not what is looked at
        for n in range(ENTRIES):
            photo = (Upload(f"现场照片{n}.jpg", JPG + bytes([n])),) if n % (ENTRIES // PHOTOS) == 0 else ()
            around = Around(NOW, photo)
            stages.note(register, attachments(home), by, case.no, f"第{n}次走访：门窗关闭，没有异味。", around, NOW)
        for n in range(CLOCKS):
            due_at = NOW + timedelta(days=n - 1)
            clocks.start(register, by, case.id, "own", NOW, due_at=due_at, source="督察组", label=f"时限{n}")
    return office, case


@pytest.mark.parametrize("sight", SIGHTS)
def test_it_stays_readable(open_page, enter, long_case, axe, fits, sight):
    office, case = long_case
    page = enter(open_page("/login", sight=sight), office.handler)
    answer = page.goto(f"/case/{case.no}")
    assert len(answer.body()) < 150 * 1024
    shot(page, "/long-case", sight)
    assert axe(page) == []
    assert fits(page)
    tall = page.evaluate("document.documentElement.scrollHeight")
    assert tall < (9000 if sight == "phone" else 5000)
    assert page.locator(".tl > li:visible").count() == 30
    assert page.locator("section[aria-labelledby=files] ul.files > li:visible").count() == 12
    assert page.locator("section[aria-labelledby=files] ul.files > li").count() == PHOTOS
    for n in range(CLOCKS):
        assert page.locator(f"text=时限{n} >> visible=true").count() >= 1, n
    # The form of the stage stands above everything that is long.
    assert page.locator("text=完成本阶段").first.bounding_box()["y"] < 1600
