"""What an office may switch on. What it does not use stays out of sight."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.rule.refusals import N_


@dataclass(frozen=True)
class Feature:
    """One thing to switch on: its key, its name, and what it adds to the screens."""

    key: str
    name: str
    hint: str


#: In the order in which the administrator sees them. A new office begins with none of them.
FEATURES: dict[str, Feature] = {
    one.key: one
    for one in (
        Feature("parties", N_("协办人和参与方"), N_("承办人之外的协办人，以及街道、物业、经营者、第三方")),
        Feature("leaders", N_("责任领导、包案、下访"), N_("每件的责任领导、包案清单、下访记录")),
        Feature("absence", N_("请假代班"), N_("请假的人由代班人收到提醒、办理其件")),
        Feature("duty", N_("值班"), N_("值班表；值班员在值班时有登记员的权限、收到提醒；交接班单")),
        Feature("grids", N_("网格"), N_("街道之下按网格派单")),
        Feature("clocks", N_("其他时限"), N_("信访告知、信访办结、督办等外部时限，另行提醒、单独统计")),
        Feature("groups", N_("群体件"), N_("群体件标记和人数")),
        Feature("appeals", N_("依法分类清单"), N_("诉求的法律依据、办理途径和答复形式，逐版更新")),
        Feature("checklists", N_("检查要点"), N_("现场检查时按污染类别列出的要点")),
        Feature("sheets", N_("外出检查单"), N_("打印的现场检查单，回来在一页上补录并分发照片")),
        Feature("units", N_("被投诉单位档案"), N_("每个被投诉单位一页：来件、认定、整改、处罚和绿黄红评级")),
        Feature("penalties", N_("处罚信息"), N_("立案查处的文号和金额")),
        Feature("replies", N_("答复模板"), N_("按诉求类别备好的答复文字")),
        Feature("supervision", N_("督办和亮牌"), N_("督办件的时限和答复，黄牌、红牌")),
        Feature("warnings", N_("苗头预警"), N_("同一地点或单位短期内多件时提示督办人员")),
        Feature("spot_checks", N_("抽查"), N_("按比例抽查已销项的件并记录结果")),
        Feature("revisits", N_("回头看"), N_("销项之后再去看的日期和提醒")),
        Feature("archive", N_("归档"), N_("一件一包：记录、时间线、佐证和校验值；保管期限")),
    )
}
