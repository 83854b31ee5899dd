"""Staff and streets, as the administrator keeps them."""

from __future__ import annotations

import pytest

from tests.factories import PASSWORD
from tracker.store import audit, people, streets
from tracker.store.database import execute, rows, value, writing

NEW = {"name": "王建国", "account": "wangjianguo", "unit": "执法二中队", "email": "wang@example.gov.cn"}


@pytest.fixture
def admin(make_person):
    return make_person(name="吴管理", account="wu", roles=("admin",))


@pytest.fixture
def desk(client, admin, sign_in):
    """The administrator at work."""
    return sign_in(client, admin)


def add(desk, **changes):
    return desk.post("/people/new", data={**NEW, "roles": ["handler"], "password": PASSWORD, **changes})


def last_act(register):
    return value(register, "SELECT act FROM audit ORDER BY seq DESC LIMIT 1")


def test_the_list_shows_everybody_with_unit_and_roles(desk, make_person):
    make_person(name="周明", unit="信访科", roles=("handler", "clerk"))
    page = desk.get("/people").text
    assert "周明" in page
    assert "信访科" in page
    assert "登记员、承办人" in page


def test_the_list_says_of_whose_cases_a_supervisor_hears(desk, make_person):
    make_person(name="李处", unit="", roles=("supervisor",))
    make_person(name="孙敏", unit="局办公室", roles=("supervisor", "handler"))
    page = desk.get("/people").text
    assert page.count("督办：全局") == page.count("督办：只限 局办公室") == 1
    assert "督办：只限 执法一中队" not in page  # the administrator supervises nothing


def test_beside_the_unit_stands_what_it_means_for_a_supervisor(desk, admin):
    for path in ("/people/new", f"/people/{admin.id}"):
        assert "督办留空为全局，收到全部件的提醒" in desk.get(path).text, path


def test_a_new_colleague_signs_in_with_the_initial_password(desk, app, register):
    assert add(desk).status_code == 302
    person = people.by_account(register, "wangjianguo")
    assert (person.name, person.unit, person.email) == ("王建国", "执法二中队", "wang@example.gov.cn")
    assert person.roles == {"handler"}
    assert person.must_change_password
    assert last_act(register) == "person.added"
    answer = app.test_client().post("/login", data={"account": "wangjianguo", "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "请填写姓名"),
        ({"name": "王\x00"}, "姓名应在 40 个字以内，且不含控制字符"),
        ({"account": ""}, "请填写账号"),
        ({"account": "王建国"}, "账号应为 2 到 40 个英文字母"),
        ({"account": "WU"}, "账号 WU 已有人使用"),
        ({"unit": "队" * 41}, "所属应在 40 个字以内"),
        ({"email": "wang"}, "电子邮箱不对"),
        ({"email": "wang@a b.cn"}, "电子邮箱不对"),
        ({"roles": []}, "请至少选择一个角色"),
        ({"roles": ["boss"]}, "没有这个角色"),
        ({"roles": ["admin", "auditor"]}, "系统管理员和审计员不能是同一个人"),
        ({"password": "short"}, "密码至少 10 个字符"),
    ],
)
def test_each_field_that_is_wrong_is_named_and_nobody_is_added(desk, register, changes, words):
    page = add(desk, **changes)
    assert page.status_code == 422
    assert page.text.count(words) >= 2  # in the summary and beside the field
    assert len(people.everybody(register)) == 1


def test_nobody_is_given_a_role_that_was_not_chosen(desk):
    assert " checked" not in desk.get("/people/new").text
    assert " checked" not in add(desk, roles=[]).text


def test_a_full_width_account_is_made_plain(desk, register):
    add(desk, account="ｗａｎｇ１")
    assert people.by_account(register, "wang1") is not None


def test_details_are_corrected_and_the_former_ones_are_on_the_trail(desk, make_person, register):
    zhou = make_person(name="周明")
    answer = desk.post(f"/people/{zhou.id}/details", data={"name": "周鸣", "unit": "信访科", "email": ""})
    assert answer.status_code == 302
    assert people.person(register, zhou.id).name == "周鸣"
    detail = value(register, "SELECT detail FROM audit ORDER BY seq DESC LIMIT 1")
    assert "周明" in detail
    assert "周鸣" in detail


def test_a_wrong_detail_is_named_and_what_was_typed_stays(desk, make_person):
    zhou = make_person(name="周明")
    page = desk.post(f"/people/{zhou.id}/details", data={"name": "周鸣", "email": "x"})
    assert page.status_code == 422
    assert 'value="周鸣"' in page.text


def test_changed_roles_end_the_sessions_of_the_person(desk, app, make_person, sign_in, register):
    zhou = make_person(roles=("clerk",))
    browser = sign_in(app.test_client(), zhou)
    assert browser.get("/me").status_code == 200
    desk.post(f"/people/{zhou.id}/roles", data={"roles": ["clerk", "handler"]})
    assert people.person(register, zhou.id).roles == {"clerk", "handler"}
    assert browser.get("/me").status_code == 302
    assert last_act(register) == "roles.changed"


def test_an_administrator_who_changes_her_own_roles_stays_signed_in(desk, admin, make_person):
    make_person(roles=("admin",))
    assert desk.post(f"/people/{admin.id}/roles", data={"roles": ["auditor"]}).location == "/"
    assert desk.get("/me").status_code == 200
    assert desk.get("/people").status_code == 403


def test_the_last_administrator_and_the_last_supervisor_keep_their_roles(desk, admin, make_person, register):
    page = desk.post(f"/people/{admin.id}/roles", data={"roles": ["clerk"]})
    assert "最后一位系统管理员" in page.text
    boss = make_person(name="李处", roles=("supervisor",))
    page = desk.post(f"/people/{boss.id}/roles", data={"roles": ["clerk"]})
    assert "李处 是最后一位督办" in page.text
    assert people.person(register, boss.id).roles == {"supervisor"}
    make_person(roles=("supervisor",))
    assert desk.post(f"/people/{boss.id}/roles", data={"roles": ["clerk"]}).status_code == 302


def test_a_supervisor_who_has_left_does_not_count_as_the_other_one(desk, make_person, register):
    boss, gone = make_person(roles=("supervisor",)), make_person(roles=("supervisor",))
    people.set_active(register, gone.id, False)
    page = desk.post(f"/people/{boss.id}/active", data={"active": "0"})
    assert "最后一位督办" in page.text


def test_the_register_itself_refuses_an_administrator_who_is_auditor(register, admin):
    with pytest.raises(Exception, match="never together"):
        execute(register, "INSERT INTO person_role VALUES (:id, 'auditor')", {"id": admin.id})


def test_a_reset_password_ends_the_sessions_and_must_be_changed(desk, app, make_person, sign_in, register):
    zhou = make_person(account="zhou")
    browser = sign_in(app.test_client(), zhou)
    desk.post(f"/people/{zhou.id}/password", data={"password": "Fresh-start-1"})
    assert browser.get("/me").location.startswith("/login")
    assert browser.post("/login", data={"account": "zhou", "password": PASSWORD}).status_code == 422
    browser.post("/login", data={"account": "zhou", "password": "Fresh-start-1"})
    assert browser.get("/").location == "/me/password"
    assert last_act(register) == "signin"


def test_a_reset_password_opens_a_locked_account(desk, app, make_person):
    zhou, elsewhere = make_person(account="zhou"), {"REMOTE_ADDR": "192.0.2.1"}
    browser = app.test_client()
    for _ in range(5):
        browser.post("/login", data={"account": "zhou", "password": "x"}, environ_base=elsewhere)
    desk.post(f"/people/{zhou.id}/password", data={"password": "Fresh-start-1"})
    assert browser.post("/login", data={"account": "zhou", "password": "Fresh-start-1"}).status_code == 302


def test_a_weak_initial_password_is_refused(desk, make_person):
    page = desk.post(f"/people/{make_person().id}/password", data={"password": "weak"})
    assert page.status_code == 422
    assert "密码至少 10 个字符" in page.text


def test_a_colleague_who_leaves_is_out_at_once_and_may_come_back(desk, app, make_person, sign_in, register):
    zhou = make_person(account="zhou")
    browser = sign_in(app.test_client(), zhou)
    assert desk.post(f"/people/{zhou.id}/active", data={"active": "0"}).status_code == 302
    assert browser.get("/me").status_code == 302
    assert browser.post("/login", data={"account": "zhou", "password": PASSWORD}).status_code == 422
    assert "已停用" in desk.get(f"/people/{zhou.id}").text
    desk.post(f"/people/{zhou.id}/active", data={"active": "1"})
    assert browser.get("/me").location.startswith("/login")  # the old session stays ended
    assert browser.post("/login", data={"account": "zhou", "password": PASSWORD}).status_code == 302
    acts = [row["act"] for row in rows(register, "SELECT act FROM audit ORDER BY seq")]
    assert acts == ["person.deactivated", "person.reactivated", "signin"]
    assert audit.verify(register) is None


def open_case(register, person):
    columns = {"no": "XH2026-000001", "handler_id": person.id, "at": "2026-06-17T02:24:00Z"}
    execute(
        register,
        """INSERT INTO cases (no, received_at, received_from, received_month, registered_at, channel, title, content,
        place, rule_version, handler_id, updated_at) VALUES (:no, :at, 'call', '2026-06', :at, '电话', '异味', '异味',
        '港南路', 1, :handler_id, :at)""",
        columns,
    )


def test_a_handler_with_open_cases_cannot_leave_nor_lose_the_role(desk, make_person, register):
    wang = make_person(name="王建国", roles=("handler", "clerk"))
    open_case(register, wang)
    for path, data in (("active", {"active": "0"}), ("roles", {"roles": ["clerk"]})):
        page = desk.post(f"/people/{wang.id}/{path}", data=data)
        assert page.status_code == 422
        assert "王建国 还有 1 件在办" in page.text
    assert people.person(register, wang.id).active


def test_nobody_deactivates_their_own_account(desk, admin, make_person):
    make_person(roles=("admin",))
    assert "不能停用自己的账号" in desk.post(f"/people/{admin.id}/active", data={"active": "0"}).text


def test_a_person_who_is_not_there_is_not_found(desk):
    assert desk.get("/people/999").status_code == 404
    for what in ("details", "roles", "password", "active"):
        assert desk.post(f"/people/999/{what}").status_code == 404


# Streets


def names(register):
    return [(street.name, street.code, street.active) for street in streets.every(register)]


def test_streets_are_added_in_rows_and_empty_rows_are_none(desk, register):
    form = {"name--1": "新港街道", "code--1": "XG", "name--2": "东湖街道", "code--2": "", "name--3": "", "code--3": ""}
    assert desk.post("/streets", data=form).status_code == 302
    assert names(register) == [("新港街道", "xg", True), ("东湖街道", "", True)]
    assert last_act(register) == "streets.changed"


def test_a_street_is_renamed_and_taken_out_of_use(desk, register):
    desk.post("/streets", data={"name--1": "新港街道", "name--2": "东湖街道"})
    desk.post("/streets", data={"name-1": "新港路街道", "code-1": "xgl", "active-1": "1", "name-2": "东湖街道"})
    assert names(register) == [("新港路街道", "xgl", True), ("东湖街道", "", False)]


def test_two_streets_in_use_never_get_the_same_letters(desk, register):
    both = {"name--1": "新港街道", "code--1": "xg", "name--2": "新桥街道", "code--2": "XG"}
    page = desk.post("/streets", data=both)
    assert page.status_code == 422
    assert '<a href="#f-code--2">简码“xg”已用于新港街道，请换一个</a>' in page.text
    assert names(register) == []
    assert desk.post("/streets", data={**both, "code--2": "xq"}).status_code == 302


def test_letters_that_two_streets_share_already_are_warned_of_and_hold_up_nothing_else(desk, register):
    with writing(register):
        first, second = streets.add(register, "新港街道", "xg"), streets.add(register, "新桥街道", "xg")
    assert "简码“xg”有 新港街道、新桥街道 共用" in desk.get("/streets").text
    table = {f"name-{first}": "新港路街道", f"code-{first}": "xg", f"active-{first}": "1"}
    table |= {f"name-{second}": "新桥街道", f"code-{second}": "xg"}
    assert desk.post("/streets", data={**table, f"active-{second}": "1"}).status_code == 302
    assert desk.post("/streets", data=table).status_code == 302  # of two, one goes out of use
    assert "共用" not in desk.get("/streets").text


def test_two_streets_may_swap_their_names(desk, register):
    desk.post("/streets", data={"name--1": "新港街道", "name--2": "东湖街道"})
    both = {"active-1": "1", "active-2": "1"}
    assert desk.post("/streets", data={"name-1": "东湖街道", "name-2": "新港街道", **both}).status_code == 302
    assert [name for name, _code, _active in names(register)] == ["东湖街道", "新港街道"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name--1": "新港街道", "name--2": "新港街道"}, "街道“新港街道”重复"),
        ({"name--1": "南苑街道"}, "街道“南苑街道”重复"),
        ({"name-1": "", "active-1": "1"}, "请填写街道名称"),
        ({"code--1": "xg"}, "请填写街道名称"),
        ({"name--1": "街" * 31}, "街道名称应在 30 个字以内"),
        ({"name--1": "新港街道", "code--1": "新港"}, "简码应为拼音首字母"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_kept(desk, register, form, words):
    streets.add(register, "南苑街道", "ny")
    page = desk.post("/streets", data=form | ({"name--1": ""} if "name--1" not in form else {}))
    assert page.status_code == 422
    assert page.text.count(words) == 2
    assert names(register) == [("南苑街道", "ny", True)]


def test_saving_the_list_unchanged_leaves_no_trace(desk, register):
    streets.add(register, "南苑街道", "ny")
    desk.post("/streets", data={"name-1": "南苑街道", "code-1": "ny", "active-1": "1"})
    assert last_act(register) is None
