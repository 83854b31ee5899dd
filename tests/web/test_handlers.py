"""派单给谁: the table that names the handler of a new case, its page, and what registering makes of it."""

from __future__ import annotations

import json

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tests.web.pages import words
from tests.web.test_new import send, the_case
from tracker.office import handlers as office_handlers
from tracker.office.actors import actor_for
from tracker.rule.dispatch import Line
from tracker.store import handlers, people
from tracker.store.database import rows, value


@pytest.fixture
def office(register):
    return an_office(register)


def table(office, *lines):
    """Keep these lines (street, category, handler)."""
    wanted = [(f"kind-{n}", Line(street, kind, who.id)) for n, (street, kind, who) in enumerate(lines)]
    office_handlers.save(office.db, actor_for(office.supervisor), wanted, NOW)


def save(client, **fields):
    return client.post("/streets/handlers", data={name.replace("_", "-"): str(text) for name, text in fields.items()})


def kept(office):
    return [(line.street_id, line.category, line.handler) for line in handlers.every(office.db)]


# The page


@pytest.mark.parametrize("who", ["supervisor", "admin"])
def test_supervisor_and_administrator_say_who_handles_a_street_and_a_category(
    client, office, sign_in, make_person, who
):
    sign_in(client, office.supervisor if who == "supervisor" else make_person(roles=("admin",)))
    fields = {f"street_{office.street_id}": office.handler.id, "kind_1": "51", "kind_1_who": office.other.id}
    assert save(client, **fields, kind_2="", kind_2_street="", kind_2_who="").location == "/streets?saved=1"
    assert kept(office) == [(office.street_id, None, "王建国"), (None, "51", "陈晓")]
    page = client.get("/streets").text
    assert f'<option value="{office.handler.id}" selected>王建国</option>' in page
    assert '<option value="51" selected>51 电磁</option>' in page


def test_a_change_of_the_table_is_on_record_and_no_change_is_not(client, office, sign_in):
    sign_in(client, office.supervisor)
    field = f"street_{office.street_id}"
    save(client, **{field: office.handler.id})
    save(client, **{field: office.handler.id})
    save(client, **{field: ""})
    assert kept(office) == []
    said = [json.loads(r["detail"]) for r in rows(office.db, "SELECT detail FROM audit WHERE act = 'handlers.changed'")]
    line = [office.street_id, None, office.handler.id]
    assert said == [{"before": [], "after": [line]}, {"before": [line], "after": []}]


def test_what_is_wrong_in_the_table_is_named_and_nothing_is_kept(client, office, sign_in):
    sign_in(client, office.supervisor)
    same = {"kind_1": "51", "kind_1_who": office.handler.id, "kind_2": "51", "kind_2_who": office.other.id}
    answer = save(client, **same, kind_3="", kind_3_who=office.other.id, kind_4="11", kind_4_who=office.clerk.id)
    assert answer.status_code == 422
    for text in (
        "同一街道和类别只能有一行",
        "请选择污染类别；只按街道派单的在上表选择",
        "所选承办人不在岗或没有承办人角色，请另选",
    ):
        assert text in answer.text
    assert kept(office) == []


def test_a_handler_who_has_left_may_stay_in_the_table_until_another_is_chosen(client, office, sign_in):
    table(office, (office.street_id, None, office.other))
    people.set_active(office.db, office.other.id, False)
    sign_in(client, office.supervisor)
    assert ">陈晓</option>" in client.get("/streets").text
    assert save(client, **{f"street_{office.street_id}": office.other.id}).status_code == 302
    assert save(client, **{f"street_{office.street_id + 1}": office.other.id}).status_code == 422


def test_a_supervisor_does_not_change_the_streets_themselves(client, office, sign_in):
    sign_in(client, office.supervisor)
    assert 'name="name-' not in client.get("/streets").text
    assert client.post("/streets", data={f"name-{office.street_id}": "别名"}).status_code == 403


# Registering


@pytest.fixture
def clerk(client, office, sign_in):
    return sign_in(client, office.clerk)


def test_an_office_without_a_table_sees_the_form_as_it_was(clerk):
    page = clerk.get("/new")
    assert "自动" not in words(page)
    assert '<option value="" selected>暂不派单</option>' in page.text


def test_the_table_gives_a_new_case_its_handler_and_the_record_says_why(clerk, office):
    table(office, (office.street_id, None, office.handler))
    case = send(clerk, handler_id="").location
    assert the_case(office.db).handler == "王建国"
    assert the_case(office.db).unit == "执法二中队"
    assert "王建国（按派单表：新港街道）" in words(clerk.get(case))
    assert value(office.db, "SELECT count(*) FROM reminder WHERE rung = 'dispatch'") == 1


@pytest.mark.parametrize(("chosen", "handler"), [("other", "陈晓"), ("nobody", "")])
def test_by_hand_always_wins(clerk, office, chosen, handler):
    table(office, (office.street_id, None, office.handler))
    send(clerk, handler_id="0" if chosen == "nobody" else str(office.other.id))
    assert the_case(office.db).handler == handler


def test_what_the_table_gives_to_nobody_is_said_and_so_is_a_street_that_is_not_clear(clerk, office):
    table(office, (office.street_id, None, office.handler))

    def shown(**typed):
        return words(clerk.get("/new/limits", query_string=typed))

    assert "东湖街道、电磁 没有承办人，将不派单" in shown(street="东湖街道", categories="51")
    assert "街道：东湖街道" in shown(street="dh")
    assert "街道：" not in shown(street="东湖街道")
    assert "“x”可能是 新港街道、新民街道，请写全名" in shown(street="x")
    assert "没有街道“云山镇”" in shown(street="云山镇")
    assert "自动派单：填写街道或类别后显示" in shown()


def test_the_proposal_stands_beside_the_form_as_soon_as_street_or_category_is_known(clerk, office):
    table(office, (office.street_id, None, office.handler), (None, "51", office.other))
    page = clerk.get("/new")
    assert "自动派单：填写街道或类别后显示" in words(page)
    assert '<option value="" selected>自动</option>' in page.text
    shown = clerk.get("/new/limits", query_string={"received_at": "", "street": "xg", "categories": "1"})
    assert "自动派给 王建国 新港街道 → 王建国" in words(shown)
    shown = clerk.get("/new/limits", query_string={"received_at": "", "street": "xg", "categories": "51"})
    assert "自动派给 王建国 新港街道 → 王建国" in words(shown)
    shown = clerk.get("/new/limits", query_string={"received_at": "", "street": "", "categories": "51"})
    assert "自动派给 陈晓 电磁 → 陈晓" in words(shown)
    refused = send(clerk, content="", handler_id="")
    assert "自动派给 王建国" in words(refused)


def test_a_street_that_nobody_handles_leaves_the_case_undispatched(clerk, office):
    table(office, (office.street_id + 1, None, office.handler))
    send(clerk, handler_id="")
    assert the_case(office.db).handler_id is None
