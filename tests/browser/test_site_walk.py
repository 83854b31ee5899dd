"""The inspection in the hand: how many taps it takes, and what its points look like on a phone and in the dark."""

from __future__ import annotations

import pytest

from tests.browser.conftest import SIGHTS, shot
from tests.browser.test_site import TYPED
from tests.conftest import LOOPBACK
from tests.pictures import photo
from tracker.office import features
from tracker.office.actors import actor_for

#: screens.md, journey 8: the link in the reminder, 去办理, the photographs, the result (open and choose), 完成本阶段.
MOST_TAPS = 6


@pytest.fixture
def admin(register, make_person, clock):
    admin = make_person(name="吴管理", roles=("admin",))
    features.switch(register, actor_for(admin, LOOPBACK), ["checklists"], clock())
    return admin


def test_an_inspection_takes_six_taps_and_its_text(phone, site_case, tmp_path, clock):
    (tmp_path / "西窗.jpg").write_bytes(photo())
    taps = []

    def tap(what, *, times=1):
        taps.extend([what] * times)
        return what

    def inspect(no, officers=""):
        phone.goto(f"/case/{no}?do=inspection")
        tap("link")
        phone.click(tap("a.jump"))
        with phone.expect_file_chooser() as chooser:
            phone.click(tap("#f-inspection-files"))
        chooser.value.set_files(tmp_path / "西窗.jpg")
        phone.select_option(tap("#f-inspection-finding", times=2), "属实")
        for name, text in {**TYPED, "demand_until": "06-22", **({"officers": officers} if officers else {})}.items():
            phone.fill(f"#f-inspection-{name}", text)
        phone.click(tap("#h-act ~ form button:has-text('完成本阶段')"))
        phone.wait_for_selector(".done:has-text('已完成第2阶段')")

    inspect(site_case().no, "王建国、周明")
    clock.forward(minutes=5)
    taps.clear()
    inspect(site_case().no)  # the second of the shift knows both officers
    print("taps:", taps)
    assert len(taps) <= MOST_TAPS


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_points_break_no_rule_of_axe_and_fit(open_page, enter, inspector, admin, site_case, axe, fits, sight):
    page = enter(open_page("/login", sight=sight), inspector)
    page.goto(f"/case/{site_case(categories=('11', '12')).no}")
    page.check(".checks li:nth-child(1) input[value=有问题]")
    page.click("#h-act ~ form button:has-text('完成本阶段')")
    page.wait_for_selector(".es")
    assert axe(page) == []
    assert fits(page)
    shot(page, f"checks-{sight}")
    enter(page, admin)
    page.goto("/checklists")
    assert axe(page) == []
    assert fits(page)
    shot(page, f"checklists-{sight}")
