"""The first run: the set-up code, the first person, and the sample."""

from __future__ import annotations

import re
import stat

import pytest

from tests.factories import NOW, OFFICE, PASSWORD
from tracker.office import sample, trial
from tracker.office.firstrun import ATTEMPTS, CODE_FILE, setup_code
from tracker.rule.access import ROLES
from tracker.store import people, settings
from tracker.store.database import rows, value
from tracker.store.register import open_register

FORM = {**OFFICE, "person": "林涛", "account": "lintao", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def code(empty_register, home):
    return setup_code(home, empty_register)


def set_up(client, code, **changes):
    return client.post("/setup", data={**FORM, "code": code, **changes})


def test_every_page_leads_to_the_first_run_while_there_is_nobody(client, empty_register):
    for path in ("/", "/login", "/people", "/me", "/nowhere"):
        assert client.get(path).location == "/setup", path
    assert client.get("/setup").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_the_code_creates_the_first_person_with_four_roles_and_signs_her_in(client, code, empty_register):
    assert set_up(client, code).location == "/"
    assert client.get("/people").status_code == 200
    first = people.by_account(empty_register, "lintao")
    assert first.roles == {"clerk", "handler", "supervisor", "admin"}
    office = settings.office(empty_register)
    assert (office.name, office.prefix, office.zone.key) == ("示例区生态环境局", "XH", "Asia/Shanghai")
    assert value(empty_register, "SELECT act FROM audit") == "office.setup"


def test_the_prefix_is_kept_in_capitals(client, code, empty_register):
    set_up(client, code, prefix="xh")
    assert settings.office(empty_register).prefix == "XH"


def test_the_office_speaks_the_language_it_was_set_up_in(client, code, empty_register):
    client.post("/language", data={"language": "en", "next": "/setup"})
    set_up(client, code)
    assert settings.office(empty_register).locale == "en"


def test_the_code_may_be_typed_in_small_letters_without_dashes(client, code):
    assert set_up(client, code.lower().replace("-", " ")).status_code == 302


def test_only_the_hash_of_the_code_is_kept_and_only_its_owner_reads_it(code, home):
    path = home / CODE_FILE
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    assert code not in path.read_text()
    assert code.replace("-", "") not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_used_code_is_gone_and_the_page_too(client, code, home, empty_register):
    set_up(client, code)
    assert not (home / CODE_FILE).exists()
    assert client.get("/setup").location == "/"
    assert set_up(client, code, account="second").location == "/"
    assert people.by_account(empty_register, "second") is None
    assert setup_code(home, empty_register) is None


def test_a_new_start_makes_a_new_code_and_the_old_one_is_void(client, code, home, empty_register):
    fresh = setup_code(home, empty_register)
    assert "安装码不对" in set_up(client, code).text
    assert set_up(client, fresh).status_code == 302


def test_five_wrong_codes_close_the_door_until_the_next_start(client, code, home, empty_register):
    for left in range(ATTEMPTS - 1, -1, -1):
        assert f"还可以试 {left} 次" in set_up(client, "AAAA-AAAA-AAAA").text
    page = set_up(client, code)
    assert page.status_code == 422
    assert "不再有效" in page.text
    assert not people.anybody(empty_register)
    assert set_up(client, setup_code(home, empty_register)).status_code == 302


def test_a_slip_elsewhere_costs_no_attempt(client, code):
    for _ in range(ATTEMPTS + 1):
        assert set_up(client, code, prefix="1").status_code == 422
    assert set_up(client, code).status_code == 302


def test_without_a_printed_code_the_page_says_what_to_do(client, empty_register):
    assert "请重新启动程序" in set_up(client, "AAAA-AAAA-AAAA").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": " "}, "请填写安装码"),
        ({"name": ""}, "请填写单位名称"),
        ({"name": "局" * 61}, "单位名称应在 60 个字以内"),
        ({"name": "局\x07"}, "不含控制字符"),
        ({"prefix": "X"}, "编号前缀应为 2 到 6 个英文字母"),
        ({"prefix": "XUHUIQU"}, "编号前缀应为 2 到 6 个英文字母"),
        ({"prefix": "徐汇"}, "编号前缀应为 2 到 6 个英文字母"),
        ({"zone": "Shanghai"}, "没有这个时区：Shanghai"),
        ({"zone": "../etc/passwd"}, "没有这个时区"),
        ({"person": ""}, "请填写姓名"),
        ({"person": "名" * 41}, "姓名应在 40 个字以内"),
        ({"account": ""}, "请填写账号"),
        ({"account": "林涛"}, "账号应为 2 到 40 个英文字母"),
        ({"password": "short"}, "密码至少 10 个字符"),
        ({"again": "Different-9"}, "两次输入的密码不一致"),
    ],
)
def test_each_field_that_is_wrong_is_named_and_what_was_typed_stays(client, code, changes, words):
    page = set_up(client, **{"code": code, **changes})
    assert page.status_code == 422
    assert page.text.count(words) == 2  # in the summary and beside the field
    assert "<title>错误：设置本单位" in page.text
    if "name" not in changes:
        assert 'value="示例区生态环境局"' in page.text
    assert PASSWORD not in page.text


def test_every_field_at_fault_is_named_at_once(client, code):
    page = client.post("/setup", data={})
    for words in ("安装码", "单位名称", "编号前缀", "时区", "姓名", "账号", "密码至少"):
        assert words in page.text


def test_a_wrong_code_and_passwords_that_differ_are_named_with_the_rest(client, code):
    page = set_up(client, "AAAA-AAAA-AAAA", prefix="1", password="short", again="shorter").text
    for words in ("安装码不对，还可以试 4 次", "编号前缀应为", "密码至少 10 个字符", "两次输入的密码不一致"):
        assert page.count(words) == 2, words
    assert "安装码不对，还可以试 3 次" in set_up(client, "AAAA-AAAA-AAAA").text


def test_after_the_first_run_the_first_page_says_that_it_is_done(client, code):
    set_up(client, code)
    assert "✓ 已设置本单位，您已登录" in client.get("/today").text
    assert "已设置本单位" not in client.get("/today").text


# The sample


@pytest.fixture
def visitor(client, empty_register, monkeypatch):
    """Somebody who looks at the sample: three days of it, for the sake of time."""
    monkeypatch.setattr(sample, "DAYS", 3)
    assert client.post("/sample/start").status_code == 302
    return client


def test_the_sample_opens_in_a_file_of_its_own_with_people_of_every_role(visitor, home, clock, empty_register):
    sample = open_register(home, NOW, "sample.db")
    held = {role for person in people.everybody(sample) for role in person.roles}
    assert held == set(ROLES)
    sample.close()
    assert not people.anybody(empty_register)
    assert rows(empty_register, "SELECT * FROM session") == rows(empty_register, "SELECT * FROM audit") == []


def test_a_banner_on_every_page_says_that_it_is_the_sample(visitor):
    page = visitor.get("/me").text
    assert "示例数据" in page
    assert "当前身份 李处（切换）" in page
    assert "结束试用" in page


def test_a_visitor_acts_as_anybody(visitor):
    assert visitor.get("/people").status_code == 403
    page = visitor.get("/me").text
    admin = re.search(r'value="(\d+)"[^>]*>吴管理', page).group(1)
    visitor.post("/sample/as", data={"person": admin})
    assert visitor.get("/people").status_code == 200


@pytest.mark.parametrize("person", ["999", "x", ""])
def test_nobody_acts_as_somebody_who_is_not_there(visitor, person):
    page = visitor.post("/sample/as", data={"person": person})
    assert page.status_code == 409
    assert "没有这个人" in page.text


def test_the_end_of_the_trial_removes_the_file_and_leads_to_the_first_run(visitor, home):
    folder = home / "sample-attachments"
    (folder / "photo").write_bytes(b"x")
    assert visitor.post("/sample/end").location == "/setup"
    assert sorted(path.name for path in home.iterdir() if "sample" in path.name) == []
    assert visitor.get("/me").location == "/setup"
    assert "✓ 示例已删除" in visitor.get("/setup").text


def test_a_second_trial_begins_anew(visitor, home):
    visitor.post("/streets", data={"name-1": "改过的街道"})
    visitor.post("/sample/end")
    visitor.post("/sample/start")
    assert visitor.get("/me").status_code == 200


def test_a_visitor_whose_sample_was_ended_elsewhere_returns_to_the_first_run(visitor, app, home):
    trial.end(home)
    assert visitor.get("/me").location == "/setup"
    assert not (home / "sample.db").exists()


def test_a_second_visitor_finds_the_same_sample(visitor, app, home):
    other = app.test_client()
    other.post("/sample/start")
    sample = open_register(home, NOW, "sample.db")
    assert value(sample, "SELECT count(*) FROM session") == 2
    sample.close()


def test_a_visitor_who_was_away_chooses_whom_to_be_again(visitor, clock):
    clock.forward(minutes=31)
    assert visitor.get("/me").location == "/login?next=/me"
    assert visitor.get("/login").location == "/sample"
    page = visitor.get("/sample").text
    assert "王建国" in page
    assert "结束试用" in page


@pytest.mark.parametrize(
    "elsewhere", [{"REMOTE_ADDR": "192.0.2.1"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.1"}, {"REMOTE_ADDR": "x"}]
)
def test_the_sample_opens_only_at_the_machine_itself(client, empty_register, elsewhere):
    assert client.post("/sample/start", environ_base=elsewhere).status_code == 404
    assert "只能在运行程序的这台电脑上打开" in client.get("/setup", environ_base=elsewhere).text


def test_without_the_mark_of_the_sample_its_pages_are_not_there(client, make_person, home):
    make_person()
    for method, path in (
        ("get", "/sample"),
        ("post", "/sample/as"),
        ("post", "/sample/end"),
        ("post", "/sample/start"),
    ):
        assert getattr(client, method)(path).status_code == 404, path
    assert not (home / "sample.db").exists()


def test_an_office_that_is_set_up_during_a_trial_is_not_touched_by_its_end(visitor, app, code, empty_register):
    assert set_up(app.test_client(), code).status_code == 302
    assert visitor.get("/people/1").status_code == 403
    visitor.post("/sample/end")
    assert people.by_account(empty_register, "lintao") is not None
    assert visitor.get("/").location == "/login?next=/"


def test_nobody_signs_in_by_password_as_a_person_of_the_sample(visitor):
    page = visitor.post("/me/password", data={"old": "!", "password": PASSWORD, "again": PASSWORD})
    assert "现在的密码不对" in page.text
