"""Every reminder that the product knows opens the act it asks for: followed from the message, through the sign-in, to
the open form. Each course says what it reminds of; together they must name all steps, limits, questions and lists.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.factories import NOW
from tests.office import test_callback as calling
from tests.office import test_classifying as classes
from tests.office import test_clocking as clocking
from tests.office import test_clocks as clocks
from tests.office import test_orders as orders
from tests.office import test_returning as returning
from tests.office import test_revisits as visiting
from tests.office.conftest import Team
from tests.office.entries import CONTACT, FACTS, GO_ON, INSPECTION, RECHECK, shanghai
from tests.web.following import URL, Mailbox
from tracker.office import cards, closing, deciding, leading, moving, parties, urging
from tracker.office import stages as recording
from tracker.rule.clock_acts import Wanted
from tracker.rule.facts import LATE_CAUSES
from tracker.rule.features import FEATURES
from tracker.rule.returning import Limit
from tracker.rule.stages import STAGE_WORDS
from tracker.store import features
from tracker.store.database import writing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def mailbox(register, home, make_actor, app, clock, config):
    with writing(register):
        features.switch(register, tuple(key for key in FEATURES if key not in ("duty", "replies")))
    told = replace(config, smtp_host="localhost", mail_from="xinfang@example.gov.cn", base_url=URL)
    return Mailbox(Team(register, home, make_actor), app, clock, told)


def of(found, person, *acts):
    """What one person finds, of some acts or of all."""
    return {act: form for (who, act), form in found.items() if who == person and (not acts or act in acts)}


def stages(box):
    """The four stages and a limit of the source, from the dispatch until they are late."""
    team, no = box.team, box.team.case(source_due_at=NOW + 5 * HOUR).no
    assert box.look(NOW) == {("王建国", "sign"): "sign"}
    assert of(box.look(shanghai("06-17 14:30")), "王建国") == {"sign": "sign"}
    found = box.look(shanghai("06-18 08:30"))
    assert of(found, "王建国", "contact", "clock", "sign") == {
        "contact": "stage/contact",
        "clock": "reply",
        "sign": "sign",
    }
    assert of(found, "李处") == {"clock": "催办"}
    assert of(box.look(shanghai("06-18 10:30")), "李处") == {"sign": "催办"}
    # The inspection is due while the contact, its elder, is open: its own form opens, not the first on the page.
    found = box.look(shanghai("06-22 08:30"))
    assert of(found, "王建国", "inspection", "contact") == {
        "inspection": "stage/inspection",
        "contact": "stage/contact",
    }
    assert of(found, "李处", "inspection", "contact") == {"inspection": "催办", "contact": "催办"}
    # The recheck cannot come before the inspection: it is said, and the inspection is open.
    found = box.look(shanghai("07-01 08:30"))
    assert of(found, "王建国")["recheck"] == "“请先完成“现场检查与整改”” stage/inspection"
    for fact in (CONTACT, INSPECTION):
        team.record(no, fact, shanghai("07-01 09:00"), late_cause=LATE_CAUSES[0])
    found = box.look(shanghai("07-02 08:30"))
    assert of(found, "王建国")["resolution"] == "“请先完成“现场复查与安排监测”” stage/recheck"
    team.record(no, RECHECK, shanghai("07-02 09:00"), late_cause=LATE_CAUSES[0])
    assert of(box.look(shanghai("07-03 08:30")), "王建国")["resolution"] == "stage/resolution"
    urging.urge(team.db, team.supervisor, [no], "请抓紧", shanghai("07-03 09:00"))
    assert box.look(shanghai("07-03 09:02")) == {("王建国", "clock"): "reply"}
    assert of(box.look(shanghai("07-13 08:30")), "王建国", "resolution") == {"resolution": "stage/resolution"}


def lists(box):
    """The lines of the lists of a morning, whose readers have different things to do about them."""
    team, no = box.team, box.team.case().no
    team.case(received_at=NOW - 3 * DAY, handler_id=team.second.person_id)
    team.record(no, CONTACT, NOW)
    team.case()
    box.look(NOW)
    found = box.look(shanghai("06-18 08:30"))
    assert of(found, "李处") == {"contact": "催办", "inspection": "催办"}
    # She supervises and handles one of them: what she handles is hers to do.
    assert of(found, "孙敏")["contact"] == "stage/contact、催办"
    assert of(found, "王建国") == {"contact": "stage/contact", "inspection": "stage/inspection", "sign": "sign"}


def late_on_entry(box):
    """Late when it is registered, and nobody to work on it: the supervisor gives it to somebody."""
    box.team.case(NOW, received_at=NOW - 3 * DAY, handler_id=None)
    assert set(of(box.look(NOW), "李处").values()) == {"assign"}
    box.team.case(NOW, received_at=NOW - 3 * DAY)
    assert of(box.look(NOW + HOUR), "李处") == {"next": "催办"}


def other_clocks(box):
    """The limits from outside, each where it is met."""
    team = box.team
    returning.limits(team, Limit("12345热线", 2, "working"))
    no = team.case(NOW).no
    clocks.start(team, no, "settle", starts_at=NOW - 59 * DAY)
    clocking.add(team, no, Wanted("own", label="市局专项", source="市局", days=2, convention="natural", reason="来函"))
    clocks.start(team, no, "tell", starts_at=NOW - 13 * DAY)
    found = box.look(shanghai("06-18 08:30"))
    assert of(found, "王建国", "clock") == {"clock": "clock/done、return-order"}


def follow_up(box):
    worked(box.team, replace(GO_ON, until=date(2026, 6, 19)))
    assert of(box.look(shanghai("06-19 08:30")), "王建国", "clock") == {"clock": "stage/resolution"}


def worked(team, last):
    no = team.case().no
    for fact in (CONTACT, INSPECTION, RECHECK, last):
        team.record(no, fact, NOW + HOUR)


def supervision(box):
    """督办 and cards."""
    team, no = box.team, box.team.case().no
    team.record(no, CONTACT, NOW + HOUR)
    box.look(NOW + HOUR)
    orders.give(team, no, due_at=shanghai("06-18 18:00"), at=NOW + HOUR)
    assert box.look(NOW + HOUR) == {("王建国", "answer"): "order/answer"}
    assert of(box.look(shanghai("06-18 08:30")), "王建国", "clock") == {"clock": "order/answer"}
    orders.answer(team, no, at=NOW + DAY)
    assert box.look(NOW + DAY) == {("李处", "decide-order"): "order/judge"}
    assert of(box.look(shanghai("06-22 08:30")), "李处")["decide-order"] == "order/judge"
    orders.judge(team, no, False, "再说明", at=shanghai("06-22 09:00"))
    assert box.look(shanghai("06-22 09:00")) == {("王建国", "answer"): "order/answer"}
    cards.give(team.db, team.supervisor, no, team.version(no), "yellow", "超期", shanghai("06-22 10:00"))
    assert box.look(shanghai("06-22 10:00")) == {("王建国", "next"): "stage/inspection"}


def beside(box):
    """Who leads and who lends a hand."""
    team, no = box.team, box.team.case().no
    team.record(no, CONTACT, NOW)
    box.look(NOW)
    leading.put(team.db, team.supervisor, no, team.version(no), team.clerk.person_id, NOW)
    parties.add_co_handler(team.db, team.handler, no, team.version(no), team.other.person_id, NOW)
    assert box.look(NOW) == {("林涛", "visit"): "visit", ("陈晓", "note"): "note"}
    # The leader hears of what is three days late, and is no handler: she may go and see.
    found = box.look(shanghai("06-24 08:30"))
    assert of(found, "林涛", "inspection") == {"inspection": "“这一项由王建国办理” visit"}


def requests(box):
    """What is asked and decided, by request."""
    team, no = box.team, box.team.case().no
    box.look(NOW)
    team.record(no, CONTACT, NOW)

    def asked(kind, form):
        found = box.look(NOW)
        assert of(found, "李处") == of(found, "孙敏") == {f"decide-{kind}": form}

    moving.ask_extension(team.db, team.handler, no, team.version(no), "recheck", 3, "等待设备", False, NOW)
    asked("extension", "extend/decide")
    moving.decide_extension(team.db, team.supervisor, no, team.version(no), True, "", False, NOW)
    assert box.look(NOW) == {("王建国", "next"): "extend/told"}
    moving.tell_citizen(team.db, team.handler, no, team.version(no), NOW)
    moving.ask_suspension(team.db, team.handler, no, team.version(no), "case", "台风", NOW)
    asked("suspension", "suspend/decide")
    moving.decide_suspension(team.db, team.supervisor, no, team.version(no), False, "不符合", NOW)
    assert box.look(NOW) == {("王建国", "next"): "stage/inspection"}
    closing.ask_end(team.db, team.handler, no, team.version(no), "not_ours", "不归我", NOW, receiver="区水务局")
    asked("end", "end/decide")
    closing.decide_end(team.db, team.supervisor, no, team.version(no), False, "归我", NOW)
    box.look(NOW)
    classes.a_rule(team)
    classes.ask(team, no, at=NOW)
    asked("reclassify", "reclassify/decide")
    classes.decide(team, no, False, "不改", at=NOW)
    classes.a_rule(team, "紧急", 3)
    classes.ask(team, no, grade="紧急", at=NOW)
    classes.decide(team, no, at=NOW)
    assert box.look(NOW)[("王建国", "next")] == "stage/inspection"
    deciding.ask_refusal(team.db, team.handler, no, team.version(no), "unclear", "没有门牌号", NOW)
    asked("refuse", "refuse/decide")
    deciding.decide_refusal(team.db, team.supervisor, no, team.version(no), True, "", NOW)
    assert of(box.look(NOW), "王建国") == {"next": "notify"}


def returned(box):
    no = box.team.case(source_due_at=NOW + 5 * DAY).no
    box.look(NOW)
    returning.send(box.team, no, by=box.team.handler, at=NOW)
    assert of(box.look(NOW), "李处") == {"decide-order_return": "return-order/answer"}
    returning.answered(box.team, no, "refused", text="不同意", at=NOW)
    assert of(box.look(NOW), "王建国") == {"next": "stage/contact"}


def closings(box):
    """Late entries, the review, 回访 and 回头看."""
    team, no = box.team, box.team.case(shanghai("06-15 09:00")).no
    box.look(NOW)
    team.record(no, CONTACT, shanghai("06-15 10:00"), NOW, reason="出差")
    found = box.look(NOW)
    assert of(found, "李处") == of(found, "孙敏") == {"decide-backfill": "backfill/contact"}
    for fact in (INSPECTION, RECHECK, FACTS["resolution"]):
        team.record(no, fact, NOW)
    team.reply(no, NOW)
    # The morning's list names what waits; it knows of which stage the late entry is.
    assert of(box.look(shanghai("06-18 08:30")), "李处", "decide-backfill") == {"decide-backfill": "backfill/contact"}
    at = shanghai("06-18 09:00")
    recording.decide_backfill(team.db, team.supervisor, no, team.version(no), "contact", True, "", at)
    assert of(box.look(at), "王建国") == {"next": "close"}
    closing.apply_close(team.db, team.handler, no, team.version(no), "", at)
    assert of(box.look(at), "李处") == {"decide-close": "close/decide"}
    closing.close(team.db, team.supervisor, no, team.version(no), "", at)
    assert of(box.look(at), "王建国") == {"next": ""}  # nothing is due: the record says how it ended
    visiting.set_day(team, no, date(2026, 6, 23), at=at)
    calling.call(team, no, "不满意", "仍有异味", redo=True, at=at)
    assert of(box.look(at), "李处") == {"decide-redo": "redo"}
    assert of(box.look(shanghai("06-22 08:30")), "李处")["decide-redo"] == "redo"
    assert of(box.look(shanghai("06-23 08:30")), "王建国", "clock") == {"clock": "revisit/result"}
    found = box.look(shanghai("06-24 08:30"))
    assert of(found, "王建国", "clock") == {"clock": "revisit/result"}
    assert of(found, "李处", "clock") == {"clock": "revisit/result"}


def warned(box):
    for hour in range(3):
        box.team.case(NOW + hour * HOUR)
    assert of(box.look(NOW + 2 * HOUR), "李处") == {"warning": "warnings/1"}


def reminded_steps(*named):
    return {f"step:{one}" for one in named}


STEPS_OF_LIMITS = reminded_steps("eve", "due_day", "late", "weekly")
#: Each course, and what it reminds of.
COURSES = {
    stages: {
        *STEPS_OF_LIMITS,
        *reminded_steps("dispatch", "unsigned", "urge"),
        *(f"limit:{key}" for key in (*STAGE_WORDS, "reply")),
    },
    lists: {"digest:overdue", "digest:today", "digest:tomorrow", "digest:unsigned"},
    late_on_entry: reminded_steps("late_entry"),
    other_clocks: {f"limit:{kind}" for kind in ("settle", "own", "tell", "hand_back")},
    follow_up: {"limit:follow"},
    supervision: {
        *reminded_steps("order", "order_answered", "order_returned", "card"),
        *("limit:supervise", "question:order", "digest:waiting"),
    },
    beside: reminded_steps("lead", "co_handler"),
    requests: {
        *reminded_steps("decide", "decided", "raised"),
        *(f"question:{kind}" for kind in ("extension", "suspension", "end", "reclassify", "refuse")),
    },
    returned: {"question:order_return"},
    closings: {
        *reminded_steps("redo"),
        *("question:backfill", "question:close", "question:redo", "limit:revisit"),
    },
    warned: reminded_steps("warning"),
}


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.__name__)
def test_each_reminder_opens_the_form_of_its_act(mailbox, course):
    course(mailbox)
    assert COURSES[course] <= mailbox.seen
