"""What a message says, and what it never says."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.mail_server import plain
from tests.office.cases_sql import add_case, natural, shanghai
from tracker import i18n
from tracker.config import Config
from tracker.notify import letters, words
from tracker.notify.letters import MARKS, Unneeded, compose
from tracker.office.raising import tick
from tracker.office.reminding import replan, tell
from tracker.rule.ladder import ENDING
from tracker.rule.reminders import REASONS, UNDELIVERABLE
from tracker.store import deliveries, settings
from tracker.store.board import board
from tracker.store.database import execute, value

DOMAIN = "example.gov.cn"


@pytest.fixture
def config(home):
    return Config(home=home, smtp_host="localhost", mail_from="xinfang@example.gov.cn", base_url="http://t.example")


@pytest.fixture
def handler(make_person):
    return make_person(roles=("handler",), name="王建国", email="wang@example.gov.cn").id


@pytest.fixture
def supervisor(make_person):
    return make_person(roles=("supervisor",), name="周明", email="zhou@example.gov.cn").id


@pytest.fixture
def read(register, config):
    """``read(at, person)``: the message that a tick at that instant puts together for a person: subject and text."""

    def messages(at, person):
        tick(register, at, DOMAIN)
        found = []
        while (claimed := deliveries.claim(register, at, at + timedelta(days=99))) is not None:
            if claimed.recipient_id == person:
                letter = compose(register, claimed, at, settings.office(register), config, board(register))
                found.append((letter.message["Subject"], plain(letter.message).replace("\r\n", "\n")))
            deliveries.sent(register, claimed.id, at, "250")
        return found

    return messages


def given(db, handler_id, received="2026-06-17", at=NOW):
    case = add_case(db, natural(received), handler_id=handler_id, at=at)
    replan(db, case, at, "登记")
    return case


def test_a_dispatch_lists_all_four_limits(register, read, handler):
    given(register, handler)
    ((subject, text),) = read(NOW, handler)
    assert subject == "[派单] XH2026-000001 1 先行联系 应 06-18 24:00前"
    assert "4 后续处理  应完成 07-02（周四）24:00前  剩 15天13小时" in text
    assert text.startswith("王建国，您好：")


def test_a_case_that_is_late_when_it_is_registered_says_so_at_once_in_one_message(register, read, handler, supervisor):
    given(register, handler, "2026-06-10")
    ((subject, text),) = read(NOW, handler)
    assert subject == "[派单·超期] XH2026-000001 1 先行联系 应 06-11 24:00前"
    assert "1 先行联系  应完成 06-11（周四）24:00前  超期 5天10小时" in text


def test_an_urgent_case_says_so_in_every_message(register, read, handler, supervisor):
    case = add_case(register, natural("2026-06-17"), handler_id=handler)
    execute(register, "UPDATE cases SET grade = '紧急'")
    replan(register, case, NOW, "登记")
    ((subject, text),) = read(NOW, handler)
    assert subject == "[紧急·派单] XH2026-000001 1 先行联系 应 06-18 24:00前"
    assert "[紧急·派单]" in text
    read(shanghai("06-18 08:30"), handler)
    ((_, text),) = read(shanghai("06-22 08:30"), supervisor)
    assert "[紧急·超期] XH2026-000001" in text


def test_a_case_without_a_handler_is_to_be_dispatched_and_not_signed_for(register, read, handler, supervisor):
    given(register, None)
    ((subject, _),) = read(NOW, supervisor)
    assert subject == "[待派单] XH2026-000001 1 先行联系 应 06-18 24:00前"


def test_the_supervisors_hear_of_it_too(register, read, handler, supervisor):
    given(register, handler, "2026-06-10")
    ((subject, text),) = read(NOW, supervisor)
    assert subject == "[超期] XH2026-000001 1 先行联系 应 06-11 24:00前"
    assert "2 现场检查与整改  应完成 06-13（周六）24:00前  超期 3天10小时" in text


def test_the_worst_comes_first_and_is_the_subject(register, read, handler):
    given(register, handler)
    given(register, handler, "2026-06-16")
    given(register, handler, "2026-06-12")
    read(NOW, handler)
    ((subject, text),) = read(shanghai("06-18 08:30"), handler)
    assert subject == "[超期] XH2026-000002 1 先行联系 应 06-17 24:00前 等5项"
    marks = [line[1 : line.index("]")] for line in text.splitlines() if line.startswith("[")]
    assert marks == ["超期", "今日到期", "临期", "临期", "临期"]


def test_after_a_standstill_a_limit_stands_once_with_the_times_it_was_owed(register, read, handler):
    add_case(register, {"contact": shanghai("06-18 00:00")}, handler_id=handler)
    replan(register, 1, NOW, "登记")
    read(NOW, handler)
    ((subject, text),) = read(shanghai("06-23 14:00"), handler)
    assert subject == "[超期] XH2026-000001 1 先行联系 应 06-17 24:00前"
    assert text.count("XH2026-000001  1 先行联系") == 1
    assert "原定提醒时间：06-18 08:30、06-22 08:30" in text


def test_what_was_to_fall_due_is_late_when_it_is_told_too_late(register, read, handler):
    """A message that waited a day for the server says what holds as it leaves."""
    due = {"contact": shanghai("06-19 00:00"), "inspection": shanghai("06-20 00:00")}
    add_case(register, due, handler_id=handler)
    replan(register, 1, NOW, "登记")
    read(NOW, handler)
    tick(register, shanghai("06-18 08:30"), DOMAIN)
    ((subject, text),) = read(shanghai("06-19 08:00"), handler)
    assert subject.startswith("[超期] XH2026-000001 1 先行联系 应 06-18 24:00前")
    assert "[临期] XH2026-000001  2 现场检查与整改" in text


def test_an_hour_at_which_two_steps_were_owed_is_named_once(register, read, handler):
    add_case(register, {"contact": shanghai("06-18 00:00")}, handler_id=handler)
    replan(register, 1, NOW, "登记")
    read(NOW, handler)
    execute(register, "UPDATE reminder SET owed_at = '2026-06-18T00:30:00Z' WHERE rung LIKE 'late%'")
    ((_subject, text),) = read(shanghai("06-23 14:00"), handler)
    assert "原定提醒时间：06-18 08:30\n" in text


def test_a_card_says_its_colour(register, read, handler):
    given(register, handler)
    read(NOW, handler)
    tell(register, 1, (handler,), "card", NOW, {"colour": "red", "by": "周明", "note": ""})
    ((subject, _text),) = read(NOW, handler)
    assert subject.startswith("[亮牌督办·红牌] XH2026-000001")


def test_the_digest_counts_and_lists(register, read, handler, supervisor):
    given(register, handler)
    given(register, handler, "2026-06-16")
    read(NOW, supervisor)
    ((subject, text),) = read(shanghai("06-18 08:30"), supervisor)
    assert subject == "[督办日报] 06-18 超期 1 今日到期 1"
    assert "超期 1\n    XH2026-000002  1 先行联系  应完成 06-17（周三）24:00前  超期 8小时30分" in text
    assert "http://t.example/case/XH2026-000001" in text


def test_the_digest_calls_tomorrow_what_falls_due_then_and_names_the_working_day_before_rest_days(
    register, read, handler, supervisor
):
    add_case(register, {"contact": shanghai("06-19 00:00")}, handler_id=handler)
    add_case(register, {"contact": shanghai("06-22 00:00")}, handler_id=handler)
    tick(register, shanghai("06-16 09:00"))
    execute(register, "UPDATE reminder SET shown_at = owed_at WHERE case_id IS NOT NULL AND owed_at < '2026-06-18'")
    assert read(shanghai("06-17 08:30"), supervisor)[0][0] == "[督办日报] 06-17 明日到期 1"
    assert "下一工作日24:00前到期 1" in read(shanghai("06-18 08:30"), supervisor)[0][0]


def test_a_digest_of_a_busy_office_names_the_worst_and_counts_the_others(register, read, handler, supervisor):
    for _ in range(33):
        add_case(register, {"contact": shanghai("06-16 00:00")}, handler_id=handler)
    tick(register, NOW)
    (*_, (subject, text)) = read(shanghai("06-18 08:30"), supervisor)
    assert "超期 33" in subject
    assert "另有 3 件，见超期清单" in text


def test_a_request_and_its_decision_are_told_without_the_words_that_were_exchanged(register, read, handler, supervisor):
    case = given(register, handler)
    read(NOW, handler)
    execute(
        register,
        "INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)"
        " VALUES (:case, 1, 'end', 'withdrawn', '张三已撤回', '2026-06-17T02:30:00Z', :by)",
        {"case": case, "by": handler},
    )
    at = shanghai("06-17 10:30")
    replan(register, case, at, "ask_end")
    ((subject, text),) = read(at, supervisor)
    assert subject == "[待审批] XH2026-000001 申请终止后续环节"
    tell(register, case, (handler,), "decided", at, {"act": "end", "decision": "refused", "answer": "张三未签字"})
    ((subject, answer),) = read(at, handler)
    assert subject == "[审批结果] XH2026-000001 申请终止后续环节 未同意"
    assert "张三" not in text + answer


def test_what_was_decided_meanwhile_is_asked_no_more(register, config, handler, supervisor):
    case = given(register, handler)
    execute(
        register,
        "INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by)"
        " VALUES (:case, 1, 'close', '', '已答复', '2026-06-17T02:24:00Z', :by)",
        {"case": case, "by": handler},
    )
    replan(register, case, NOW, "apply_close")
    tick(register, NOW, DOMAIN)
    decided = "UPDATE request SET decision = 'approved', decided_at = asked_at, decided_by = :by"
    execute(register, decided, {"by": supervisor})
    execute(
        register, "UPDATE delivery SET try_after = '2027-01-01T00:00:00Z' WHERE recipient_id <> :by", {"by": supervisor}
    )
    claimed = deliveries.claim(register, NOW, NOW + timedelta(minutes=5))
    assert claimed is not None
    with pytest.raises(Unneeded, match="ended"):
        compose(register, claimed, NOW, settings.office(register), config, board(register))


def test_a_limit_from_outside_goes_by_its_own_name(register, read, handler):
    case = given(register, handler)
    read(NOW, handler)
    execute(
        register,
        "INSERT INTO deadline (case_id, round, kind, key, starts_at, due_at, due_day, first_due_at, unrolled_day)"
        " VALUES (:case, 1, 'outside', '12345应反', '2026-06-17T02:24:00Z', '2026-06-22T09:00:00Z', '2026-06-22',"
        " '2026-06-22T09:00:00Z', '2026-06-22')",
        {"case": case},
    )
    replan(register, case, NOW, "note")
    mails = read(shanghai("06-22 08:30"), handler)
    assert "[今日到期] XH2026-000001  12345应反  应完成 06-22（周一）17:00前" in mails[0][1]


def test_a_message_is_in_the_language_of_its_recipient(register, read, handler, monkeypatch):
    english = {"派单": "Dispatched", "先行联系": "First contact", "应 %(day)s %(time)s前": "due %(day)s %(time)s"}
    english |= {
        "剩 %(span)s": "%(span)s left",
        "1天": "1 day",
        "%(n)s小时": "%(n)s h",
        "%(long)s%(short)s": "%(long)s %(short)s",
    }
    asked = []

    def translator(locale):
        asked.append(locale)
        return lambda text: english.get(text, text)

    monkeypatch.setattr(letters, "translator", translator)
    execute(register, "UPDATE person SET locale = 'en'")
    given(register, handler)
    ((subject, text),) = read(NOW, handler)
    assert subject == "[Dispatched] XH2026-000001 1 First contact due 06-18 24:00"
    assert "1 day 13 h left" in text
    assert asked == ["en"]


def test_every_rung_that_is_mailed_has_its_mark_in_the_order_of_gravity():
    assert set(MARKS) == (set(REASONS) | ENDING) - {UNDELIVERABLE}
    order = list(MARKS)
    assert order.index("weekly") < order.index("late") < order.index("due_day") < order.index("eve")
    assert order.index("eve") < order.index("dispatch")


def test_the_year_is_named_when_it_is_another_one(register):
    said = words.Words(i18n.translator("zh_Hans_CN"), settings.office(register).zone, NOW)
    assert said.due(shanghai("2027-01-05 00:00")) == "2027-01-04（周一）24:00前"
    assert said.due(shanghai("06-18 17:30")) == "06-18（周四）17:30前"
    assert said.standing(NOW) == "超期 0分"


def test_a_person_without_an_address_any_more_gets_nothing(register, config, handler):
    given(register, handler)
    tick(register, NOW, DOMAIN)
    execute(register, "UPDATE person SET email = ''")
    claimed = deliveries.claim(register, NOW, NOW + timedelta(minutes=5))
    assert claimed is not None
    with pytest.raises(Unneeded, match="no_address"):
        compose(register, claimed, NOW, settings.office(register), config, board(register))
    assert value(register, "SELECT count(*) FROM reminder WHERE shown_at IS NOT NULL") == 1


@pytest.fixture
def message(register, config, handler):
    """``message(at)``: the e-mail to the handler that a tick at that instant makes."""

    def composed(at):
        tick(register, at, DOMAIN)
        claimed = deliveries.claim(register, at, at + timedelta(minutes=5))
        assert claimed is not None
        letter = compose(register, claimed, at, settings.office(register), config, board(register))
        again = compose(
            register, claimed, at + timedelta(minutes=9), settings.office(register), config, board(register)
        )
        assert letter.message["Message-ID"] == again.message["Message-ID"] == claimed.message_id
        deliveries.sent(register, claimed.id, at, "250")
        return letter.message

    return composed


def test_what_is_said_about_a_case_is_one_thread_and_an_automatic_list(register, message, handler):
    given(register, handler)
    first, second = message(NOW), message(shanghai("06-18 08:30"))
    for one in (first, second):
        assert one["In-Reply-To"] == one["References"] == "<case.XH2026-000001@example.gov.cn>"
        assert one["Auto-Submitted"] == "auto-generated"
        assert one["List-Id"] == "<reminders.example.gov.cn>"
    assert first["Message-ID"] != second["Message-ID"]


def test_the_html_part_says_the_same_fetches_nothing_and_escapes(register, message, handler, config):
    execute(register, "UPDATE person SET name = '<b>王</b>&'")
    execute(register, "UPDATE cases SET title = '塑料厂异味'")
    given(register, handler)
    found = message(NOW)
    assert found.get_content_type() == "multipart/alternative"
    html = found.get_body(("html",)).get_content()
    assert "&lt;b&gt;王&lt;/b&gt;&amp;，您好：" in html
    assert '<a href="http://t.example/case/XH2026-000001/do/sign">' in html
    assert "4 后续处理" in html
    assert "异味" not in html
    assert set(re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"'>#]+)""", html)) == {
        "http://t.example/case/XH2026-000001/do/sign",
        "http://t.example/inbox",
    }
    assert not re.search(r"<(img|link|script|style|iframe|object)", html)


def test_the_link_opens_the_act_that_is_owed(register, read, handler, supervisor):
    given(register, handler)
    ((_subject, text),) = read(NOW, handler)
    assert "http://t.example/case/XH2026-000001/do/sign" in text
    mails = read(shanghai("06-18 08:30"), handler)
    assert "http://t.example/case/XH2026-000001/do/contact" in mails[0][1]


@pytest.mark.parametrize(
    ("rung", "kind", "key", "path"),
    [
        ("decide", "close", "", "/case/X/do/decide-close"),
        ("decide", "backfill", "contact", "/case/X/do/decide-backfill?of=contact"),
        ("redo", "", "", "/case/X/do/decide-redo"),
        ("late", "", "recheck", "/case/X/do/recheck"),
        ("late", "", "督办", "/case/X/do/clock?of=%E7%9D%A3%E5%8A%9E"),
        ("decided", "end", "", "/case/X/do/next"),
    ],
)
def test_each_kind_of_reminder_leads_to_its_place(rung, kind, key, path):
    line = deliveries.Line(
        *(1, "k", rung, 1, NOW, NOW, json.dumps({"kind": kind}), 1, "X", "一般", None, None, "stage", key, None)
    )
    assert letters._path(line, {"kind": kind}) == path
