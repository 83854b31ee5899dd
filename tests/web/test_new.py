"""The register form: what it registers, what it says of bad input, the repeats and the limits beside it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tests.web.pages import words
from tracker.office import desk, intake
from tracker.office.actors import actor_for
from tracker.store import cases, settings
from tracker.store.database import rows, value

FORM = {
    "channel": "电话",
    "phone": "13800000000",
    "name": "张先生",
    "confidential": "1",
    "street": "xg",
    "place": "港南路 88 号",
    "subject_unit": "示例塑料制品有限公司",
    "categories": "11",
    "content": "夜间有塑料异味，窗户不能开。约晚上10点后更明显",
    "received_at": "2026-06-17 10:20",
}


@pytest.fixture
def office(register):
    return an_office(register)


@pytest.fixture
def clerk(client, office, sign_in):
    return sign_in(client, office.clerk)


def field(answer, name):
    """What stands in a field of the page."""
    (found,) = re.findall(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', answer.text)
    return unescape(found)


def send(client, **changes):
    """The filled form, sent with changes; None leaves a field out."""
    return client.post("/new", data={k: v for k, v in {**FORM, **changes}.items() if v is not None})


def the_case(db):
    """The only case of the register."""
    (found,) = rows(db, "SELECT id FROM cases")
    return cases.by_id(db, found[0])


def test_the_form_asks_for_eight_fields_and_begins_with_now(clerk):
    page = clerk.get("/new")
    labels = re.findall(r'<label for="f-\w+">([^<]+?) *<', page.text)
    assert labels[:8] == ["来源", "来电号码", "投诉人", "街道", "地点", "投诉对象", "污染类别", "投诉内容"]
    assert field(page, "received_at") == "2026-06-17 10:24"
    assert re.search(r'name="confidential" value="1" checked', page.text)
    assert not re.search(r'name="(anonymous|talked)" value="1" checked', page.text)
    assert '<option value="电话" selected>1 电话</option>' in page.text


def test_the_limits_stand_beside_the_form_with_their_weekdays(clerk):
    text = words(clerk.get("/new"))
    for line in (
        "先行联系06-18（周四）24:00前",
        "现场检查与整改06-20（周六）24:00前 休息日",
        "现场复查与安排监测06-27（周六）24:00前 休息日",
        "后续处理07-02（周四）24:00前",
        "按自然日计算",
    ):
        assert line in text


def test_a_complaint_becomes_a_case_and_its_page_says_the_number_and_four_due_times(clerk, office):
    answer = send(clerk, handler_id=str(office.handler.id))
    assert (answer.status_code, answer.location) == (303, "/case/XH2026-000001")
    case = the_case(office.db)
    assert (case.place, case.street, case.categories) == ("港南路88号", "新港街道", ("11",))
    assert (case.handler, case.subject_unit, case.channel) == ("王建国", "示例塑料制品有限公司", "电话")
    assert case.received_at == datetime(2026, 6, 17, 2, 20, tzinfo=UTC)
    assert (case.confidential, case.anonymous) == (True, False)
    assert (
        "已登记 XH2026-000001 派给 王建国 先行联系 06-18（周四）24:00前 现场检查与整改 06-20（周六）24:00前"
        " 现场复查与安排监测 06-27（周六）24:00前 后续处理 07-02（周四）24:00前" in words(clerk.get(answer.location))
    )


def test_the_complainant_is_kept_in_her_own_table_and_on_no_page(clerk, office):
    answer = send(clerk)
    assert "张先生" not in clerk.get(answer.location).text
    assert "13800000000" not in clerk.get(answer.location).text
    who = intake.reveal(office.db, actor_for(office.supervisor), the_case(office.db).no, "回电核实", NOW)
    assert (who.name, who.phone) == ("张先生", "13800000000")


def test_registering_another_one_gives_a_fresh_form_with_the_last_number(clerk, office):
    answer = send(clerk, again="1")
    assert answer.location == "/new"
    page = clerk.get(answer.location)
    assert "已登记 XH2026-000001" in words(page)
    assert field(page, "phone") == field(page, "place") == ""


def test_a_case_may_be_registered_before_anybody_handles_it(clerk, office):
    answer = send(clerk, handler_id="", street="", categories="")
    assert "未派单" in words(clerk.get(answer.location))
    case = the_case(office.db)
    assert (case.handler_id, case.street_id, case.categories) == (None, None, ())


def test_the_talk_of_the_call_is_the_first_contact(clerk, office):
    send(clerk, talked="1")
    contact = desk.read(office.db, the_case(office.db).no).stage("contact")
    assert (contact.state, contact.done_at) == ("done", datetime(2026, 6, 17, 2, 20, tzinfo=UTC))


def test_the_sources_own_number_and_limit_are_kept(clerk, office):
    send(clerk, channel="12345热线", source_no="ＳＨ2026-001", source_due_at="06-19 17:00")
    folder = desk.read(office.db, the_case(office.db).no)
    assert folder.case.source_no == "SH2026-001"
    assert [(one.key, one.due_at) for one in folder.outside] == [
        ("12345热线应反", datetime(2026, 6, 19, 9, 0, tzinfo=UTC))
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800000000", "13800000000"),
        ("１３８０００００００", "1380000000"),
        ("１３８００００００００", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("（021）6600 1234", "02166001234"),
        ("021-66001234-801", "02166001234801"),
    ],
)
def test_a_phone_number_is_read_as_people_write_it(clerk, office, typed, kept):
    answer = send(clerk, phone=typed)
    if len(kept) < 11:
        assert answer.status_code == 422
        return
    assert answer.status_code == 303
    who = intake.reveal(office.db, actor_for(office.supervisor), the_case(office.db).no, "回电核实", NOW)
    assert who.phone == kept


@pytest.mark.parametrize("typed", ["新港街道", "新港", "xg", "XG", "ｘｇ", "新港街"])
def test_a_street_is_known_by_name_letters_or_beginning(clerk, office, typed):
    send(clerk, street=typed)
    assert the_case(office.db).street == "新港街道"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("11", ("11",)),
        ("11 23", ("11", "23")),
        ("１１，２３", ("11", "23")),
        ("恶臭异味", ("11",)),
        ("大气·恶臭异味", ("11",)),
        ("11 大气·恶臭异味", ("11",)),
        ("工业", ("23",)),
        ("夜间、恶臭", ("11", "25")),
        ("23 11 23", ("11", "23")),
    ],
)
def test_categories_are_typed_as_codes_or_names(clerk, office, typed, codes):
    send(clerk, categories=typed)
    assert the_case(office.db).categories == codes


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-06-17 09:05", "2026-06-17T01:05:00"),
        ("06-16 23:59", "2026-06-16T15:59:00"),
        ("9:05", "2026-06-17T01:05:00"),
        ("０９：０５", "2026-06-17T01:05:00"),
        ("2026年6月16日 8时30分", "2026-06-16T00:30:00"),
        ("2026/6/16 08:30", "2026-06-16T00:30:00"),
        ("2025-12-31 12:00", "2025-12-31T04:00:00"),
        ("10:24", "2026-06-17T02:24:00"),
    ],
)
def test_a_time_is_read_as_people_write_it(clerk, office, typed, instant):
    assert send(clerk, received_at=typed).status_code == 303
    assert the_case(office.db).received_at == datetime.fromisoformat(instant).replace(tzinfo=UTC)


LONG = "长" * 100_000
BAD = [
    ("channel", "", "请选择来源"),
    ("channel", "飞鸽传书", "请选择来源"),
    ("phone", "", "请填写来电号码；来电人不愿留号码的，勾选“匿名”"),
    ("phone", "1380000000", "来电号码应为11位手机号，或带区号的固定电话"),
    ("phone", "66001234", "来电号码应为11位手机号，或带区号的固定电话"),
    ("phone", "一三八", "来电号码应为11位手机号，或带区号的固定电话"),
    ("phone", "138😀00000000", "来电号码应为11位手机号，或带区号的固定电话"),
    ("phone", "١٣٨٠٠٠٠٠٠٠٠", "来电号码应为11位手机号，或带区号的固定电话"),
    ("phone", "13800000000'; DROP TABLE cases", "来电号码应为11位手机号，或带区号的固定电话"),
    ("phone", LONG, "来电号码应为11位手机号，或带区号的固定电话"),
    ("name", LONG, "投诉人最多 60 字，现有 100000 字"),
    ("place", "", "请填写地点"),
    ("place", " \t　", "请填写地点"),
    ("place", "\x00\x07\x1b", "请填写地点"),
    ("place", LONG, "地点最多 200 字，现有 100000 字"),
    ("subject_unit", LONG, "投诉对象最多 200 字，现有 100000 字"),
    ("content", "", "请填写投诉内容"),
    ("content", "\x00\r\n\x0b", "请填写投诉内容"),
    ("content", LONG, "投诉内容最多 20000 字，现有 100000 字"),
    ("street", "月球街道", "没有街道“月球街道”，可填 新港街道、东湖街道、桥北街道、南苑街道、新民街道，或留空"),
    ("street", "新", "“新”可能是 新港街道、新民街道，请写全名"),
    ("street", "x", "“x”可能是 新港街道、新民街道，请写全名"),
    ("street", "😀", "没有街道“😀”，可填 新港街道、东湖街道、桥北街道、南苑街道、新民街道，或留空"),
    ("categories", "98", "没有污染类别“98”，请填代码或名称，如 11 或 恶臭异味"),
    ("categories", "11 98", "没有污染类别“98”，请填代码或名称，如 11 或 恶臭异味"),
    ("categories", "5", "污染类别“5”可能是 51 辐射·电磁、52 辐射·电离，请填代码"),
    ("categories", "油炸", "没有污染类别“油炸”，请填代码或名称，如 11 或 恶臭异味"),
    ("categories", "水", "污染类别“水”可能是 31 水·工业废水、32 水·生活污水、33 水·黑臭河道，请填代码"),
    ("categories", "😀", "没有污染类别“😀”，请填代码或名称，如 11 或 恶臭异味"),
    ("received_at", "", "请填写收到时间，例如 2026-06-18 10:24"),
    ("received_at", "昨天下午", "收到时间“昨天下午”看不懂，请写成 2026-06-18 10:24、06-18 10:24 或 10:24"),
    (
        "received_at",
        "2026-06-31 10:00",
        "收到时间“2026-06-31 10:00”看不懂，请写成 2026-06-18 10:24、06-18 10:24 或 10:24",
    ),
    ("received_at", "25:00", "收到时间“25:00”看不懂，请写成 2026-06-18 10:24、06-18 10:24 或 10:24"),
    ("received_at", "2026-06-17", "收到时间“2026-06-17”看不懂，请写成 2026-06-18 10:24、06-18 10:24 或 10:24"),
    ("received_at", "2026-06-17 10:25", "收到时间不能晚于现在"),
    ("received_at", "2062-06-17 10:00", "收到时间不能晚于现在"),
    ("received_at", "1026-06-17 10:00", "收到时间早于2000年，请核对年份"),
    ("received_at", "12-30 10:00", "收到时间“12-30 10:00”离现在超过90天，请写明年份，如 2026-06-18 10:24"),
    ("source_no", LONG, "来源编号最多 60 字，现有 100000 字"),
    ("source_due_at", "后天", "应反时间“后天”看不懂，请写成 2026-06-18 10:24、06-18 10:24 或 10:24"),
    ("source_due_at", "2026-06-17 10:20", "应反时间应晚于收到时间"),
    ("handler_id", "999", "所选承办人不在岗或没有承办人角色，请另选"),
    ("handler_id", "王建国", "所选承办人不在岗或没有承办人角色，请另选"),
    ("handler_id", "9" * 40, "所选承办人不在岗或没有承办人角色，请另选"),
    ("lead_no", "XH2026-009999", "没有这个编号：XH2026-009999"),
]


@pytest.mark.parametrize(("name", "typed", "sentence"), BAD, ids=[f"{n}-{t[:12]!r}" for n, t, _ in BAD])
def test_a_wrong_field_is_named_with_the_way_out_and_keeps_what_was_typed(clerk, office, name, typed, sentence):
    answer = send(clerk, **{name: typed})
    assert answer.status_code == 422
    text = unescape(answer.text)
    assert "<title>错误：登记投诉" in text
    assert "有 1 处需要修改" in text
    assert text.count(sentence) >= 2, "once in the summary, once by the field"
    assert f'<a href="#f-{name}">{sentence}</a>' in text
    if name == "received_at" and typed:
        assert field(answer, name) == typed
    assert field(answer, "name") == (typed if name == "name" else "张先生")
    assert value(office.db, "SELECT count(*) FROM cases") == 0


def test_talking_is_for_those_who_talk_with_the_office(clerk, office):
    answer = send(clerk, channel="12345热线", talked="1")
    assert "只有电话和来访可以在登记时完成先行联系" in answer.text
    assert 'aria-describedby="f-talked-e"' in answer.text
    answer = send(clerk, received_at="2026-06-16 10:00", talked="1")
    assert "收到已超过24小时，请登记后在案件页补录先行联系" in answer.text


def test_every_wrong_field_is_named_at_once_in_the_order_of_the_page(clerk):
    answer = send(clerk, phone="1", place="", categories="98", content="", received_at="x")
    assert "有 5 处需要修改" in answer.text
    links = re.findall(r'<li><a href="#f-(\w+)">', answer.text)
    assert links == ["phone", "place", "categories", "content", "received_at"]


def test_the_words_of_the_citizen_stay_as_they_are(clerk, office):
    said = "窗户不能开😀，<script>alert(1)</script> & “引号” '单引号'"
    answer = send(clerk, content=said + "\x07\r\n\r\n\r\n\r\n第二段")
    assert the_case(office.db).content == said + "\n\n第二段"
    assert "<script>alert" not in clerk.get(answer.location).text


def test_a_source_number_that_is_taken_names_the_case_that_has_it(clerk, office):
    first = office.case(channel="12345热线", source_no="SH001")
    answer = send(clerk, channel="12345热线", source_no="SH001")
    assert f"来源编号已存在：{first.no}，未重复登记" in answer.text


def test_a_form_sent_twice_makes_one_case(clerk, office):
    key = field(clerk.get("/new"), "entry_key")
    first = send(clerk, entry_key=key, source_no="A1")
    second = send(clerk, entry_key=key, source_no="A1")
    assert first.location == second.location == f"/case/{the_case(office.db).no}"
    assert "没有保存" not in words(clerk.get(second.location))


def test_a_form_that_was_changed_and_sent_again_says_that_the_change_was_not_kept(clerk, office):
    key = field(clerk.get("/new"), "entry_key")
    send(clerk, entry_key=key)
    answer = send(clerk, entry_key=key, content="别的事")
    assert "之后的改动没有保存" in words(clerk.get(answer.location))
    assert the_case(office.db).content == FORM["content"]


def test_two_forms_are_two_cases(clerk, office):
    keys = {field(clerk.get("/new"), "entry_key") for _ in range(3)}
    assert len(keys) == 3
    for key in keys:
        send(clerk, entry_key=key)
    assert value(office.db, "SELECT count(*) FROM cases") == 3


@pytest.mark.parametrize("role", ["handler", "admin", "auditor"])
def test_only_the_desk_registers(client, sign_in, make_person, role, office):
    sign_in(client, make_person(roles=(role,)))
    assert client.get("/new").status_code == 403
    assert client.get("/new/limits").status_code == 403
    assert client.post("/new/repeats").status_code == 403
    assert send(client).status_code == 403


def test_the_limits_follow_the_time_that_is_typed(clerk):
    page = clerk.get("/new/limits?received_at=06-12 09:00")
    assert "先行联系06-13（周六）24:00前 休息日" in words(page)
    assert 'data-received="06-12 09:00"' in page.text
    assert "看不懂" in clerk.get("/new/limits?received_at=x").text
    assert 'data-received="2026-06-17 10:24"' in clerk.get("/new/limits").text


def repeats(client, **typed):
    return client.post("/new/repeats", data=typed)


def test_the_same_phone_place_and_unit_are_found_within_the_days_of_the_setting(clerk, office):
    by_phone = office.case(NOW - timedelta(days=9), phone="13800000000", place="别处一号")
    by_place = office.case(NOW - timedelta(days=8), phone="13900000000", place="港南路88号")
    by_unit = office.case(NOW - timedelta(days=7), phone="13900000001", place="别处二号", subject_unit="塑料厂")
    office.case(NOW - timedelta(days=91))
    text = words(repeats(clerk, phone="138 0000 0000", place="港南路 88", subject_unit="塑料厂"))
    assert "疑似重复 同一号码 1 件、同一地址 1 件、同一对象 1 件（90日内）" in text
    for case, same in ((by_phone, "同号码"), (by_place, "同地址"), (by_unit, "同对象")):
        assert re.search(rf"{case.no}（在新窗口打开） 在办，2 现场检查 ■ 超期 {same}|{case.no}.*?{same}", text)


def test_open_cases_come_first_and_lead_cases_before_joined_ones(clerk, office):
    lead = office.case(NOW - timedelta(days=9))
    joined = office.case(NOW - timedelta(days=2), lead_no=lead.no)
    found = re.findall(r"/case/(XH[\d-]+)", repeats(clerk, phone="13800000000").text)
    assert found == [lead.no, joined.no]
    page = repeats(clerk, phone="13800000000").text
    assert re.findall(r'name="join" value="(\S+)"', page) == [lead.no]
    assert page.count('accesskey="m"') == page.count('accesskey="r"') == 1


def test_nothing_is_asked_of_a_number_or_place_that_is_not_typed_out(clerk, office):
    office.case()
    for typed in ({}, {"phone": "1380000"}, {"place": "港南路"}, {"subject_unit": "塑"}):
        assert "填写来电号码或地点后查重" in words(repeats(clerk, **typed)), typed
    assert "未见重复" in words(repeats(clerk, phone="13911111111"))


def test_the_repeats_never_say_who_complained(clerk, office):
    office.case(name="张秘密", phone="13800000000")
    page = repeats(clerk, phone="13800000000")
    assert "秘密" not in page.text
    assert "13800000000" not in page.text


def test_the_phone_number_stays_out_of_every_address(clerk):
    assert clerk.get("/new/repeats?phone=13800000000").status_code == 405


def test_the_days_of_the_look_up_are_a_setting(clerk, office):
    office.case(NOW - timedelta(days=20))
    settings.save(office.db, {"repeat_days": "10"})
    assert "10日内没有" in words(repeats(clerk, phone="13800000000"))


def test_joining_takes_what_was_not_said_again_from_the_lead_case(clerk, office):
    lead = office.case(NOW - timedelta(days=2))
    page = send(
        clerk,
        name="",
        street="",
        place="",
        subject_unit="",
        categories="",
        content="",
        join=lead.no,
        phone="13900000009",
    )
    assert page.status_code == 200
    assert f"将并入在办件 {lead.no}" in words(page)
    assert field(page, "phone") == "13900000009"
    assert field(page, "place") == "港南路88号"
    form = {
        name: field(page, name)
        for name in ("phone", "street", "place", "categories", "received_at", "lead_no", "entry_key")
    }
    (content,) = re.findall(r'name="content"[^>]*>\n([^<]*)<', page.text)
    assert content == f"同一事项再次反映，见 {lead.no}：{lead.title}"
    assert f'<option value="{office.handler.id}" selected>' in page.text
    answer = clerk.post("/new", data={**form, "channel": "电话", "content": content})
    case = cases.by_no(office.db, answer.location.split("/")[-1])
    assert (case.lead_no, case.place) == (lead.no, "港南路88号")


def test_joining_may_be_taken_back_before_it_is_saved(clerk, office):
    lead = office.case()
    page = send(clerk, lead_no=lead.no, part="1")
    assert "将并入" not in page.text
    assert field(page, "place") == "港南路 88 号"


def test_a_case_that_is_not_open_cannot_be_joined(clerk, office):
    lead = office.case()
    joined = office.case(lead_no=lead.no)
    answer = send(clerk, join=joined.no)
    assert answer.status_code == 422
    assert f"{joined.no} 已并入 {lead.no}，请并入首件" in answer.text
    assert send(clerk, join="XH2026-999999").status_code == 422


def test_taking_over_brings_place_and_matter_but_never_the_person(clerk, office):
    case = office.case(
        name="李某", phone="13911112222", place="东湖路1号", subject_unit="木器厂", categories=("23", "13")
    )
    page = send(clerk, fill=case.no, phone="13800000000", name="", content="又响了")
    found = {name: field(page, name) for name in ("phone", "name", "street", "place", "subject_unit", "categories")}
    assert found == {
        "phone": "13800000000",
        "name": "",
        "street": "新港街道",
        "place": "东湖路1号",
        "subject_unit": "木器厂",
        "categories": "13 23",
    }
    assert "又响了" in page.text
    assert "李某" not in page.text


def test_looking_again_without_javascript_keeps_the_form(clerk, office):
    case = office.case()
    page = send(clerk, check="1", received_at="06-12 09:00")
    assert page.status_code == 200
    assert case.no in page.text
    assert "先行联系06-13（周六）24:00前" in words(page)
    assert field(page, "name") == "张先生"
    assert value(office.db, "SELECT count(*) FROM cases") == 1


def test_an_anonymous_caller_need_not_leave_a_number(clerk, office):
    assert send(clerk, anonymous="1", name="", phone="").status_code == 303
    assert the_case(office.db).anonymous


def test_an_office_without_streets_says_who_adds_them(client, sign_in, register, make_person):
    sign_in(client, make_person(roles=("clerk",)))
    assert "还没有街道，请留空，或请系统管理员添加" in send(client).text
    assert send(client, street="").status_code == 303
