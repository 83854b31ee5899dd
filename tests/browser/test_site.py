"""On site, with a phone: photographs made smaller before they are sent, and text that outlives a lost connection."""

from __future__ import annotations

from tests.browser.conftest import shot
from tests.factories import PASSWORD
from tests.pictures import TOLD, opened, photo
from tests.web.case_desk import NAME
from tracker.office import desk
from tracker.store import attachments
from tracker.store.database import execute, writing

TYPED = {"note": "夜间挤出工序生产，车间未密闭", "demand": "立即密闭车间"}
#: Three photographs at 1 Mbps in 15 seconds.
THREE_PHOTOS = 15 * 1_000_000 // 8


def fill(page, **fields):
    for name, text in {**TYPED, **fields}.items():
        page.fill(f"#f-inspection-{name}", text)


def test_three_photographs_of_a_camera_go_through_a_thin_line(phone, site_case, register, home, tmp_path):
    no = site_case().no
    large = photo((4000, 3000), grain=3, turned=6)
    files = []
    for n in range(3):
        files.append(tmp_path / f"IMG_{n}.jpg")
        files[-1].write_bytes(large)
    phone.goto(f"/case/{no}")
    fill(phone, no_demand="", demand_until="06-22", officers="王建国、周明")
    phone.select_option("#f-inspection-mode", "现场")
    phone.select_option("#f-inspection-finding", "属实")
    phone.set_input_files("#f-inspection-files", files)
    phone.wait_for_selector("text=已选 3 个文件")
    shot(phone, "photos")
    sent = phone.evaluate("[...document.getElementById('f-inspection-files').files].reduce((n, f) => n + f.size, 0)")
    phone.click("#h-act ~ form button:has-text('完成本阶段')")
    phone.wait_for_selector(".done:has-text('已完成第2阶段')")
    print(f"three photographs of 4000x3000: {3 * len(large)} bytes chosen, {sent} bytes sent")
    assert 0 < sent < THREE_PHOTOS < 3 * len(large)
    evidence = desk.read(register, no).evidence
    assert sum(one.size for one in evidence) == sent
    assert [one.name for one in evidence] == ["IMG_0.jpg", "IMG_1.jpg", "IMG_2.jpg"]
    assert {(one.taken, one.spot) for one in evidence} == {(TOLD[0], "")}, "the place only where it was asked for"
    kept = attachments.path_of(home / "attachments", evidence[0].sha256).read_bytes()
    assert opened(kept).size == (1200, 1600), "upright"
    red, _green, blue = opened(kept).getpixel((900, 400))
    assert red > blue
    assert dict(opened(kept).getexif()) == {}
    assert phone.evaluate("Object.keys(localStorage)") == [], "what was saved leaves no draft"


def test_the_place_goes_along_where_it_is_ticked(phone, site_case, register, tmp_path):
    no = site_case().no
    (tmp_path / "西窗.jpg").write_bytes(photo())
    phone.goto(f"/case/{no}")
    phone.click("summary:has-text('写办理记录')")
    phone.set_input_files("#f-note-files", tmp_path / "西窗.jpg")
    phone.check("#act-note label:has-text('附上拍摄位置') input")
    phone.wait_for_selector("#act-note >> text=已选 1 个文件")
    phone.click("#act-note button:has-text('只记录')")
    phone.wait_for_selector(".done")
    (one,) = (one for one in desk.read(register, no).evidence if one.kind == "jpg")
    assert (one.taken, one.spot) == TOLD


def test_what_the_browser_cannot_draw_goes_as_it_is_and_is_named(phone, site_case, tmp_path):
    (tmp_path / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 64)
    (tmp_path / "西窗.jpg").write_bytes(photo())
    phone.goto(f"/case/{site_case().no}")
    fill(phone)
    phone.set_input_files("#f-inspection-files", [tmp_path / "IMG_1.HEIC", tmp_path / "西窗.jpg"])
    phone.wait_for_selector("text=已选 2 个文件")
    phone.click("#h-act ~ form button:has-text('完成本阶段')")
    phone.wait_for_selector(".es >> text=“IMG_1.HEIC”是 HEIC 照片")
    shot(phone, "refused")
    assert phone.is_checked(".waiting input[type=checkbox]")
    assert phone.input_value("#f-inspection-note") == TYPED["note"]


def test_a_lost_connection_loses_no_text(phone, site_case):
    no = site_case().no
    phone.goto(f"/case/{no}")
    fill(phone)
    phone.select_option("#f-inspection-finding", "属实")
    phone.context.set_offline(True)
    phone.click("#h-act ~ form button:has-text('完成本阶段')")
    phone.wait_for_selector("text=没有网络，没有提交")
    shot(phone, "offline")
    phone.goto("about:blank")  # the phone puts the page away
    phone.context.set_offline(False)
    phone.goto(f"/case/{no}")
    note = phone.wait_for_selector(".draft[role=status]")
    assert "已恢复" in note.inner_text()
    assert phone.input_value("#f-inspection-note") == TYPED["note"]
    assert phone.input_value("#f-inspection-finding") == "属实"
    shot(phone, "restored")
    phone.click("text=不要这份草稿")
    assert phone.input_value("#f-inspection-note") == ""
    phone.reload()
    assert not phone.is_visible(".draft")


def test_a_draft_is_of_its_case_its_form_and_its_person(phone, site_case, enter, make_person):
    one, other = site_case().no, site_case().no
    phone.goto(f"/case/{one}")
    fill(phone)
    phone.goto(f"/case/{other}")
    assert phone.input_value("#f-inspection-note") == ""
    enter(phone, make_person(name="李处", roles=("supervisor",)))
    phone.goto(f"/case/{one}")
    assert phone.input_value("#f-inspection-note") == ""


def test_a_draft_grows_old(phone, site_case):
    phone.goto(f"/case/{site_case().no}")
    fill(phone)
    phone.evaluate(
        """Object.keys(localStorage).forEach(name => {
          const kept = JSON.parse(localStorage[name]);
          localStorage[name] = JSON.stringify({...kept, at: kept.at - 4 * 24 * 3600e3});
        })"""
    )
    phone.reload()
    assert phone.input_value("#f-inspection-note") == ""
    assert phone.evaluate("Object.keys(localStorage)") == []


def test_who_signs_out_leaves_no_draft(phone, site_case):
    phone.goto(f"/case/{site_case().no}")
    fill(phone)
    assert phone.evaluate("Object.keys(localStorage).length") == 1
    assert NAME not in phone.evaluate("JSON.stringify(localStorage)")
    phone.click(".mine summary")
    phone.click("button:has-text('退出')")
    phone.wait_for_url("**/login*")
    assert phone.evaluate("Object.keys(localStorage)") == []


def test_a_session_that_ended_while_typing_loses_no_text(phone, site_case, register, enter, inspector):
    no = site_case().no
    phone.goto(f"/case/{no}")
    fill(phone)
    with writing(register):
        execute(register, "UPDATE session SET ended_at = seen_at")
    phone.click("#h-act ~ form button:has-text('完成本阶段')")
    phone.wait_for_selector("text=登录已过期")
    enter(phone, inspector)
    phone.goto(f"/case/{no}")
    assert phone.input_value("#f-inspection-note") == TYPED["note"]


def test_without_javascript_too_the_text_goes_through_the_sign_in(open_page, enter, inspector, site_case, clock):
    page = enter(open_page("/login", sight="phone", javascript=False), inspector)
    no = site_case().no
    page.goto(f"/case/{no}")
    fill(page)
    clock.forward(minutes=31)
    page.click("#h-act ~ form button:has-text('完成本阶段')")
    page.wait_for_selector("text=登录已过期，草稿已保存，登录后可继续")
    page.fill("#f-account", inspector.account)
    page.fill("#f-password", PASSWORD)
    page.click("main button:has-text('登录')")
    page.wait_for_selector("text=已恢复 06-17 10:55 未提交的内容")
    assert page.input_value("#f-inspection-note") == TYPED["note"]
    shot(page, "kept")
