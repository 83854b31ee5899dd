"""The complained-about unit: its grade, and the penalties that came of its cases.

Source: the district bureaus' 环保码, three colours for a unit. A grade never lengthens a deadline: none is known here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from tracker.rule.facts import NEXT_STEPS
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.standing import Standing

GRADES = {"green": N_("绿"), "yellow": N_("黄"), "red": N_("红")}
REASON_MAX, NUMBER_MAX = 500, 80
FILED = NEXT_STEPS[2]
WAN = N_("万")
YUAN = N_("元")
MOST = Decimal(10) ** 9


def check_merge(spelling: str, name: str) -> None:
    """Two different names of one unit."""
    if not spelling or not name:
        raise Refusal(N_("请选择要合并的单位名称"), field="spelling")
    if spelling == name:
        raise Refusal(N_("两个名称相同，无需合并"), field="spelling")


def check_grade(grade: str, reason: str) -> None:
    """A grade, and why."""
    problems = (
        []
        if grade in GRADES
        else [Refusal(N_("请选择评级：%(choices)s"), field="grade", choices=tuple(GRADES.values()))]
    )
    if not reason:
        problems.append(Refusal(N_("请写明评级的依据"), field="reason"))
    elif len(reason) > REASON_MAX:
        words = N_("文字过长：%(size)s 字，最多 %(limit)s 字")
        problems.append(Refusal(words, field="reason", size=len(reason), limit=REASON_MAX))
    if problems:
        raise Refusals(problems)


def amount(typed: str, field: str) -> int | None:
    """Fen (1/100 yuan) of ``20000``, ``20,000.50``, ``2万`` or ``2.5万元``; None for nothing. Refusal otherwise."""
    text = typed.strip().replace(",", "").removesuffix(YUAN).strip()
    if not text:
        return None
    times = 10_000 if text.endswith(WAN) else 1
    try:
        fen = Decimal(text.removesuffix(WAN).strip()) * times * 100
    except InvalidOperation:
        raise Refusal(N_("罚款金额应为元，例如 20000 或 2万"), field=field) from None
    if not fen.is_finite() or fen < 0 or fen != fen.to_integral_value() or fen > MOST * 100:
        raise Refusal(N_("罚款金额应为元，例如 20000 或 2万"), field=field)
    return int(fen)


def check_penalty(standing: Standing, number: str, decided_on: date | None, today: date) -> None:
    """A penalty follows 立案查处, also long after the case was closed; it has a number and a day that has been."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    if standing.next_step != FILED:
        raise Refusal(N_("后续处理选“立案查处”之后才能登记处罚"))
    problems = []
    if not number:
        problems.append(Refusal(N_("请填写处罚文号"), field="number"))
    elif len(number) > NUMBER_MAX:
        words = N_("文字过长：%(size)s 字，最多 %(limit)s 字")
        problems.append(Refusal(words, field="number", size=len(number), limit=NUMBER_MAX))
    if decided_on is None:
        problems.append(Refusal(N_("请填写决定日期"), field="decided_on"))
    elif decided_on > today:
        problems.append(Refusal(N_("决定日期不能晚于今天"), field="decided_on"))
    if problems:
        raise Refusals(problems)
