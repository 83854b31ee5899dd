"""Photographs of a form: several at once, and a form that is refused keeps those that are good."""

from __future__ import annotations

import re

import pytest

from tests.pictures import TAKEN, TOLD, photo
from tests.web.case_desk import JPG, problems, upload
from tracker.store import uploads
from tracker.store.facts import evidence_of_case


@pytest.fixture
def no(desk):
    desk.enter("王建国")
    return desk.case().no


def names(desk, no):
    return [one.name for one in desk.folder(no).evidence]


def waiting(desk, name="王建国"):
    return [one.file.name for one in uploads.waiting(desk.db, desk.people[name].id)]


def ticked(page):
    return re.findall(r'name="inspection-tray" value="(\d+)" checked', page)


def test_a_wrong_file_is_named_and_the_others_wait_with_the_text(desk, no):
    files = [upload("西窗.jpg"), upload("病毒.exe", b"MZ"), upload("东门.jpg", JPG + b"2"), upload("空.jpg", b"")]
    answer = desk.record(no, "inspection", files=files)
    assert answer.status_code == 400
    said = problems(answer.text)["inspection-files"]
    assert "“病毒.exe”不是" in said
    assert "“空.jpg”是空文件" in said
    assert "立即密闭车间</textarea>" in answer.text
    assert waiting(desk) == ["西窗.jpg", "东门.jpg"]
    again = desk.record(no, "inspection", tray=["asked", *ticked(answer.text)])
    assert again.status_code == 303
    assert names(desk, no) == ["西窗.jpg", "东门.jpg"]
    assert waiting(desk) == []


def test_whatever_else_is_missing_loses_no_file_and_the_same_file_sent_again_is_one(desk, no):
    answer = desk.record(no, "inspection", officers="", files=upload("西窗.jpg"))
    again = desk.record(no, "inspection", officers="", files=upload("西窗.jpg"), tray=["asked", *ticked(answer.text)])
    assert waiting(desk) == ["西窗.jpg"]
    desk.record(no, "inspection", files=upload("西窗.jpg"), tray=["asked", *ticked(again.text)])
    assert names(desk, no) == ["西窗.jpg"]


def test_a_file_that_is_no_longer_ticked_is_laid_aside(desk, no):
    desk.record(no, "inspection", officers="", files=[upload("西窗.jpg"), upload("错.jpg", JPG + b"2")])
    keep, _drop = ticked(desk.page(no))
    desk.record(no, "inspection", tray=["asked", keep])
    assert names(desk, no) == ["西窗.jpg"]
    assert waiting(desk) == []


def test_what_waits_counts_as_evidence(desk, no):
    answer = desk.record(no, "inspection", reason="", officers="", files=upload("西窗.jpg"))
    assert desk.record(no, "inspection", reason="", tray=["asked", *ticked(answer.text)]).status_code == 303


def test_what_waits_is_offered_on_its_form_and_to_its_owner_alone(desk, no):
    desk.record(no, "inspection", officers="", files=upload("西窗.jpg"))
    page = desk.page(no)
    assert len(ticked(page)) == 1
    assert page.count("西窗.jpg") == 1
    other = desk.case().no
    assert "西窗.jpg" not in desk.page(other)
    stolen = ticked(page)
    desk.enter("李处")
    assert "西窗.jpg" not in desk.page(no)
    desk.record(no, "inspection", tray=["asked", *stolen])
    assert names(desk, no) == []


def test_files_survive_the_change_of_another(desk, no):
    seen = desk.folder(no).case.version
    desk.enter("林涛")
    desk.send(no, "note", "note", note="来电补充")
    desk.enter("王建国")
    answer = desk.record(no, "inspection", seen=seen, files=upload("西窗.jpg"))
    assert answer.status_code == 409
    assert len(ticked(answer.text)) == 1


def test_a_version_of_five_thousand_digits_is_none(desk, no):
    assert desk.record(no, "inspection", seen="9" * 5000, files=upload("西窗.jpg")).status_code == 409


def test_nothing_is_kept_of_who_may_not(desk, no):
    desk.enter("林涛")
    assert desk.record(no, "inspection", files=upload("西窗.jpg")).status_code == 403
    assert waiting(desk, "林涛") == []


def test_a_photograph_says_when_and_where_it_was_taken(desk, no):
    desk.send(no, "note", "note", note="现场", files=upload("西窗.jpg", photo()))
    (one,) = evidence_of_case(desk.db, desk.folder(no).case.id)
    assert (one.taken, one.spot) == TOLD
    page = desk.page(no)
    assert f"拍摄于 {TOLD[0]}" in page
    assert f"位置 {TOLD[1]}" in page


def test_a_photograph_that_the_browser_made_smaller_keeps_what_it_told(desk, no):
    desk.send(no, "note", "note", note="现场", files=upload("西窗.jpg"), told=f"{TAKEN}|")
    (one,) = desk.folder(no).evidence
    assert (one.taken, one.spot) == (TOLD[0], "")
