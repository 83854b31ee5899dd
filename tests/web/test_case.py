"""The page of a case: who sees it, and what stands on it."""

from __future__ import annotations

import pytest

from tests.web.case_desk import NAME, PHONE


@pytest.mark.parametrize("name", ["林涛", "王建国", "李处"])
def test_the_page_shows_the_four_stages_and_nobody_who_complained(desk, name):
    no = desk.case().no
    page = desk.enter(name).page(no)
    for words in (
        "1. 先行联系",
        "2. 现场检查与整改",
        "3. 现场复查与安排监测",
        "4. 后续处理",
        "06-18 24:00",
        "已隐藏（要求保密）",
    ):
        assert words in page
    assert NAME not in page
    assert PHONE not in page


def test_the_whole_way_from_registration_to_closing(desk):
    no = desk.case().no
    desk.enter("王建国").finish(no, "contact", "inspection", "recheck", "resolution")
    answer = {"happened_at": desk.local(), "form": "电话答复", "text": "已停产整改"}
    assert desk.send(no, "reply", "reply", **answer).status_code == 303
    assert desk.send(no, "close", "close").status_code == 303
    assert "等待其他督办人员审核：李处、赵科" in desk.page(no)
    desk.enter("李处")
    assert desk.send(no, "close/decide", "review", do="close").status_code == 303
    assert "✓</span> 已销项" in desk.page(no)
    assert desk.folder(no).case.state == "closed"
