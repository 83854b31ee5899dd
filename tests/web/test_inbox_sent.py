"""发送情况: what was owed on a day and what became of it; and the acts that a notice opens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.web.given import an_office
from tests.web.pages import numbers, words
from tracker.office import closing, raising
from tracker.office.actors import actor_for
from tracker.store import outbox, sent
from tracker.store.database import execute, rows
from tracker.web import inbox_sent

HOUR = timedelta(hours=1)
DOMAIN = "example.gov.cn"


@pytest.fixture
def office(register):
    office = an_office(register)
    execute(register, "UPDATE person SET email = account || '@example.gov.cn'")
    return office


@pytest.fixture
def day(office, clock):
    """The 18th of June: what was shown in time, caught up, sent, refused for good, tried again, withdrawn, planned."""
    for n in range(3):
        office.case(NOW - HOUR * (n + 1))
    raising.tick(office.db, NOW, DOMAIN)
    execute(office.db, "UPDATE delivery SET sent_at = try_after, tries = 1, answer = '250 ok'")
    clock.forward(hours=24)
    raising.tick(office.db, clock(), DOMAIN)
    execute(
        office.db, "UPDATE delivery SET dead = 1, tries = 1, failed = 1, answer = '550 no user' WHERE sent_at IS NULL"
    )
    return office


def of(client, **asked):
    return client.get("/inbox/sent", query_string={"day": "2026-06-18", **asked})


def test_a_supervisor_sees_what_was_owed_on_a_day_and_what_became_of_it(client, sign_in, day):
    page = of(sign_in(client, day.supervisor))
    text = words(page)
    assert "发送情况 06-18（周四）" in text
    assert re.search(r"■ 发送失败 06-18 08:30 到期当天 王建国 XH2026-000003 1 先行联系 06-18 10:24", text)
    assert "电子邮件 无法送达（550 no user）" in text
    counts = sent.counts(day.db, sent.Wanted(NOW + 13 * HOUR, NOW + 37 * HOUR))
    assert f"应提醒 {counts['owed']}" in text


def test_what_was_given_up_goes_again_by_one_or_all_of_a_channel_on_record(client, sign_in, day):
    sign_in(client, day.supervisor)
    page = of(client, state="failed")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    given_up = rows(day.db, "SELECT id, message_id FROM delivery WHERE dead = 1 ORDER BY id")
    address = "/inbox/sent/again?day=2026-06-18&state=failed"
    answer = client.post(address, data={"csrf_token": token, "delivery": given_up[0]["id"]})
    assert answer.location == "/inbox/sent?day=2026-06-18&state=failed&again=1&needless=0"
    assert "1 条将重新发送" in words(client.get(answer.location))
    (waits,) = rows(day.db, "SELECT * FROM delivery WHERE dead = 0 AND sent_at IS NULL")
    assert (waits["id"], waits["message_id"], waits["try_after"]) == (*given_up[0], "2026-06-18T02:24:00Z")
    (record,) = rows(day.db, "SELECT person_id, detail FROM audit WHERE act = 'resend'")
    assert record["person_id"] == day.supervisor.id
    assert given_up[0]["message_id"] in record["detail"]
    twice = client.post(address, data={"csrf_token": token, "delivery": given_up[0]["id"]})
    assert twice.status_code == 422
    assert "已不在发送失败之列" in words(twice)
    done = client.post(address, data={"csrf_token": token, "of": "1"})
    assert f"again={len(given_up) - 1}&" in done.location
    assert "全部重新发送" not in words(client.get(done.location))
    assert client.post(address, data={"csrf_token": token}).status_code == 422


def test_what_nobody_needs_any_more_is_no_failure_and_does_not_go_again(client, sign_in, day):
    sign_in(client, day.supervisor)
    execute(day.db, "UPDATE delivery SET answer = 'withdrawn:handed_on' WHERE dead = 1")
    page = words(of(client))
    assert "不需发送" in page
    assert "电子邮件 已不需要发送：已不由其办理" in page
    assert "发送失败" not in page.partition("应提醒时间")[2]
    assert "重新发送" not in page
    counts = sent.counts(day.db, sent.Wanted(NOW - 3 * HOUR, NOW + 72 * HOUR))
    assert counts["failed"] == 0
    assert counts["unneeded"] > 0


def test_of_what_was_given_up_only_what_holds_still_goes_again(client, sign_in, day):
    sign_in(client, day.supervisor)
    token = re.search(r'name="csrf_token" value="([^"]+)"', of(client).text)[1]
    execute(day.db, "UPDATE deadline SET state = 'done', done_at = due_at")
    execute(day.db, "UPDATE cases SET signed_at = dispatched_at")
    execute(day.db, "UPDATE reminder SET delivery_id = NULL WHERE rung IN ('morning', 'digest')")
    n = rows(day.db, "SELECT count(*) AS n FROM delivery WHERE dead = 1")[0]["n"]
    done = client.post("/inbox/sent/again?day=2026-06-18", data={"csrf_token": token, "of": "1"})
    assert f"again=0&needless={n}" in done.location
    assert rows(day.db, "SELECT 1 FROM delivery WHERE dead = 0 AND sent_at IS NULL") == []


def test_what_waits_on_a_channel_that_is_off_says_so(client, sign_in, day):
    sign_in(client, day.supervisor)
    execute(day.db, "UPDATE delivery SET dead = 0, tries = 0, failed = 0, answer = '' WHERE dead = 1")
    execute(day.db, "UPDATE channel SET active = 0")
    assert "电子邮件 已停用，恢复使用后发送" in words(of(client))


@pytest.mark.parametrize("who", ["handler", "clerk"])
def test_only_supervisors_send_again(client, sign_in, day, who):
    page = sign_in(client, getattr(day, who)).get("/inbox")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    assert client.post("/inbox/sent/again", data={"csrf_token": token, "of": "1"}).status_code == 403
    assert rows(day.db, "SELECT 1 FROM audit WHERE act = 'resend'") == []


def test_the_day_is_in_the_address_and_leads_to_its_neighbours(client, sign_in, day):
    page = of(sign_in(client, day.supervisor), who=str(day.handler.id))
    assert 'href="/inbox/sent?day=2026-06-17&amp;who=2" rel="prev"' in page.text
    assert 'rel="next"' not in page.text  # it is today
    before = client.get("/inbox/sent?day=06-17")
    assert "派单" in words(before)
    assert 'href="/inbox/sent?day=2026-06-18" rel="next"' in before.text


def test_a_list_is_narrowed_by_person_channel_and_state(client, sign_in, day):
    sign_in(client, day.supervisor)
    everything = numbers(of(client))
    assert len(everything) > len(numbers(of(client, who=str(day.supervisor.id))))
    assert set(
        re.findall(r"<td role=\"cell\" class=\"nw\">(王建国|李处)</td>", of(client, who=str(day.handler.id)).text)
    ) == {"王建国"}
    assert numbers(of(client, channel="1"))
    assert "这一天没有符合条件的提醒" in words(of(client, channel="99"))
    for state in sent.STATES:
        assert of(client, state=state).status_code == 200


def test_each_state_is_counted_as_its_list_is_long(client, sign_in, day):
    wanted = sent.Wanted(NOW - 3 * HOUR, NOW + 72 * HOUR)
    counts = sent.counts(day.db, wanted)
    for state in sent.STATES:
        of_state = sent.Wanted(wanted.since, wanted.until, state=state)
        assert len(sent.of_day(day.db, of_state, 1000)) == counts[state], state
    assert len(sent.of_day(day.db, wanted, 1000)) == counts["owed"]
    assert all(counts[state] for state in ("shown", "sent", "failed", "caught_up", "waiting"))
    assert counts["shown"] + counts["waiting"] + counts["withdrawn"] + counts["skipped"] == counts["owed"]


def test_a_long_day_goes_on_the_next_page_and_shows_each_once(client, sign_in, office):
    for _ in range(60):
        office.case(NOW - HOUR)
    raising.tick(office.db, NOW)
    sign_in(client, office.supervisor)
    page, found = client.get("/inbox/sent?day=2026-06-17"), []
    while True:
        found += numbers(page)
        more = re.findall(r'class="pages"><a class="btn btn-outline-primary" href="([^"]+)"', page.text)
        if not more:
            break
        page = client.get(more[0].replace("&amp;", "&"))
    wanted = sent.Wanted(NOW - 10.4 * HOUR, NOW + 13.5 * HOUR)
    assert len(found) == len([one for one in sent.of_day(office.db, wanted, 1000) if one.case_no])


@pytest.mark.parametrize("asked", [{"day": "明天"}, {"day": "2026-02-30"}])
def test_a_day_that_is_none_is_said_at_its_field(client, sign_in, office, asked):
    page = sign_in(client, office.supervisor).get("/inbox/sent", query_string=asked)
    assert page.status_code == 422
    assert 'href="#f-day"' in page.text
    assert asked["day"] in page.text


@pytest.mark.parametrize("asked", [{"who": "x", "channel": "²", "state": "no", "before": "x_y"}, {"before": "9_1"}])
def test_nonsense_in_the_address_narrows_nothing(client, sign_in, office, asked):
    assert sign_in(client, office.supervisor).get("/inbox/sent", query_string=asked).status_code == 200


@pytest.mark.parametrize("who", ["handler", "clerk"])
def test_only_supervisors_have_the_second_page(client, sign_in, office, who):
    sign_in(client, getattr(office, who))
    assert client.get("/inbox/sent").status_code == 403
    assert "发送情况" not in client.get("/inbox").text


def test_the_list_reads_its_index(register):
    params = {"since": "2026", "until": "2027", "before_at": None, "before_id": None, "person_id": None}
    asked = {**params, "channel_id": None, "state": "", "limit": 51}
    plan = " / ".join(r["detail"] for r in rows(register, "EXPLAIN QUERY PLAN " + sent.OF_DAY, asked))
    assert "reminder USING INDEX reminder_owed (owed_at>? AND owed_at<?)" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


def test_what_waits_for_my_signature_stands_on_top_and_opens_the_signing(client, sign_in, office):
    case = office.case(NOW - HOUR)
    page = sign_in(client, office.handler).get("/inbox")
    assert numbers(page, "待我处理") == [case.no]
    assert f'href="/case/{case.no}/do/sign?from=inbox"' in page.text


def test_looking_at_the_page_reads_nothing(client, sign_in, office):
    office.case(NOW - HOUR)
    raising.tick(office.db, NOW)
    sign_in(client, office.handler)
    client.get("/inbox")
    assert outbox.unread_count(office.db, office.handler.id) == 1


def test_a_notice_opens_the_act_that_it_asks_for(client, sign_in, office, clock):
    case = office.case(NOW - HOUR)
    asks = actor_for(office.handler)
    closing.ask_end(office.db, asks, case.no, case.version, "not_ours", "转交", NOW, receiver="区建设管理委")
    raising.tick(office.db, NOW)
    sign_in(client, office.supervisor)
    page = client.get("/inbox")
    assert f'href="/case/{case.no}/do/decide-end?from=inbox"' in page.text
    (notice,) = outbox.inbox(office.db, office.supervisor.id)
    assert client.get(f"/inbox/{notice.id}/{case.no}").location == f"/case/{case.no}/do/decide-end?from=inbox"
    sign_in(client, office.handler)
    for notice in outbox.inbox(office.db, office.handler.id):
        assert client.get(f"/inbox/{notice.id}/{case.no}").location == f"/case/{case.no}/do/sign?from=inbox"


def test_the_channels_by_which_a_reminder_left_together_stand_in_one_line(app, register):
    def way(name, sent_at=None):
        return sent.Way(
            id=1,
            kind="wecom",
            name=name,
            active=True,
            sent_at=sent_at,
            dead=False,
            failed=0,
            try_after=NOW + HOUR,
            answer="",
        )

    with app.test_request_context():
        ways = (way("大队群", NOW), way("短信"), way("值班群", NOW), way("中队群", NOW + HOUR))
        assert [one.text for one in inbox_sent._ways(ways)] == [
            "大队群、值班群 06-17 10:24",
            "中队群 06-17 11:24",
            "短信 待发 06-17 11:24",
        ]
