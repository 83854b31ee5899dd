"""依法分类清单: kept in versions by the administrator, and used where a case is registered or checked first."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from tests.rule.test_appeals import TABLE
from tests.web.case_desk import problems
from tests.web.given import an_office
from tests.web.test_new import send, the_case
from tracker.store import appeals, audit, features
from tracker.store.database import rows


@pytest.fixture
def office(register):
    features.switch(register, {"appeals"})
    return an_office(register)


@pytest.fixture
def admin(client, office, sign_in, make_person):
    keeper = make_person(roles=("admin",))
    return lambda: sign_in(client, keeper)


def keep(client, text=TABLE, **fields):
    return client.post("/appeals", data={"rows": text, "holds_from": "2026-06-17", "note": "", **fields})


def test_out_of_sight_until_it_is_switched_on(register, client, sign_in, make_person):
    sign_in(client, make_person(roles=("admin",)))
    assert client.get("/appeals").status_code == 404
    assert "依法分类清单" not in client.get("/people").text


def test_the_administrator_keeps_version_after_version(admin, register, client, clock):
    client = admin()
    assert "还没有清单" in client.get("/appeals").text
    assert keep(client).status_code == 303
    page = client.get("/appeals?saved=1").text
    assert "现行第 1 版" in page
    assert "《大气污染防治法》第八十条" in page
    later = TABLE + "反映油烟\t《大气污染防治法》第八十一条\t举报查处\t书面\n"
    assert keep(client, later, holds_from="2026-06-20", note="增加油烟").status_code == 303
    page = client.get("/appeals").text
    assert "现行第 1 版" in page
    assert "自 2026-06-20 起，4 行" in page
    clock.forward(days=4)
    assert "现行第 2 版" in admin().get("/appeals").text
    assert [len(appeals.lines(register, n)) for n in (1, 2)] == [3, 4]
    assert len(rows(register, "SELECT 1 FROM audit WHERE act = 'appeals.added'")) == 2
    assert audit.verify(register) is None


def test_a_file_of_the_national_code_takes_the_place_of_the_text(admin, register):
    data = TABLE.replace("\t", ",").encode("gb18030")
    answer = keep(admin(), "", file=(BytesIO(data), "清单.csv"))
    assert answer.status_code == 303
    assert len(appeals.lines(register, 1)) == 3


def test_what_is_wrong_is_named_and_the_table_is_kept_as_typed(admin, register):
    answer = keep(admin(), "噪声\t依据\t邮寄\t书面\n一列", holds_from="2026-06-01")
    assert answer.status_code == 422
    found = problems(answer.text)
    assert "第 1 行的途径“邮寄”" in found["rows"]
    assert "第 2 行应有四列" in found["rows"]
    assert "适用日期不能早于今天" in found["holds_from"]
    assert "噪声\t依据\t邮寄\t书面" in answer.text
    assert appeals.versions(register) == ()


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        (b"x" * 1_600_001, "file", "文件超过 1600 KB"),
        (b'"' + b"x," * 100_000, "rows", "有一格过长，或引号不成对"),
        (b"a\r" * 60_000, "rows", "清单最多 500 行"),
        (b"\xff\xfe\xff", "file", "文件的编码认不出来"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_plain_words(admin, register, data, field, words):
    answer = keep(admin(), "噪声\t", note="第二版", file=(BytesIO(data), "清单.csv"))
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 422
    assert words in problems(answer.text)[field]
    assert 'value="第二版"' in answer.text
    assert appeals.versions(register) == ()


def test_only_the_administrator_keeps_it(admin, office, client, sign_in):
    keep(admin())
    sign_in(client, office.clerk)
    assert "现行第 1 版" in client.get("/appeals").text
    assert "保存为新一版" not in client.get("/appeals").text
    assert keep(client).status_code == 403


def test_a_word_fills_in_the_route_while_registering_and_the_case_remembers_the_line(admin, office, client, sign_in):
    keep(admin())
    sign_in(client, office.clerk)
    page = client.get("/new").text
    assert '<option value="不服处罚决定">' in page
    answer = send(client, appeal="反映")
    assert "可能是：反映企业排放恶臭、反映施工噪声" in problems(answer.text)["appeal"]
    looked = client.post("/new", data={"appeal": "反映", "check": "1"}).text
    assert "《噪声污染防治法》第四十三条" in looked
    assert send(client, appeal="不服").status_code == 303
    case = the_case(office.db)
    assert (case.route, appeals.by_id(office.db, case.appeal_id).version) == ("复议诉讼", 1)
    keep(admin(), TABLE.replace("不服处罚决定", "不服决定"))
    sign_in(client, office.clerk)
    page = client.get(f"/case/{case.no}").text
    assert "清单第 1 版" in page
    assert "告知复议途径" in page


def test_a_route_that_was_picked_by_hand_stays(admin, office, client, sign_in):
    keep(admin())
    sign_in(client, office.clerk)
    assert send(client, appeal="施工", route="信访事项").status_code == 303
    assert the_case(office.db).route == "信访事项"


def test_the_first_check_uses_the_list_too(register, client, sign_in, make_person, desk):
    features.switch(register, {"appeals"})
    keep(sign_in(client, make_person(roles=("admin",))))
    no = desk.case().no
    desk.enter("林涛")
    assert 'list="appeals"' in desk.page(no, "?do=accept")
    answer = desk.send(no, "accept", "accept", route="举报查处", appeal="天气")
    assert "清单中没有“天气”" in problems(answer.text)["accept-appeal"]
    due = {limit.id: limit.due_at for limit in desk.folder(no).deadlines}
    assert desk.send(no, "accept", "accept", route="举报查处", appeal="不服").status_code == 303
    case = desk.folder(no).case
    assert (case.route, appeals.by_id(desk.db, case.appeal_id).name) == ("复议诉讼", "不服处罚决定")
    assert {limit.id: limit.due_at for limit in desk.folder(no).deadlines} == due
    page = desk.page(no)
    assert "举报查处 → 复议诉讼" in page
    assert desk.clock() - case.received_at == timedelta(hours=1)
