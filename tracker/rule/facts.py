"""The facts that complete a stage (rule.md, Stages), each refused by the name of what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, ClassVar

from tracker.rule import checklists
from tracker.rule.checklists import Check
from tracker.rule.refusals import N_, Refusal, Refusals, too_long

METHODS = (N_("电话"), N_("走访"), N_("微信"), N_("短信"), N_("信函"))
SPOKEN = N_("来电来访时已沟通")
ATTEMPT_OUTCOMES = (N_("未接通"), N_("关机"), N_("号码有误"))
REACHED, NOT_REACHED, NOT_APPLICABLE = N_("已联"), N_("未联系上"), N_("不适用")
CONTACT_OUTCOMES = (REACHED, NOT_REACHED, NOT_APPLICABLE)
UNREACHED_CAUSES = (N_("始终关机"), N_("始终未接"), N_("号码有误"))
MODES = (N_("现场"), N_("非现场"))
ON_SITE = MODES[0]
#: What an inspection is beside an answer to the complaint ("").
VISITS = (N_("随机抽查"), N_("夜间突击"))
FIRST_FINDINGS = (N_("属实"), N_("部分属实"), N_("不属实"), N_("待监测核实"))
RECTIFICATIONS = (N_("已整改"), N_("部分整改"), N_("未整改"), N_("整改期限未到"))
RESULTS = (N_("达标"), N_("超标"), N_("无法判定"), N_("无监测"))
NO_MONITORING = RESULTS[3]
FINAL_FINDINGS = (N_("属实"), N_("部分属实"), N_("不属实"), N_("达标扰民"))
NEXT_STEPS = (N_("办结"), N_("责令改正"), N_("立案查处"), N_("移送"), N_("轻微免罚"), N_("继续整改"))
GO_ON = NEXT_STEPS[5]
REPLY_FORMS = (N_("电话答复"), N_("书面答复"), N_("平台答复"))
LATE_CAUSES = (
    N_("联系不上投诉人"),
    N_("被投诉单位不配合"),
    N_("等待监测报告"),
    N_("等待其他部门"),
    N_("人手不足"),
    N_("派单延误"),
    N_("补录不及时"),
    N_("其他"),
)
LATE_ENTRY, LATE_OTHER = LATE_CAUSES[-2:]
TEXT_MAX = 10_000


def _need(value: object, field: str, message: str) -> Iterator[Refusal]:
    if not (value.strip() if isinstance(value, str) else value):
        yield Refusal(message, field=field)


def _one_of(value: str, choices: tuple[str, ...], field: str, message: str) -> Iterator[Refusal]:
    if value not in choices:
        yield Refusal(message, field=field, value=value, choices=choices)


@dataclass(frozen=True)
class StageFact:
    """What completes one stage. ``key`` is the stage, ``problems`` what is still missing, by name."""

    key: ClassVar[str] = ""

    def problems(self) -> Iterator[Refusal]:
        """Every missing or wrong fact, as a Refusal that names its field."""
        raise NotImplementedError

    def misdated(self, happened: date, recorded: date) -> Iterator[Refusal]:
        """Days that cannot be, given the local days on which the fact happened and is recorded."""
        return iter(())

    def body(self) -> dict[str, Any]:
        """The facts as the register keeps them (dates as ISO text)."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Contact(StageFact):
    """Stage 1, 先行联系: who spoke with the citizen, how, and whether they were reached."""

    key: ClassVar[str] = "contact"
    method: str = ""
    outcome: str = ""
    who: str = ""
    note: str = ""
    cause: str = ""

    def problems(self) -> Iterator[Refusal]:
        yield from _one_of(self.outcome, CONTACT_OUTCOMES, "outcome", N_("请选择联系结果：%(choices)s"))
        if self.outcome == NOT_APPLICABLE:
            yield from _need(self.cause, "cause", N_("请写明不适用的理由"))
            return
        yield from _one_of(self.method, (*METHODS, SPOKEN), "method", N_("请选择联系方式：%(choices)s"))
        yield from _need(self.who, "who", N_("请填写联系人（本单位）"))
        if self.outcome == NOT_REACHED:
            yield from _one_of(self.cause, UNREACHED_CAUSES, "cause", N_("请选择未联系上的原因：%(choices)s"))


@dataclass(frozen=True)
class Inspection(StageFact):
    """Stage 2, 现场检查与整改要求. ``demand_until`` is the last day for the rectification, in the office's zone;
    ``visit`` is one of VISITS or "", ``checks`` are the points that were ticked."""

    key: ClassVar[str] = "inspection"
    officers: tuple[str, ...] = ()
    mode: str = ""
    finding: str = ""
    note: str = ""
    demand: str = ""
    demand_until: date | None = None
    no_demand: str = ""
    visit: str = ""
    checks: tuple[Check, ...] = ()

    def problems(self) -> Iterator[Refusal]:
        if len({name.strip() for name in self.officers} - {""}) < 2:
            yield Refusal(N_("请填写两名检查人，用顿号分开"), field="officers")
        yield from _one_of(self.mode, MODES, "mode", N_("请选择检查方式：%(choices)s"))
        yield from _one_of(self.visit, ("", *VISITS), "visit", N_("请选择检查类型"))
        yield from _one_of(self.finding, FIRST_FINDINGS, "finding", N_("请选择初步认定：%(choices)s"))
        yield from _need(self.note, "note", N_("请填写检查情况"))
        if not self.demand and not self.no_demand:
            yield Refusal(N_("请填写整改要求；没有整改要求的，写明理由"), field="demand")
        if self.demand and self.demand_until is None:
            yield Refusal(N_("请填写整改期限"), field="demand_until")
        yield from checklists.problems(self.checks)

    def misdated(self, happened: date, recorded: date) -> Iterator[Refusal]:
        if self.demand_until is not None and self.demand_until < happened:
            yield Refusal(N_("整改期限不能早于检查当天"), field="demand_until")


@dataclass(frozen=True)
class Recheck(StageFact):
    """Stage 3, 现场复查与安排监测. ``planned`` is the day on which the monitoring is to happen."""

    key: ClassVar[str] = "recheck"
    officers: tuple[str, ...] = ()
    rectified: str = ""
    note: str = ""
    body_name: str = ""
    planned: date | None = None
    items: str = ""
    no_monitoring: str = ""

    def problems(self) -> Iterator[Refusal]:
        yield from _need("".join(self.officers), "officers", N_("请填写复查人"))
        yield from _one_of(self.rectified, RECTIFICATIONS, "rectified", N_("请选择整改情况：%(choices)s"))
        if self.no_monitoring:
            return
        if not (self.body_name or self.planned or self.items):
            yield Refusal(N_("请填写监测单位、计划日期和监测项目；不需要监测的，写明理由"), field="body_name")
            return
        yield from _need(self.body_name, "body_name", N_("请填写监测单位"))
        yield from _need(self.planned, "planned", N_("请填写计划监测日期"))
        yield from _need(self.items, "items", N_("请填写监测项目"))


@dataclass(frozen=True)
class Resolution(StageFact):
    """Stage 4, 后续处理 by the monitoring report. ``until`` is the day of 继续整改, its follow-up date."""

    key: ClassVar[str] = "resolution"
    who: str = ""
    result: str = ""
    report_no: str = ""
    report_date: date | None = None
    finding: str = ""
    next_step: str = ""
    until: date | None = None
    note: str = ""

    def problems(self) -> Iterator[Refusal]:
        yield from _one_of(self.result, RESULTS, "result", N_("请选择监测结果：%(choices)s"))
        if self.result and self.result != NO_MONITORING:
            yield from _need(self.report_no, "report_no", N_("请填写监测报告编号；没有监测的，结果选“无监测”"))
            yield from _need(self.report_date, "report_date", N_("请填写监测报告日期"))
        if self.result == NO_MONITORING and (self.report_no or self.report_date):
            field = "report_no" if self.report_no else "report_date"
            yield Refusal(N_("结果为“无监测”，不应有监测报告。有报告的，请选择报告的结果"), field=field)
        yield from _one_of(self.finding, FINAL_FINDINGS, "finding", N_("请选择最终认定：%(choices)s"))
        yield from _one_of(self.next_step, NEXT_STEPS, "next_step", N_("请选择后续处理：%(choices)s"))
        if self.next_step == GO_ON:
            yield from _need(self.until, "until", N_("继续整改的，请填写下次查看日期"))

    def misdated(self, happened: date, recorded: date) -> Iterator[Refusal]:
        if self.report_date is not None and self.report_date > recorded:
            yield Refusal(N_("监测报告日期不能晚于今天"), field="report_date")
        if self.next_step == GO_ON and self.until is not None and self.until <= happened:
            yield Refusal(N_("下次查看日期应晚于办理当天"), field="until")


@dataclass(frozen=True)
class Reply:
    """答复: a fact of its own. Either the reply, or the reason why nobody can be told."""

    form: str = ""
    text: str = ""
    handed_back: bool = False
    nobody: str = ""

    def problems(self) -> Iterator[Refusal]:
        """Every missing or wrong fact, as a Refusal that names its field."""
        if self.nobody:
            return
        yield from _one_of(self.form, REPLY_FORMS, "form", N_("请选择答复方式：%(choices)s"))
        yield from _need(self.text, "text", N_("请填写答复内容；无法答复的，写明理由"))

    def body(self) -> dict[str, Any]:
        """The facts as the register keeps them."""
        return asdict(self)


@dataclass(frozen=True)
class Attempt:
    """A try to reach the citizen that failed: logged, and never the end of stage 1."""

    method: str = ""
    outcome: str = ""
    note: str = ""

    def problems(self) -> Iterator[Refusal]:
        """Every missing or wrong fact, as a Refusal that names its field."""
        yield from _one_of(self.method, METHODS, "method", N_("请选择联系方式：%(choices)s"))
        yield from _one_of(self.outcome, ATTEMPT_OUTCOMES, "outcome", N_("请选择联系结果：%(choices)s"))

    def body(self) -> dict[str, Any]:
        """The facts as the register keeps them."""
        return asdict(self)


STAGE_FACTS: dict[str, type[StageFact]] = {kind.key: kind for kind in (Contact, Inspection, Recheck, Resolution)}


def check_arranged(fact: Resolution) -> None:
    """Stage 3 has arranged a monitoring and no report of it is on record: that there was none is explained in words."""
    if fact.result == NO_MONITORING and not fact.note.strip():
        words = N_("第3阶段已安排监测。结果为“无监测”的，请在处理情况中写明为什么没有监测")
        raise Refusal(words, field="note")


def complete(fact: StageFact | Reply | Attempt) -> None:
    """Raise Refusals with everything that is missing or over-long in ``fact``."""
    found = list(fact.problems())
    for field in fields(fact):
        text = getattr(fact, field.name)
        found += too_long(field.name, "".join(map(str, text)) if isinstance(text, tuple) else str(text), TEXT_MAX)
    if found:
        raise Refusals(found)
