"""The headings found in real exports, and which column of a sheet says what.

Source: the columns that 12345 hotlines, letter boxes and petition systems export.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.rule.refusals import N_, Refusal

#: Field: its headings, best first. One column may serve two fields (来电时间 is a start where nothing better is there).
HEADINGS: dict[str, tuple[str, ...]] = {
    "source_no": (*("工单编号", "工单号", "服务单号", "事项编号", "任务编号", "受理编号", "留言编号", "信访件编号"),),
    "received_at": (
        *("派单时间", "派件时间", "转办时间", "收到时间", "接收时间"),
        *("受理时间", "登记时间", "诉求时间", "来电时间", "来电日期", "立案时间", "留言时间"),
    ),
    "called_at": ("来电时间", "诉求时间", "反映时间"),
    "source_due": ("应反时间", "办结截止时间", "办理时限", "处置时限", "截止时间"),
    "channel": ("来源渠道", "工单来源", "反映来源"),
    "kind": ("诉求类型", "工单类型", "举报性质"),
    "title": ("标题", "标题/目的", "事项名称", "留言主题"),
    "content": ("诉求内容", "内容描述", "问题描述", "反映内容", "市民诉求", "留言详情"),
    "category": ("污染分类", "案件大类名", "一级归口", "一级分类"),
    "sub_category": ("污染子分类", "案件小类名", "二级归口"),
    "complainant": ("诉求人", "来电人", "联系人", "反映人", "留言用户"),
    "phone": ("来电号码", "工单联系电话", "联系电话", "移动电话"),
    "place": ("事件发生地", "诉求地址", "发生地址", "具体地址"),
    "street": ("街道名", "污染属地", "所属街镇"),
    "subject_unit": ("被举报单位名称", "被投诉单位", "涉事单位"),
    "handler": ("承办单位", "主办单位", "经办部门", "处置单位"),
    "contacted": ("先行联系", "是否先行联系"),
    "contacted_at": ("联系时间",),
    "not_contacted": ("未联原因",),
    "reply": ("答复内容", "答复意见", "处理结果"),
    "replied_at": ("答复时间", "办理完成时间"),
    "satisfaction": ("是否满意", "评价内容"),
    "repeat": ("是否重复",),
    "repeat_no": ("重复工单号",),
}
#: Heading of the start of the clock: what kind of start it is (`cases.received_from`). The rest is a registration.
STARTS = {
    **dict.fromkeys(("派单时间", "派件时间", "转办时间", "收到时间", "接收时间"), "dispatch"),
    **dict.fromkeys(("诉求时间", "来电时间", "来电日期"), "call"),
    "留言时间": "letter",
}
#: What a field is called to the user when its column is missing.
NAMES = {"source_no": N_("编号"), "received_at": N_("收到时间"), "content": N_("内容")}
KNOWN = frozenset(heading for headings in HEADINGS.values() for heading in headings)
#: A heading stands near the top: below that many rows a sheet has none.
LOOKED_THROUGH = 50


@dataclass(frozen=True)
class Heading:
    """The heading of a sheet. ``at`` is its place among the rows, ``columns`` field → place in the row."""

    at: int
    cells: tuple[str, ...]
    columns: Mapping[str, int]

    def name(self, field: str) -> str:
        """The heading over the column of ``field`` as it stands in the sheet; "" where the sheet has none."""
        return self.cells[self.columns[field]] if field in self.columns else ""

    @property
    def start(self) -> str:
        """What the clock starts from, by the column that gives ``received_at``."""
        return STARTS.get(plain(self.name("received_at")), "registration")


def plain(cell: object) -> str:
    """A heading without blanks, marks of obligation and remarks in brackets: `＊ 留言 时间（必填）` is 留言时间."""
    text = unicodedata.normalize("NFKC", str(cell))
    text = "".join(text.split()).strip("*:")
    return text.partition("(")[0] if text.endswith(")") else text


def find(rows: Sequence[Sequence[object]], required: Sequence[str]) -> Heading:
    """The row with the most known headings, and the columns it names, best heading first.

    Raises Refusal when there is none, or when a required field has no column; it names the headings looked for.
    """
    looked_through = [[plain(cell) for cell in row] for row in rows[:LOOKED_THROUGH]]
    known = [len(KNOWN.intersection(row)) for row in looked_through]
    if not any(known):
        raise Refusal(
            N_("没有找到表头：前%(n)s行里没有“%(examples)s”中任何一个列名。请核对文件，或用 --sheet 指定工作表"),
            field="FILE",
            n=LOOKED_THROUGH,
            examples=HEADINGS[required[0]],
        )
    at = known.index(max(known))
    cells = looked_through[at]
    columns = {
        field: cells.index(heading)
        for field, headings in HEADINGS.items()
        if (heading := next((name for name in headings if name in cells), None)) is not None
    }
    for field in required:
        if field not in columns:
            raise Refusal(
                N_("缺少“%(name)s”一列。列名应为其中之一：%(choices)s"),
                field="FILE",
                name=NAMES[field],
                choices=_fitting(HEADINGS[field], cells),
            )
    return Heading(at, tuple(str(cell).strip() for cell in rows[at]), columns)


def _fitting(choices: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
    """``choices`` with those first that begin as the sheet's own headings do: 留言编号 where 留言时间 stands."""
    openings = {cell[:2] for cell in cells if cell in KNOWN}
    return tuple(sorted(choices, key=lambda choice: choice[:2] not in openings))
