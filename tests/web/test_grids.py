"""网格: kept under the streets, chosen at registration, and in their place in the order of the table."""

from __future__ import annotations

import pytest

from tests.web.given import an_office
from tests.web.pages import words
from tracker.store import features, grids
from tracker.store.database import value, writing
from tracker.store.grids import Grid


@pytest.fixture
def office(register):
    found = an_office(register)
    with writing(register):
        features.switch(register, ("grids",))
    return found


@pytest.fixture
def boss(client, sign_in, office):
    return sign_in(client, office.supervisor)


def grid(office, name="第一网格", handler=True):
    with writing(office.db):
        return grids.add(office.db, Grid(0, office.street_id, name, office.other.id if handler else None))


def new(client, **changes):
    fields = {
        "channel": "电话",
        "phone": "13800000000",
        "place": "港南路88号",
        "content": "塑料异味",
        "received_at": "10:20",
    }
    return client.post("/new", data={**fields, **changes})


def last(office, column):
    return value(office.db, f"SELECT {column} FROM cases ORDER BY id DESC")  # noqa: S608


def test_a_supervisor_keeps_the_grids_of_a_street(boss, office):
    answer = boss.post(
        "/streets/grids",
        data={
            "grid--1-street": office.street_id,
            "grid--1-name": " 第一网格 ",
            "grid--1-who": office.other.id,
            "grid--2-street": office.street_id,
            "grid--2-name": "第二网格",
            "grid--2-who": "",
            "grid--3-street": "",
            "grid--3-name": "",
        },
    )
    assert answer.status_code == 302
    kept = [(one.street, one.name, one.handler, one.active) for one in grids.every(office.db)]
    assert kept == [("新港街道", "第一网格", "陈晓", True), ("新港街道", "第二网格", "", True)]
    same = {"grid-1-street": office.street_id, "grid-1-name": "第一网格", "grid-1-who": office.other.id}
    boss.post("/streets/grids", data=same)
    assert [one.name for one in grids.in_use(office.db)] == ["第二网格"]
    assert value(office.db, "SELECT count(*) FROM audit WHERE act = 'grids.changed'") == 2


@pytest.mark.parametrize(
    ("row", "words_"),
    [
        ({"street": "", "name": "第三网格"}, "请选择网格所在的街道"),
        ({"street": "1", "name": "第一网格"}, "同一街道里网格“第一网格”重复"),
        ({"street": "1", "name": ""}, "请填写网格名称"),
        ({"street": "1", "name": "格" * 31}, "网格名称应在 30 个字以内"),
        ({"street": "1", "name": "第三网格", "who": "1"}, "没有承办人角色"),
    ],
)
def test_what_is_wrong_with_a_grid_is_said_beside_it_and_what_was_typed_is_kept(boss, office, row, words_):
    grid(office)
    answer = boss.post("/streets/grids", data={f"grid--1-{key}": it for key, it in row.items()})
    assert answer.status_code == 422
    assert words_ in words(answer)
    assert f'value="{row["name"]}"' in answer.text
    assert len(grids.every(office.db)) == 1


def test_the_grid_chosen_names_the_handler_and_brings_its_street(client, sign_in, office):
    clerk, grid_id = sign_in(client, office.clerk), grid(office)
    assert "第一网格 → 陈晓" in words(clerk.get("/new"))
    shown = clerk.get("/new/limits", query_string={"received_at": "", "grid": grid_id})
    assert "自动派给 陈晓 新港街道 · 第一网格 → 陈晓" in words(shown)
    assert new(clerk, grid=grid_id).status_code == 303
    assert (last(office, "grid_id"), last(office, "street_id")) == (grid_id, office.street_id)
    assert last(office, "handler_id") == office.other.id
    page = words(clerk.get(f"/case/{last(office, 'no')}"))
    assert "新港街道 第一网格 港南路88号" in page
    assert "陈晓（按派单表：新港街道 · 第一网格）" in page


def test_a_grid_of_another_street_or_that_is_gone_is_refused(client, sign_in, office):
    clerk, grid_id = sign_in(client, office.clerk), grid(office)
    assert "所选网格不在这个街道" in words(new(clerk, grid=grid_id, street="dh"))
    for wrong in ("99", "x"):
        assert "没有这个网格" in words(new(clerk, grid=wrong))


def test_a_case_whose_street_is_corrected_leaves_the_grid_of_the_old_one(client, sign_in, office):
    clerk = sign_in(client, office.clerk)
    new(clerk, grid=grid(office))
    no = last(office, "no")
    sent = {"seen": "1", "triage-street": "2", "triage-place": "东湖路1号", "triage-categories": "11"}
    assert clerk.post(f"/case/{no}/triage", data=sent).status_code == 303
    assert (last(office, "grid_id"), last(office, "street_id")) == (None, 2)


def test_switched_off_no_page_speaks_of_grids(client, sign_in, office):
    grid(office)
    with writing(office.db):
        features.switch(office.db, ())
    assert "网格" not in sign_in(client, office.clerk).get("/new").text
    assert "网格" not in sign_in(client, office.supervisor).get("/streets").text
