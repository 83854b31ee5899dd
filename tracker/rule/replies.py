"""Prepared replies: places in 【】 that the case fills, and the ones that nobody has filled. Decides; acts nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tracker.rule.facts import TEXT_MAX
from tracker.rule.refusals import N_, Refusal, too_long
from tracker.rule.standing import Standing

NAME_MAX = 40
#: What a template may name, in the order in which the page offers it. Replies are written in Chinese, and so are these.
PLACES = {
    "no": N_("受理编号"),
    "received": N_("收到日期"),
    "place": N_("地点"),
    "unit": N_("被投诉单位"),
    "inspected": N_("检查日期"),
    "first_finding": N_("初步认定"),
    "seen": N_("检查情况"),
    "demand": N_("整改要求"),
    "until": N_("整改期限"),
    "rechecked": N_("复查情况"),
    "result": N_("监测结果"),
    "finding": N_("最终认定"),
    "next_step": N_("后续处理"),
}
_MARK = N_("【%(name)s】")
#: The places as they stand in a template, each with its key.
MARKED = {_MARK % {"name": name}: key for key, name in PLACES.items()}
PLACE = re.compile("|".join(map(re.escape, MARKED)))


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with every place that ``values`` has by its key; the others stay, for the handler to see."""
    return PLACE.sub(lambda found: values.get(MARKED[found[0]]) or found[0], template)


def check_filled(text: str) -> Iterator[Refusal]:
    """A reply that still has an empty place is not sent to a citizen."""
    left = tuple(dict.fromkeys(found[0] for found in PLACE.finditer(text)))
    if left:
        yield Refusal(N_("答复里还有没有填的：%(places)s"), field="text", places=left)


def check_template(name: str, text: str) -> Iterator[tuple[str, Refusal]]:
    """What is wrong with a template, by part ("name" or "text"). A template without a name and a text is no line."""
    if not name:
        yield "name", Refusal(N_("请填写模板名称"))
    for wrong in too_long("", name, NAME_MAX):
        yield "name", wrong
    if not text:
        yield "text", Refusal(N_("请填写答复内容"))
    for wrong in too_long("", text, TEXT_MAX):
        yield "text", wrong


def check_hand_back(standing: Standing, *, handed_back: bool) -> None:
    """已反馈来源单位, once a round, after the reply. Also of a case that is closed: the source waits all the same."""
    if standing.historic:
        raise Refusal(N_("历史件只供查询，不能再办理"))
    if not standing.replied:
        raise Refusal(N_("尚未记录答复"))
    if handed_back:
        raise Refusal(N_("已经记录反馈来源单位"))
