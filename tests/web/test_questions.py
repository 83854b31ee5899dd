"""提醒 and 今日待办: what was asked is decided in its row, without opening the case (journey 13)."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.web.pages import words
from tracker.store import callback
from tracker.store.database import writing


def asked(desk, **fields):
    """A case with an extension that 王建国 asked for."""
    case = desk.case()
    desk.enter("王建国")
    sent = {"stage": "recheck", "days": "3", "reason": "等待设备到货", **fields}
    assert desk.send(case.no, "extend", "extend", **sent).status_code == 303
    return case


def forms(page, no):
    """Where the row's forms go, their hidden fields and their buttons, as a browser would send them. The way back from
    what was just decided is none of the row's."""
    found = []
    for action, body in re.findall(rf'<form method="post" action="(/case/{no}/[^"]+)">(.*?)</form>', page, re.S):
        fields = [
            (name, unescape(it))
            for name, it in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body)
        ]
        if action.endswith("/close/undo"):
            continue
        (button,) = re.findall(r'<button[^>]*name="do" value="([^"]+)"', body)
        found.append(
            (action, [*fields, ("do", button)], re.findall(r'<input class="form-control" name="([^"]+)"', body))
        )
    return found


def press(desk, form, **answers):
    action, fields, inputs = form
    data = {}
    for name, it in [*fields, *((name, answers.get("answer", "")) for name in inputs)]:
        data.setdefault(name, []).append(it)
    return desk.client.post(action, data=data)


def applied(desk):
    """A case that waits for the review of its closing."""
    case = desk.case()
    desk.enter("王建国").finish(case.no, "contact", "inspection", "recheck", "resolution")
    desk.send(case.no, "reply", "reply", **desk.answer())
    assert desk.send(case.no, "close", "close").status_code == 303
    return case


@pytest.mark.parametrize("path", ["/inbox", "/today?scope=team"])
def test_a_supervisor_agrees_in_the_row_with_one_press(desk, path):
    case = asked(desk)
    desk.enter("李处")
    page = desk.client.get(path).text
    assert "等待设备到货" in page
    assert "申请延期 3天" in words(desk.client.get(path))
    assert "3 现场复查 06-27 24:00 → 06-30 24:00" in words(desk.client.get(path))
    agree, _refuse = forms(page, case.no)
    answer = press(desk, agree)
    assert answer.location == path
    assert "已同意延期" in words(desk.client.get(path))
    assert desk.folder(case.no).requests[-1].decision == "approved"


def test_a_refusal_in_the_row_gives_its_reason_and_one_without_comes_back(desk):
    case = asked(desk)
    desk.enter("李处")
    _agree, refuse = forms(desk.client.get("/inbox").text, case.no)
    empty = press(desk, refuse)
    assert empty.status_code == 400
    assert "不同意的，请写明理由" in empty.text
    assert press(desk, refuse, answer="设备已到").location == "/inbox"
    request = desk.folder(case.no).requests[-1]
    assert (request.decision, request.answer) == ("refused", "设备已到")


def test_what_changed_since_the_list_was_shown_is_not_decided_unseen(desk):
    case = asked(desk)
    desk.enter("李处")
    agree, _refuse = forms(desk.client.get("/inbox").text, case.no)
    desk.enter("王建国")
    desk.record(case.no, "contact")
    desk.enter("李处")
    stale = press(desk, agree)
    assert stale.status_code == 409
    assert "王建国 10:24 已更新本件" in stale.text
    assert desk.folder(case.no).open_request


def test_a_long_reason_and_a_late_entry_lead_to_the_case(desk):
    long = asked(desk, reason="说明" * 81)
    late = desk.case()
    desk.later(days=3).enter("王建国")
    desk.record(late.no, "contact", happened_at="06-17 10:30", reason="忘记录入")
    desk.enter("李处")
    page = desk.client.get("/inbox")
    assert forms(page.text, long.no) == forms(page.text, late.no) == []
    assert words(page).count("打开核对") == 2


@pytest.mark.parametrize(("do", "state"), [("close", "closed"), ("back", "open")])
def test_a_closing_is_reviewed_in_the_row(desk, do, state):
    case = applied(desk)
    desk.enter("李处")
    page = desk.client.get("/inbox").text
    assert 'name="review-settled"' in page
    close, back = forms(page, case.no)
    press(desk, {"close": close, "back": back}[do], answer="没有测噪声")
    after = desk.folder(case.no)
    assert after.case.state == state
    assert [one.key for one in after.stages if one.round == 2] == (
        [] if do == "close" else ["inspection", "recheck", "resolution"]
    )


def test_a_redo_is_decided_in_the_row(desk):
    case = applied(desk)
    desk.enter("李处")
    press(desk, forms(desk.client.get("/inbox").text, case.no)[0])
    with writing(desk.db):
        clerk = desk.people["林涛"].id
        callback.add(desk.db, case.id, 1, "不满意", "还有异味", redo=True, at=desk.clock(), by=clerk)
    page = desk.client.get("/inbox")
    assert "还有异味" in page.text
    press(desk, forms(page.text, case.no)[0])
    assert desk.folder(case.no).case.round == 2


def test_an_early_end_says_its_ground_in_the_row(desk):
    case = desk.case()
    desk.enter("王建国")
    sent = {"ground": "not_ours", "reason": "河道归其管", "receiver": "区水务局"}
    assert desk.send(case.no, "end", "end", **sent).status_code == 303
    desk.enter("李处")
    page = desk.client.get("/inbox")
    assert "非本单位职责（转出）" in words(page)
    press(desk, forms(page.text, case.no)[0])
    assert desk.folder(case.no).requests[-1].decision == "approved"
