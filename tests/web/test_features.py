"""What an office does not use stays out of sight until somebody switches it on."""

from __future__ import annotations

import pytest
from flask import Blueprint
from jinja2 import ChoiceLoader, DictLoader

from tests.factories import NOW, make_case
from tracker.office import features as office
from tracker.rule.features import FEATURES
from tracker.rule.refusals import Refusal
from tracker.store import features, heartbeat
from tracker.store.database import rows
from tracker.web import case_extra, menu
from tracker.web.case_topic import Act
from tracker.web.menu import Item
from tracker.web.routes import route


def test_an_office_begins_with_nothing_switched_on(register):
    assert features.switched_on(register) == frozenset()


def test_the_administrator_switches_on_and_off_on_record(register, client, make_person, sign_in):
    admin = make_person(roles=("admin",))
    sign_in(client, admin)
    page = client.post("/features", data={"features": ["units", "groups"]}, follow_redirects=True)
    assert "已保存" in page.text
    assert features.switched_on(register) == {"units", "groups"}
    client.post("/features", data={"features": ["units"]})
    assert features.switched_on(register) == {"units"}
    assert not features.on(register, "groups")
    said = [row["detail"] for row in rows(register, "SELECT detail FROM audit WHERE act = 'features.switched'")]
    assert said == ['{"off":[],"on":["groups","units"]}', '{"off":["groups"],"on":[]}']


def test_saving_what_stands_is_not_recorded(register, client, make_person, sign_in):
    sign_in(client, make_person(roles=("admin",)))
    client.post("/features", data={})
    assert rows(register, "SELECT seq FROM audit WHERE act = 'features.switched'") == []


def test_a_feature_that_does_not_exist_is_refused(register, make_actor):
    with pytest.raises(Refusal, match="没有这项功能：typo"):
        office.switch(register, make_actor(roles=("admin",)), ["units", "typo"], NOW)
    assert features.switched_on(register) == frozenset()


def test_a_list_is_seen_by_those_who_may_use_it_once_its_feature_is_on(
    register, client, make_person, sign_in, monkeypatch
):
    monkeypatch.setattr(menu, "MORE", (Item("callback.queue", "楼宇清单", ("supervisor",), feature="units"),))
    sign_in(client, make_person(roles=("supervisor",)))
    assert "楼宇清单" not in client.get("/today").text
    features.switch(register, {"units"})
    assert client.get("/today").text.count("楼宇清单") == 2  # under the name, and along the foot
    sign_in(client, make_person(roles=("clerk",)))
    assert "楼宇清单" not in client.get("/today").text


@pytest.mark.parametrize(("rare", "feature"), [(False, ""), (True, ""), (True, "units")])
def test_a_topic_adds_its_act_to_the_page_of_a_case(
    app, register, client, make_person, make_actor, sign_in, monkeypatch, rare, feature
):
    of = '{% from "case/parts.html" import line, post %}'
    form = of + '{% call post("/x", f) %}{{ line(f, "y", x, errors) }}{% endcall %}'
    app.jinja_env.loader = ChoiceLoader([DictLoader({"case/own.html": form}), app.jinja_env.loader])
    act = Act(
        "own",
        "自家的事",
        "case/own.html",
        lambda shown: shown.case.state == "open",
        values=lambda _shown: {"y": "起初"},
        more=lambda _shown: "一栏",
        rare=rare,
        feature=feature,
    )
    monkeypatch.setattr(case_extra, "ACTS", (act,))
    case = make_case(register, make_actor())
    sign_in(client, make_person(roles=("supervisor",)))
    page = client.get(f"/case/{case.no}").text
    assert ("自家的事" in page) == (not feature)
    features.switch(register, set(FEATURES))
    page = client.get(f"/case/{case.no}?do=own").text
    assert '<details class="act" id="act-own" open>' in page
    assert 'value="起初"' in page
    assert ("更多办理" in page) == rare


PAGES = ("/units", "/archive", "/orders", "/cards", "/revisits", "/spot-checks", "/warnings", "/leaders", "/outdoors")


@pytest.mark.parametrize("path", [*PAGES, "/evening", "/appeals", "/duty"])
def test_nobody_finds_the_page_of_what_is_switched_off(register, client, make_person, sign_in, path):
    sign_in(client, make_person(roles=("supervisor", "handler")))
    assert client.get(path).status_code == 404
    features.switch(register, set(FEATURES))
    assert client.get(path).status_code == 200


def test_a_page_of_a_feature_that_does_not_exist_is_not_made():
    with pytest.raises(ValueError, match="there is no feature typo"):
        route(Blueprint("x", __name__), "/x", roles=("clerk",), feature="typo")


def test_the_administrator_sees_when_the_last_backup_was_made(register, client, make_person, sign_in):
    sign_in(client, make_person(roles=("admin",)))
    assert "还没有备份。请用 tracker backup" in client.get("/features").text
    heartbeat.beat(register, heartbeat.BACKUP, NOW)
    assert "最近一次备份：06-17 10:24" in client.get("/features").text


def test_a_setting_that_is_wrong_is_named_with_what_was_typed(client, sign_in, make_person):
    sign_in(client, make_person(roles=("admin",)))
    page = client.post("/features/settings", data={"undo_minutes": "99", "send_from": "8点"}).text
    assert "撤销时限（分钟）“99”不对，应为 0 到 60 的整数" in page
    assert "消息最早几点发出“8点”不对，应为时刻，例如 08:00" in page
