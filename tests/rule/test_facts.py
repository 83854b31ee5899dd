"""A stage is complete only when every fact in its row is recorded; what is missing is refused by name."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from tracker.rule.facts import (
    ATTEMPT_OUTCOMES,
    FINAL_FINDINGS,
    FIRST_FINDINGS,
    METHODS,
    MODES,
    NEXT_STEPS,
    RECTIFICATIONS,
    REPLY_FORMS,
    RESULTS,
    SPOKEN,
    STAGE_FACTS,
    TEXT_MAX,
    UNREACHED_CAUSES,
    Attempt,
    Contact,
    Inspection,
    Recheck,
    Reply,
    Resolution,
    check_arranged,
    complete,
)
from tracker.rule.refusals import Refusal, Refusals

DAY = date(2026, 6, 20)
CONTACT = Contact(method="电话", outcome="已联", who="王建国")
INSPECTION = Inspection(
    officers=("王建国", "周明"), mode="现场", finding="属实", note="有异味", demand="密闭", demand_until=DAY
)
RECHECK = Recheck(officers=("王建国",), rectified="已整改", body_name="区监测站", planned=DAY, items="臭气浓度")
RESOLUTION = Resolution(result="达标", report_no="2026-118", report_date=DAY, finding="达标扰民", next_step="办结")
REPLY = Reply(form="书面答复", text="已处理")
ATTEMPT = Attempt(method="电话", outcome="未接通")
WHOLE = (CONTACT, INSPECTION, RECHECK, RESOLUTION, REPLY, ATTEMPT)


def refused(fact) -> set[str]:
    with pytest.raises(Refusals) as found:
        complete(fact)
    return {item.field for item in found.value.items}


@pytest.mark.parametrize("fact", WHOLE, ids=lambda fact: type(fact).__name__)
def test_with_every_fact_it_is_complete(fact):
    complete(fact)


@pytest.mark.parametrize(
    ("fact", "changes", "field"),
    [
        (CONTACT, {"method": ""}, "method"),
        (CONTACT, {"method": "托梦"}, "method"),
        (CONTACT, {"outcome": ""}, "outcome"),
        (CONTACT, {"outcome": "未接通"}, "outcome"),
        (CONTACT, {"who": ""}, "who"),
        (CONTACT, {"who": "  "}, "who"),
        (CONTACT, {"outcome": "未联系上"}, "cause"),
        (CONTACT, {"outcome": "未联系上", "cause": "没空"}, "cause"),
        (CONTACT, {"outcome": "不适用", "method": "", "who": ""}, "cause"),
        (INSPECTION, {"officers": ()}, "officers"),
        (INSPECTION, {"officers": ("王建国",)}, "officers"),
        (INSPECTION, {"officers": ("王建国", "王建国")}, "officers"),
        (INSPECTION, {"officers": ("王建国", "")}, "officers"),
        (INSPECTION, {"officers": ("王建国", " 王建国 ")}, "officers"),
        (INSPECTION, {"mode": ""}, "mode"),
        (INSPECTION, {"finding": ""}, "finding"),
        (INSPECTION, {"finding": "达标扰民"}, "finding"),
        (INSPECTION, {"note": ""}, "note"),
        (INSPECTION, {"demand": "", "demand_until": None}, "demand"),
        (INSPECTION, {"demand_until": None}, "demand_until"),
        (RECHECK, {"officers": ()}, "officers"),
        (RECHECK, {"officers": ("",)}, "officers"),
        (RECHECK, {"rectified": ""}, "rectified"),
        (RECHECK, {"body_name": ""}, "body_name"),
        (RECHECK, {"planned": None}, "planned"),
        (RECHECK, {"items": ""}, "items"),
        (RECHECK, {"body_name": "", "planned": None, "items": ""}, "body_name"),
        (RESOLUTION, {"result": ""}, "result"),
        (RESOLUTION, {"report_no": ""}, "report_no"),
        (RESOLUTION, {"report_date": None}, "report_date"),
        (RESOLUTION, {"finding": ""}, "finding"),
        (RESOLUTION, {"finding": "待监测核实"}, "finding"),
        (RESOLUTION, {"next_step": ""}, "next_step"),
        (RESOLUTION, {"next_step": "继续整改"}, "until"),
        (REPLY, {"form": ""}, "form"),
        (REPLY, {"text": ""}, "text"),
        (ATTEMPT, {"method": ""}, "method"),
        (ATTEMPT, {"method": SPOKEN}, "method"),
        (ATTEMPT, {"outcome": "已联"}, "outcome"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_by_its_field(fact, changes, field):
    assert refused(replace(fact, **changes)) == {field}


def test_no_monitoring_has_no_report():
    assert refused(replace(RESOLUTION, result="无监测", report_no="2026-17", report_date=None)) == {"report_no"}
    assert refused(replace(RESOLUTION, result="无监测", report_no="", report_date=DAY)) == {"report_date"}


def test_a_monitoring_that_was_arranged_and_did_not_happen_is_explained():
    with pytest.raises(Refusal) as error:
        check_arranged(replace(RESOLUTION, result="无监测", note=" "))
    assert error.value.field == "note"
    check_arranged(replace(RESOLUTION, result="无监测", note="监测当天企业已停产"))
    check_arranged(replace(RESOLUTION, result="达标", note=""))


def test_everything_that_is_missing_is_said_at_once():
    assert refused(Inspection()) == {"officers", "mode", "finding", "note", "demand"}
    assert refused(Resolution()) == {"result", "finding", "next_step"}


@pytest.mark.parametrize(
    ("fact", "changes"),
    [
        (CONTACT, {"outcome": "未联系上", "cause": "始终关机"}),
        (CONTACT, {"outcome": "不适用", "cause": "匿名", "method": "", "who": ""}),
        (CONTACT, {"method": SPOKEN}),
        (INSPECTION, {"demand": "", "demand_until": None, "no_demand": "未发现问题"}),
        (RECHECK, {"body_name": "", "planned": None, "items": "", "no_monitoring": "异味已消除"}),
        (RESOLUTION, {"result": "无监测", "report_no": "", "report_date": None}),
        (RESOLUTION, {"next_step": "继续整改", "until": DAY}),
        (REPLY, {"form": "", "text": "", "nobody": "匿名，无联系方式"}),
    ],
)
def test_a_reason_stands_where_the_rule_lets_it(fact, changes):
    complete(replace(fact, **changes))


@pytest.mark.parametrize("fact", WHOLE, ids=lambda fact: type(fact).__name__)
def test_every_text_has_an_end(fact):
    for field in fields(fact):
        if isinstance(getattr(fact, field.name), str):
            assert field.name in refused(replace(fact, **{field.name: "长" * (TEXT_MAX + 1)}))


def test_a_hundred_thousand_officers_are_too_many():
    assert refused(replace(INSPECTION, officers=tuple(f"检查人{n}" for n in range(100_000)))) == {"officers"}


def test_the_words_are_those_of_the_rule():
    assert (*METHODS, SPOKEN) == ("电话", "走访", "微信", "短信", "信函", "来电来访时已沟通")
    assert ATTEMPT_OUTCOMES == ("未接通", "关机", "号码有误")
    assert UNREACHED_CAUSES == ("始终关机", "始终未接", "号码有误")
    assert MODES == ("现场", "非现场")
    assert FIRST_FINDINGS == ("属实", "部分属实", "不属实", "待监测核实")
    assert RECTIFICATIONS == ("已整改", "部分整改", "未整改", "整改期限未到")
    assert RESULTS == ("达标", "超标", "无法判定", "无监测")
    assert FINAL_FINDINGS == ("属实", "部分属实", "不属实", "达标扰民")
    assert NEXT_STEPS == ("办结", "责令改正", "立案查处", "移送", "轻微免罚", "继续整改")
    assert REPLY_FORMS == ("电话答复", "书面答复", "平台答复")
    assert tuple(STAGE_FACTS) == ("contact", "inspection", "recheck", "resolution")


def test_the_register_keeps_days_as_text():
    assert INSPECTION.body()["demand_until"] == "2026-06-20"
    assert RECHECK.body()["officers"] == ("王建国",)
