"""The acts of a random walk: what each one sends, and what the rule, asked directly, has to say to it.

An act is made for one person and one case as it stands: the form that goes to the page, and the refusals that
tracker/rule gives for it. Nothing here asks the office or the web what they think.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from tests.office.entries import INSPECTION, RECHECK, REPLY, RESOLUTION, ZONE
from tracker.office.desk import Folder
from tracker.rule import asking, callback, classifying, conduct, deciding, returning, supervision
from tracker.rule.dispatch import RETURN_GROUNDS, check_return
from tracker.rule.facts import LATE_CAUSES, Attempt, Contact, StageFact
from tracker.rule.intake import GRADES, KINDS, ROUTES
from tracker.rule.recording import Entry, attempt_problems, judge
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.returning import CONFIRMED, REFUSED, WITHDRAWN
from tracker.rule.standing import STAGE_ORDER

Fields = dict[str, Any]


@dataclass(frozen=True)
class Try:
    """One act on one case. ``right`` is its key in the table of roles; ``refused`` what the rule says; ``moves``
    whether a due time may change by it; ``harmless`` for an act that does nothing where it has nothing to do."""

    name: str
    right: str
    path: str
    key: str
    fields: Fields
    refused: tuple[Refusal, ...] = ()
    moves: bool = False
    seen: bool = True  # does the act rest on the version of the case that was shown?


@dataclass
class Walk:
    """What the acts are drawn from: chance, the instant, the case, and who is about to act."""

    random: Random
    at: datetime
    folder: Folder
    person_id: int
    handlers: tuple[int, ...]
    street_id: int
    calls: tuple[Any, ...] = ()
    granted: list[str] = field(default_factory=list)

    def often(self, share: float = 0.85) -> bool:
        """Mostly yes: a walk of nothing but blunders would never get anywhere."""
        return self.random.random() < share

    def reason(self, text: str = "说明") -> str:
        return text if self.often() else ""

    def local(self, at: datetime) -> str:
        return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def said(check: Callable[[], Any]) -> tuple[Refusal, ...]:
    """What a check of the rule refuses."""
    try:
        found = check()
    except Refusals as refusals:
        return refusals.items
    except Refusal as refusal:
        return (refusal,)
    return tuple(found) if isinstance(found, Iterator) else ()


def first(*checks: Callable[[], Any]) -> tuple[Refusal, ...]:
    """What the first check that refuses says; the later ones are not asked."""
    return next((found for found in map(said, checks) if found), ())


def stage(walk: Walk) -> Try:
    standing = walk.folder.standing
    able = conduct.recordable(standing)
    key = walk.random.choice(able) if able and walk.often(0.8) else walk.random.choice(STAGE_ORDER)
    happened = _happened(walk)
    fact, fields = FACTS[key](walk, happened.astimezone(ZONE).date())
    record = "经过记录" if walk.often() else ""
    reason, cause = walk.random.choice(("", "写明了")), walk.random.choice(("", *LATE_CAUSES[:2]))
    if walk.often():  # a person who reads the page gives what it asks for
        reason, cause = "写明了", LATE_CAUSES[0]
    entry = Entry(happened, walk.at, bool(record), reason, cause)
    wrong = said(lambda: judge(standing, fact, entry))
    if key == "inspection" and not standing.triaged:
        fields |= {"street": str(walk.street_id), "categories": "11"}
        wrong = tuple(one for one in wrong if one.field != "triage")
    shown = {"happened_at": walk.local(happened), "record": record, "reason": reason, "late_cause": cause}
    right = "contact" if key == "contact" else "stage"
    return Try(f"stage {key}", right, f"stage/{key}", key, {**fields, **shown}, wrong)


def _happened(walk: Walk) -> datetime:
    """Mostly now; sometimes earlier, sometimes what cannot be."""
    back = walk.random.choice((0,) * 12 + (1, 3, 20, 30, 200, -5))
    return walk.at - timedelta(hours=back)


def _contact(walk: Walk, _day: date) -> tuple[StageFact, Fields]:
    outcome = walk.random.choice(("已联",) * 8 + ("未联系上", "不适用"))
    who = "林涛" if walk.often() else ""
    cause = "始终未接" if outcome == "未联系上" else "匿名件" if walk.often() else ""
    method = walk.random.choice(("电话", "走访", "来电来访时已沟通"))
    note = ""
    fact = Contact(method, outcome, who, note, cause)
    return fact, {"outcome": outcome, "method": method, "who": who, "cause": cause, "unreached": cause}


def _inspection(walk: Walk, day: date) -> tuple[StageFact, Fields]:
    officers = ("王建国", "周明") if walk.often() else ("王建国",)
    until = day + timedelta(days=walk.random.choice((5, 9, 0, -2) if not walk.often() else (5, 9)))
    finding = walk.random.choice(("属实", "部分属实", "不属实")) if walk.often() else ""
    fact = replace(INSPECTION, officers=officers, demand_until=until, finding=finding)
    fields = {"officers": "、".join(officers), "mode": fact.mode, "finding": finding, "note": fact.note}
    return fact, {**fields, "demand": fact.demand, "demand_until": until.isoformat()}


def _recheck(walk: Walk, day: date) -> tuple[StageFact, Fields]:
    rectified = "已整改" if walk.often() else ""
    if walk.often(0.5):
        fact = replace(RECHECK, rectified=rectified)
    else:
        planned = day + timedelta(days=4) if walk.often() else None
        fact = replace(
            RECHECK, rectified=rectified, no_monitoring="", body_name="区环境监测站", planned=planned, items="臭气"
        )
    fields = {"officers": "王建国", "rectified": rectified, "note": fact.note, "no_monitoring": fact.no_monitoring}
    more = {
        "body_name": fact.body_name,
        "items": fact.items,
        "planned": fact.planned.isoformat() if fact.planned else "",
    }
    return fact, {**fields, **more}


def _resolution(walk: Walk, day: date) -> tuple[StageFact, Fields]:
    step = walk.random.choice(("办结", "责令改正", "办结", "继续整改")) if walk.often() else ""
    until = day + timedelta(days=6) if step == "继续整改" and walk.often() else None
    result = "无监测" if walk.often() else "达标"
    fact = replace(RESOLUTION, next_step=step, until=until, result=result, note="企业已停产，未能采样")
    fields = {"who": fact.who, "note": fact.note, "result": result, "finding": fact.finding, "next_step": step}
    return fact, {**fields, "until": until.isoformat() if until else ""}


FACTS = {"contact": _contact, "inspection": _inspection, "recheck": _recheck, "resolution": _resolution}


def attempt(walk: Walk) -> Try:
    happened = _happened(walk)
    method, reason = walk.random.choice(("电话", "走访")) if walk.often() else "", walk.reason()
    tried = Attempt(method, "未接通", "没有人接")
    entry = Entry(happened, walk.at, reason=reason)
    wrong = first(
        lambda: conduct.check_stage(walk.folder.standing, "contact"),
        lambda: attempt_problems(walk.folder.standing, tried, entry),
    )
    fields = {"outcome": "未接通", "method": method, "record": "没有人接", "reason": reason}
    shown = {**fields, "happened_at": walk.local(happened)}
    return Try("attempt", "contact", "stage/contact", "contact", shown, wrong)


def note(walk: Walk) -> Try:
    text = walk.reason("电话了解情况")
    historic = walk.folder.standing.historic
    missing = () if text else (Refusal("请填写办理记录", field="note"),)
    wrong = missing or (said(lambda: conduct.check_open(walk.folder.standing)) if historic else ())
    return Try("note", "note", "note", "note", {"note": text}, wrong, seen=False)


def undo(walk: Walk) -> Try:
    key = walk.random.choice(STAGE_ORDER)
    wrong = said(lambda: conduct.check_undo(walk.folder.standing, key, walk.person_id, walk.at))
    return Try(f"undo {key}", "undo", f"undo/{key}", "undo", {}, wrong, seen=False)


def backfill(walk: Walk) -> Try:
    late = [one.key for one in walk.folder.standing.stages if one.state == "backfill"]
    key = late[0] if late else walk.random.choice(STAGE_ORDER)
    yes, answer = walk.often(0.6), walk.reason()
    wrong = first(
        lambda: conduct.check_backfill_decision(walk.folder.standing, key, walk.person_id),
        lambda: None if yes else conduct.check_refusal(answer),
    )
    fields = {"answer": answer, "do": "confirm" if yes else "refuse"}
    return Try(f"backfill {key}", "backfill", f"backfill/{key}", f"backfill-{key}", fields, wrong)


def reply(walk: Walk) -> Try:
    standing, happened = walk.folder.standing, _happened(walk)
    given = replace(REPLY, text=walk.reason("已责令整改"))
    reason = walk.reason()
    wrong = first(
        lambda: given.problems(),
        lambda: conduct.check_reply(standing),
        lambda: conduct.check_times(standing, happened, walk.at),
        lambda: conduct.check_late_record(happened, walk.at, reason),
    )
    fields = {"form": given.form, "text": given.text, "reason": reason, "happened_at": walk.local(happened)}
    return Try("reply", "reply", "reply", "reply", fields, wrong)


def triage(walk: Walk) -> Try:
    place = walk.reason("港南路90号")
    missing = () if place else (Refusal("请填写地点", field="place"),)
    wrong = missing or said(lambda: conduct.check_open(walk.folder.standing))
    fields = {"street": str(walk.street_id), "categories": "12", "place": place, "subject_unit": "某厂"}
    return Try("triage", "triage", "triage", "triage", fields, wrong)


def ask_end(walk: Walk) -> Try:
    ground, reason = walk.random.choice((*conduct.END_GROUNDS, "")), walk.reason()
    receiver, day = walk.reason("区水务局"), walk.at.astimezone(ZONE).date()
    received = walk.folder.case.received_at.astimezone(ZONE).date()
    wrong = said(lambda: conduct.check_ask_end(walk.folder.standing, ground, reason))
    if not wrong and ground == deciding.TRANSFER:
        wrong = said(lambda: deciding.check_transfer(receiver, day, received, day))
    fields = {"ground": ground, "reason": reason, "receiver": receiver, "handed_on": day.isoformat()}
    return Try(f"ask_end {ground}", "ask_end", "end", "end", fields, wrong)


def ask_refusal(walk: Walk) -> Try:
    ground, reason = walk.random.choice((*deciding.REFUSE_GROUNDS, "")), walk.reason()
    wrong = said(lambda: deciding.check_ask_refusal(walk.folder.standing, ground, reason))
    return Try("refuse", "refuse", "refuse", "refuse", {"ground": ground, "reason": reason}, wrong)


def come_back(walk: Walk) -> Try:
    stages, reason = tuple(key for key in STAGE_ORDER[1:] if walk.often()), walk.reason()
    wrong = said(lambda: deciding.check_come_back(walk.folder.standing, stages, reason))
    fields = {"stages": list(stages), "reason": reason}
    return Try("come_back", "come_back", "come-back", "come-back", fields, wrong, moves=True)


def accept(walk: Walk) -> Try:
    case, standing, street = walk.folder.case, walk.folder.standing, walk.often()
    lacks = standing.stages and not street and case.street_id is None
    wrong = said(lambda: returning.check_accept(standing))
    if not wrong and lacks:
        wrong = (Refusal("请选择街道", field="street"),)
    fields = {"street": str(walk.street_id) if street else "", "categories": ["11"]}
    return Try("accept", "accept", "accept", "accept", fields, wrong)


def return_order(walk: Walk) -> Try:
    ground, reason = walk.random.choice((*returning.GROUNDS, "")), walk.reason()
    wrong = said(lambda: returning.check_return(walk.folder.standing, walk.folder.case.channel, ground, reason))
    fields = {"ground": ground, "reason": reason}
    return Try("return_order", "return_order", "return-order", "return-order", fields, wrong)


def return_answered(walk: Walk) -> Try:
    sent = next((one for one in walk.folder.returns if not one.outcome), None)
    outcome, text = walk.random.choice((CONFIRMED, REFUSED, WITHDRAWN)), walk.reason()
    at, by = (sent.returned_at, sent.returned_by) if sent else (walk.at, 0)
    answer = returning.Answer(outcome, walk.at, text)
    wrong = said(
        lambda: returning.check_answer(
            walk.folder.standing, answer, returned_at=at, returned_by=by, person_id=walk.person_id, at=walk.at
        )
    )
    fields = {"do": outcome, "happened_at": walk.local(walk.at), "answer": text}
    right = "decide" if outcome == CONFIRMED else "return_order"
    return Try(f"answer {outcome}", right, "return-order/answer", "return-answer", fields, wrong)


def route(walk: Walk) -> Try:
    wanted, reason = walk.random.choice(ROUTES), walk.reason()
    wrong = said(lambda: classifying.check_route(walk.folder.standing, walk.folder.case.route, wanted, reason))
    return Try("route", "classify", "route", "route", {"route": wanted, "reason": reason}, wrong)


def reclassify(walk: Walk) -> Try:
    kind, grade = walk.random.choice(KINDS[:3]), walk.random.choice(GRADES)
    case, reason = walk.folder.case, walk.reason()
    wrong = said(lambda: classifying.check_ask(walk.folder.standing, (case.kind, case.grade), (kind, grade), reason))
    fields = {"kind": kind, "grade": grade, "reason": reason}
    return Try("reclassify", "classify", "reclassify", "reclassify", fields, wrong)


def notify(walk: Walk) -> Try:
    standing, happened = walk.folder.standing, _happened(walk)
    given, reason = replace(REPLY, text=walk.reason("线索不详，请补充")), walk.reason()
    wrong = first(
        lambda: given.problems(),
        lambda: deciding.check_notify(standing),
        lambda: conduct.check_times(standing, happened, walk.at),
        lambda: conduct.check_late_record(happened, walk.at, reason),
    )
    fields = {"form": given.form, "text": given.text, "reason": reason, "happened_at": walk.local(happened)}
    return Try("notify", "refuse", "notify", "notify", fields, wrong)


def apply_close(walk: Walk) -> Try:
    wrong = said(lambda: conduct.check_apply_close(walk.folder.standing))
    return Try("apply_close", "apply_close", "close", "close", {"summary": ""}, wrong)


def decide(walk: Walk) -> Try:
    """Whatever waits is decided, or now and then what nobody asked."""
    kind = walk.folder.standing.open_request
    if not kind or not walk.often(0.9):
        kind = walk.random.choice(tuple(DECIDED))
    return DECIDED[kind](walk)


def _decider(walk: Walk, kind: str) -> Callable[[], None]:
    return lambda: conduct.check_decider(walk.folder.standing, kind, walk.person_id)


def _decide_end(walk: Walk) -> Try:
    yes, answer = walk.often(0.4), walk.reason()
    wrong = first(_decider(walk, "end"), lambda: None if yes else conduct.check_refusal(answer))
    fields = {"answer": answer, "do": "approve" if yes else "refuse"}
    return Try("decide_end", "decide", "end/decide", "decide", fields, wrong)


def _decide_refusal(walk: Walk) -> Try:
    yes, answer = walk.often(0.5), walk.reason()
    wrong = first(_decider(walk, "refuse"), lambda: None if yes else conduct.check_refusal(answer))
    fields = {"answer": answer, "do": "approve" if yes else "refuse"}
    return Try("decide_refusal", "decide", "refuse/decide", "decide-refusal", fields, wrong)


def _decide_reclassify(walk: Walk) -> Try:
    yes, answer = walk.often(0.5), walk.reason()
    check = classifying.check_grant
    wrong = first(
        _decider(walk, "reclassify"),
        lambda: check(walk.folder.standing) if yes else conduct.check_refusal(answer),
    )
    fields = {"answer": answer, "do": "approve" if yes else "refuse"}
    path = "reclassify/decide"
    return Try("decide_reclassify", "decide", path, "decide-reclassify", fields, wrong, moves=yes)


def _review(walk: Walk) -> Try:
    answer = walk.reason()
    if walk.often(0.5):
        wrong = first(_decider(walk, "close"), lambda: conduct.check_close(walk.folder.standing))
        settled = walk.random.choice(("", *supervision.SETTLED))
        return Try("close", "decide", "close/decide", "review", {"do": "close", "settled": settled}, wrong)
    keys = tuple(key for key in STAGE_ORDER if walk.often(0.5))
    wrong = first(_decider(walk, "close"), lambda: conduct.check_send_back(walk.folder.standing, keys, answer))
    fields = {"do": "back", "answer": answer, "stages": list(keys)}
    return Try("send_back", "decide", "close/decide", "review", fields, wrong, moves=True)


def _decide_extension(walk: Walk) -> Try:
    yes, answer = walk.often(0.7), walk.reason()
    asked = walk.folder.open_request
    stage_key = next((one.key for one in walk.folder.deadlines if asked and one.id == asked.deadline_id), "")
    wrong = first(
        _decider(walk, "extension"),
        lambda: asking.check_grant_extension(walk.folder.standing, stage_key) if yes else conduct.check_refusal(answer),
    )
    fields = {"answer": answer, "do": "approve" if yes else "refuse"}
    return Try("decide_extension", "decide", "extend/decide", "decide-extension", fields, wrong, moves=yes)


def _decide_suspension(walk: Walk) -> Try:
    yes, answer = walk.often(0.7), walk.reason()
    asked = walk.folder.open_request
    ground = asked.ground if asked else ""
    wrong = first(
        _decider(walk, "suspension"),
        lambda: _stands(walk, ground) if yes else conduct.check_refusal(answer),
    )
    fields = {"answer": answer, "do": "approve" if yes else "refuse"}
    return Try("decide_suspension", "decide", "suspend/decide", "decide-suspension", fields, wrong)


def _stands(walk: Walk, ground: str) -> None:
    asking.check_stands(walk.folder.standing, ground, monitored=_monitored(walk))


def _monitored(walk: Walk) -> bool:
    arranged = [one for one in walk.folder.facts if one.kind == "recheck" and not one.undone]
    return bool(arranged) and not arranged[-1].body.get("no_monitoring")


DECIDED = {
    "end": _decide_end,
    "close": _review,
    "extension": _decide_extension,
    "suspension": _decide_suspension,
    "refuse": _decide_refusal,
    "reclassify": _decide_reclassify,
}


def ask_extension(walk: Walk) -> Try:
    standing = walk.folder.standing
    keys = asking.extendable(standing, walk.at)
    key = keys[0] if keys and walk.often() else walk.random.choice(STAGE_ORDER)
    days, reason = walk.random.choice((1, 3, 5) if walk.often() else (0, 61)), walk.reason()
    wrong = said(lambda: asking.check_ask_extension(standing, key, days, reason, walk.at))
    fields = {"stage": key, "days": str(days), "reason": reason}
    return Try("ask_extension", "ask_move", "extend", "extend", fields, wrong)


def ask_suspension(walk: Walk) -> Try:
    ground, reason = walk.random.choice((*asking.GROUNDS, "case", "")), walk.reason()
    standing, monitored = walk.folder.standing, _monitored(walk)
    wrong = said(lambda: asking.check_ask_suspension(standing, ground, reason, monitored=monitored))
    return Try("ask_suspension", "ask_move", "suspend", "suspend", {"ground": ground, "reason": reason}, wrong)


def resume(walk: Walk) -> Try:
    wrong = said(lambda: asking.check_resume(walk.folder.standing))
    return Try("resume", "resume", "resume", "resume", {"note": ""}, wrong, moves=True)


def withdraw(walk: Walk) -> Try:
    wrong = said(lambda: asking.check_withdraw(walk.folder.standing, walk.person_id))
    return Try("withdraw", "ask_move", "withdraw", "withdraw", {}, wrong)


def correct(walk: Walk) -> Try:
    folder, reason = walk.folder, walk.reason()
    received_at = folder.case.received_at + timedelta(hours=walk.random.choice((-30, -3, -1, 0, 5)))
    recorded = (
        *(fact.happened_at for fact in folder.facts if not fact.undone),
        *(request.asked_at for request in folder.requests),
    )
    wrong = said(
        lambda: asking.check_correct(
            folder.standing, received_at, reason, registered_at=folder.case.registered_at, recorded=recorded
        )
    )
    fields = {"received_at": walk.local(received_at), "reason": reason}
    return Try("correct", "correct", "received", "correct", fields, wrong, moves=True)


def assign(walk: Walk) -> Try:
    case, reason = walk.folder.case, walk.reason("调休")
    chosen = walk.random.choice(walk.handlers)
    wrong = first(
        lambda: conduct.check_open(walk.folder.standing),
        lambda: _new_handler(case.handler_id, chosen, reason),
    )
    return Try("assign", "reassign", "assign", "assign", {"handler_id": str(chosen), "reason": reason}, wrong)


def _new_handler(before: int | None, chosen: int, reason: str) -> None:
    if before == chosen:
        raise Refusal("本件已由该承办人办理", field="handler_id")
    if before is not None and not reason:
        raise Refusal("改派请写明理由", field="reason")


def give_back(walk: Walk) -> Try:
    ground, reason = walk.random.choice((*RETURN_GROUNDS, "")), walk.reason()
    wrong = first(
        lambda: conduct.check_open(walk.folder.standing),
        lambda: check_return(walk.folder.case.unsigned, ground, reason),
    )
    return Try("give_back", "sign", "return", "return", {"ground": ground, "reason": reason}, wrong)


def redo(walk: Walk) -> Try:
    """Whether a case whose citizen is not satisfied is done over."""
    asked = next((one for one in walk.calls if one.redo and one.redone is None), None)
    yes, answer = walk.often(0.6), walk.reason()
    keys = tuple(key for key in STAGE_ORDER if walk.often(0.5)) if yes else ()
    standing, by = walk.folder.standing, asked.by if asked else 0
    wrong = first(
        lambda: callback.check_decide(standing, pending=asked is not None, asked_by=by, person_id=walk.person_id),
        lambda: callback.check_answer(standing, keys, answer, redone=yes),
    )
    fields = {"do": "redo" if yes else "no", "answer": answer, "stages": list(keys)}
    return Try("redo", "decide", "redo", "redo", fields, wrong, moves=True)


#: Each as often as it stands here.
ACTS: tuple[Callable[[Walk], Try], ...] = (
    *(stage,) * 12,
    *(decide,) * 8,
    *(reply,) * 3,
    *(apply_close,) * 4,
    *(attempt, note, undo, undo, backfill, backfill, triage, ask_end, ask_extension, ask_extension, ask_suspension),
    *(resume, resume, withdraw, correct, assign, give_back, redo, redo, ask_refusal, notify, come_back),
    *(route, reclassify, accept, return_order, return_order, return_answered, return_answered),
)
