"""The frame of every act: who may, on whose case, and on which version of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import factories
from tests.factories import NOW
from tests.office.entries import CONTACT, INSPECTION, RECHECK, REPLY
from tracker.office import (
    accepting,
    archive,
    callback,
    cards,
    classifying,
    clocking,
    closing,
    deciding,
    desk,
    dispatch,
    grouping,
    intake,
    leading,
    linking,
    moving,
    orders,
    parties,
    redo,
    reordering,
    replies,
    returning,
    revisits,
    spot,
    stages,
    units,
    urging,
)
from tracker.office.stages import Around
from tracker.rule.access import ACTS, ROLES, NotAllowed, may
from tracker.rule.clock_acts import Wanted
from tracker.rule.facts import Attempt
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import audit, cases, identity
from tracker.store.cases import Changed, NewRow, NoSuchCase
from tracker.store.database import execute, rows, writing
from tracker.store.register import attachments

HOUR = timedelta(hours=1)
AT = NOW + HOUR


def acts_on(team, no, version):
    """Every act on a case, by the name that its right goes by."""
    db, home = team.db, attachments(team.home)
    tried = Attempt("电话", "关机")
    wanted = Wanted("own", "回复督察组", source="督察组", due_at=AT + HOUR, reason="督察组要求")
    triage = {"street_id": 1, "categories": ("12",), "place": "港南路90号", "subject_unit": ""}
    return {
        "triage": lambda who: intake.triage(db, who, no, version, at=AT, **triage),
        "sign": lambda who: dispatch.give_back(db, who, no, version, "area", "", AT),
        "reassign": lambda who: dispatch.assign(db, who, no, version, team.other.person_id, "轮岗", AT),
        "parties": lambda who: parties.add_party(db, who, no, version, "property", "港南物业", AT),
        "lead": lambda who: leading.put(db, who, no, version, team.supervisor.person_id, AT),
        "visit": lambda who: leading.visit(db, who, no, version, leading.Visit(AT, "居委会", "现场查看"), AT),
        "contact": lambda who: stages.attempt(db, who, no, version, tried, AT, AT),
        "stage": lambda who: stages.record(db, home, who, no, version, INSPECTION, Around(AT, note="笔录"), AT),
        "note": lambda who: stages.note(db, home, who, no, "约下午", Around(AT), AT),
        "undo": lambda who: stages.undo(db, who, no, "contact", AT),
        "reply": lambda who: closing.reply(db, who, no, version, REPLY, AT, "", AT),
        "ask_end": lambda who: closing.ask_end(db, who, no, version, "not_ours", "转水务局", AT, receiver="区水务局"),
        "apply_close": lambda who: closing.apply_close(db, who, no, version, "", AT),
        "ask_move": lambda who: moving.ask_suspension(db, who, no, version, "case", "停产检修", AT),
        "resume": lambda who: moving.resume(db, who, no, version, "", AT),
        "correct": lambda who: moving.correct_received_at(db, who, no, version, NOW - HOUR, "派单时间写错", AT),
        "decide": lambda who: closing.decide_end(db, who, no, version, True, "", AT),
        "backfill": lambda who: stages.decide_backfill(db, who, no, version, "contact", True, "", AT),
        "refuse": lambda who: deciding.ask_refusal(db, who, no, version, "unclear", "没有门牌号", AT),
        "accept": lambda who: accepting.accept(db, who, no, version, accepting.Filled(), AT),
        "classify": lambda who: classifying.ask(db, who, no, version, "咨询", "一般", "登记错", AT),
        "return_order": lambda who: returning.send(db, who, no, version, "area", "", AT),
        "come_back": lambda who: deciding.come_back(db, who, no, version, ("inspection",), "水务局退回", AT),
        "join": lambda who: linking.link(db, who, no, version, no, "", AT),
        "group": lambda who: grouping.set_heads(db, who, no, version, 12, AT),
        "reorder": lambda who: reordering.again(db, who, no, version, AT, ("inspection",), "再交办", None, AT),
        "hand_back": lambda who: replies.hand_back(db, who, no, version, AT),
        "clock": lambda who: clocking.add(db, who, no, version, wanted, AT),
        "clock_change": lambda who: clocking.cancel(db, who, no, version, 1, "写错", AT),
        "supervise": lambda who: orders.give(db, who, no, version, "尽快查处", AT + HOUR, AT),
        "answer": lambda who: orders.answer(db, home, who, no, version, "已查处", Around(AT), AT),
        "card": lambda who: cards.give(db, who, no, version, "yellow", "拖延", AT),
        "spot": lambda who: spot.judge(db, who, no, version, "合格", "", AT),
        "revisit": lambda who: revisits.record(db, who, no, version, "无反弹", "", AT),
        "reopen": lambda who: redo.reopen(db, who, no, version, "spot", ("inspection",), "不合格", AT),
        "penalty": lambda who: units.penalize(db, who, no, version, "1号", None, AT.date(), "", AT),
        "archive": lambda who: archive.check(desk.read(db, no), who),
        "callback": lambda who: callback.record(db, who, no, "满意", "", False, AT),
        "urge": lambda who: urging.urge(db, who, (no,), "", AT),
        "reveal": lambda who: intake.reveal(db, who, no, "回电核实", AT),
    }


BY_SUPERVISORS = (
    *("reassign", "lead", "decide", "backfill", "correct", "come_back", "accept", "reorder", "clock_change"),
    *("supervise", "card", "spot", "reopen"),
)
#: What rests on no version of the case: it adds to the record, or reads.
ON_NO_VERSION = ("note", "undo", "reveal", "urge", "callback", "archive")
ON_A_CASE = tuple(key for key in ACTS if key not in ("register", "see", "warn", "units", "resend"))


def test_every_right_has_an_act(team):
    assert set(acts_on(team, "", 1)) == set(ON_A_CASE)


@pytest.mark.parametrize("act", ON_A_CASE)
@pytest.mark.parametrize("role", ROLES)
def test_an_act_is_its_roles_and_nobody_elses(team, make_actor, role, act):
    """On the case of another handler: whoever may not even see it is told that there is none."""
    case = team.case()
    stranger = make_actor(roles=(role,))
    try:
        acts_on(team, case.no, case.version)[act](stranger)
        outcome = "allowed"
    except NoSuchCase:
        outcome = "hidden"
    except NotAllowed:
        outcome = "refused"
    except (Refusal, Refusals):  # the rule has something against it, the right has not
        outcome = "allowed"
    if not may(stranger.roles, "see", own=False):
        assert outcome == "hidden"
    else:
        assert outcome == ("allowed" if may(stranger.roles, act, own=False) else "refused")
    if outcome != "allowed":
        assert team.folder(case.no).case == case


@pytest.mark.parametrize("act", ON_A_CASE)
def test_a_handler_does_on_her_own_case_what_handlers_may(team, act):
    case = team.case()
    try:
        acts_on(team, case.no, case.version)[act](team.handler)
    except NotAllowed:
        assert not may(frozenset({"handler"}), act, own=True)
    except (Refusal, Refusals):
        assert may(frozenset({"handler"}), act, own=True)
    else:
        assert may(frozenset({"handler"}), act, own=True)


def test_a_clerk_looks_up_the_complainant_of_a_case_that_she_registered_whatever_else_she_is(team, make_actor):
    for roles in (("clerk",), ("clerk", "handler"), ("admin", "clerk")):
        clerk = make_actor(roles=roles)
        mine = factories.make_case(team.db, clerk)
        assert desk.may(mine, clerk, "reveal")
        assert not desk.may(team.case(), clerk, "reveal")


def test_a_clerk_who_registered_a_case_does_not_handle_it(team, make_actor):
    both = make_actor(roles=("clerk", "handler"))
    mine = factories.make_case(team.db, both, handler_id=team.handler.person_id)
    assert not desk.may(mine, both, "stage")
    assert not desk.may(mine, both, "reply")


def test_the_second_of_two_people_is_told_who_changed_the_case_and_when(team):
    case = team.case()
    team.attempt(case.no, AT)
    with pytest.raises(Changed) as refused:
        stages.attempt(team.db, team.supervisor, case.no, case.version, Attempt("电话", "关机"), AT, AT + HOUR)
    assert refused.value.params == {"name": "王建国", "time": AT}
    assert refused.value.message == "%(name)s %(time)s 已更新本件。您填写的内容已保留，请核对后再提交"
    assert len(team.folder(case.no).facts) == 1


@pytest.mark.parametrize("act", [act for act in ON_A_CASE if act not in ON_NO_VERSION])
def test_every_act_that_rests_on_what_was_seen_notices_a_change(team, act):
    case = team.case()
    team.attempt(case.no, NOW + timedelta(minutes=1))
    who = team.supervisor if act in BY_SUPERVISORS else team.handler
    with pytest.raises(Changed):
        acts_on(team, case.no, case.version)[act](who)


def test_every_act_takes_the_case_one_version_on_and_signs_it(team):
    case = team.case()
    folder = team.record(case.no, CONTACT, AT)
    assert (folder.case.version, folder.case.updated_at) == (case.version + 1, AT)


def test_a_case_is_found_by_its_number_as_people_type_it(team):
    no = team.case().no
    assert team.folder(f"  {no.lower()} ").case.no == no
    with pytest.raises(NoSuchCase):
        team.folder("XH2026-009999")


def historic(team):
    """A letter of years ago that was brought in with its end."""
    factories.add_street(team.db)
    with writing(team.db):
        cases.add(
            team.db,
            NewRow(
                no="XH2019-000001",
                received_at=NOW - timedelta(days=900),
                received_from="letter",
                received_month="2024-01",
                registered_at=NOW,
                registered_by=team.clerk.person_id,
                channel="来信",
                content="异味",
                place="港南路",
                title="异味",
                rule_version=1,
                handler_id=team.handler.person_id,
                state="closed",
                historic=True,
                closed_at=NOW - timedelta(days=880),
            ),
        )
    return "XH2019-000001"


NOTHING_WAITS = ("decide", "backfill", "spot", "revisit", "answer")
#: Old letters are looked up, linked as repeats and archived like every closed case.
ALSO_OF_OLD = ("reveal", "join", "archive")


@pytest.mark.parametrize("act", [act for act in ON_A_CASE if act not in (*NOTHING_WAITS, *ALSO_OF_OLD)])
def test_a_historic_case_is_for_reading_only(team, act):
    no = historic(team)
    with pytest.raises(Refusal, match="历史件"):
        acts_on(team, no, 1)[act](team.supervisor)


@pytest.mark.parametrize("act", NOTHING_WAITS)
def test_a_historic_case_has_nothing_to_decide(team, act):
    no = historic(team)
    with pytest.raises(Refusal, match="没有"):
        acts_on(team, no, 1)[act](team.supervisor)


def test_filling_in_street_and_category_moves_no_due_time(team):
    case = team.case(street_id=None, categories=())
    before = [stage.due_at for stage in team.folder(case.no).stages]
    folder = acts_on(team, case.no, case.version)["triage"](team.clerk)
    assert [stage.due_at for stage in folder.stages] == before
    assert folder.standing.triaged
    (record, _) = audit.of_case(team.db, case.id)
    assert record.detail["categories"] == [[], ["12"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"street_id": None}, "street"),
        ({"street_id": 99}, "street"),
        ({"categories": ()}, "categories"),
        ({"categories": ("no",)}, "categories"),
        ({"place": ""}, "place"),
        ({"place": "长" * 201}, "place"),
        ({"subject_unit": "长" * 201}, "subject_unit"),
    ],
)
def test_filling_in_refuses_what_is_wrong_by_its_field(team, changes, field):
    case = team.case()
    told = {"street_id": 1, "categories": ("12",), "place": "港南路", "subject_unit": "", **changes}
    with pytest.raises(Refusals) as refused:
        intake.triage(team.db, team.clerk, case.no, case.version, at=AT, **told)
    assert {item.field for item in refused.value.items} == {field}


def test_a_look_at_the_complainant_has_a_reason_and_is_written_down(team):
    case = team.case(name="张三")
    with pytest.raises(Refusal, match="理由"):
        intake.reveal(team.db, team.handler, case.no, "", AT)
    assert len(audit.of_case(team.db, case.id)) == 1
    assert intake.reveal(team.db, team.handler, case.no, "回电核实", AT).name == "张三"
    record = audit.of_case(team.db, case.id)[0]
    assert (record.act, record.person, record.detail["reason"]) == ("reveal", "王建国", "回电核实")


def test_a_look_that_cannot_be_written_down_is_not_given(team, monkeypatch):
    case = team.case(name="张三")
    seen = []
    monkeypatch.setattr(identity, "get", lambda *_: seen.append(1))
    execute(team.db, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(Exception, match="no"):
        intake.reveal(team.db, team.handler, case.no, "回电核实", AT)
    assert seen == []


def test_a_case_is_given_to_another_handler_with_a_reason_and_moves_no_due_time(team):
    case = team.case()
    before = team.folder(case.no).stages
    with pytest.raises(Refusal, match="改派请写明理由"):
        dispatch.assign(team.db, team.clerk, case.no, case.version, team.other.person_id, "", AT)
    folder = dispatch.assign(team.db, team.clerk, case.no, case.version, team.other.person_id, "轮岗", AT)
    assert (folder.case.handler, folder.stages) == ("陈晓", before)


def test_a_case_is_not_given_to_whoever_has_it_nor_to_one_who_cannot_handle_it(team):
    case = team.case()
    for person, words in ((team.handler, "已由该承办人"), (team.clerk, "不在岗或没有承办人角色")):
        with pytest.raises(Refusal, match=words):
            dispatch.assign(team.db, team.supervisor, case.no, case.version, person.person_id, "轮岗", AT)


def test_a_case_without_a_handler_is_given_one_without_a_reason(team):
    case = team.case(handler_id=None)
    folder = dispatch.assign(team.db, team.clerk, case.no, case.version, team.handler.person_id, "", AT)
    assert folder.case.handler == "王建国"
    assert rows(team.db, "SELECT 1 FROM reminder WHERE recipient_id = :id", {"id": team.handler.person_id})


def test_the_reasons_of_every_act_have_an_end(team):
    case = team.case()
    long = "长" * 10_001
    for act in (
        lambda: dispatch.assign(team.db, team.clerk, case.no, case.version, team.other.person_id, long, AT),
        lambda: intake.reveal(team.db, team.handler, case.no, long, AT),
        lambda: closing.ask_end(
            team.db, team.handler, case.no, case.version, "not_ours", long, AT, receiver="区水务局"
        ),
        lambda: stages.note(team.db, attachments(team.home), team.handler, case.no, long, Around(AT), AT),
    ):
        with pytest.raises(Refusals, match="文字过长"):
            act()


def test_the_days_of_a_demand_are_those_of_the_office(team):
    """At half past midnight in Shanghai it is still yesterday in UTC."""
    no = team.case(received_at=NOW).no
    happened = NOW + timedelta(hours=14, minutes=6)  # 06-18 00:30 in Shanghai
    with pytest.raises(Refusals, match="整改期限"):
        team.record(no, replace(INSPECTION, demand_until=date(2026, 6, 17)), happened)
    assert team.record(no, replace(INSPECTION, demand_until=date(2026, 6, 18)), happened)
    assert team.record(no, RECHECK, happened)
