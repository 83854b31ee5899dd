"""What the people of the sample office write down of each stage."""

from __future__ import annotations

import struct
import zlib
from datetime import date, timedelta

from tracker.office.actors import Actor
from tracker.office.sample_plan import Draw, Plan
from tracker.rule.facts import GO_ON, NO_MONITORING, Contact, Inspection, Recheck, Resolution

_DAY = timedelta(days=1)
#: By the category, else by its first digit (air, noise, water), and the rest.
VISIT_NOTES = {
    "1": (
        "检查时净化设施在运行，排口有轻微异味，已拍照。",
        "检查时正在作业，净化设施未开启，当场指出。",
        "现场未发现正在排放，调取了近一周运行台账。",
    ),
    "12": ("油烟净化器在运行，集油槽积油较多，已拍照。", "检查时正在营业，净化器未开启，当场指出。"),
    "13": ("物料未覆盖，出入口无冲洗设施，已拍照。", "作业面未喷淋，道路有积尘，当场指出。"),
    "17": ("现场有柴油车怠速停放，已劝离并登记车牌。",),
    "2": ("到达现场后噪声明显，已登记声源。", "在投诉人家中听测，低频声明显，已约监测。"),
    "21": ("到达现场后噪声明显，已要求立即停止作业。", "现场核对了施工许可和公告，已登记机械种类。"),
    "25": ("到达现场时正在夜间作业，已要求立即停止。", "现场核对了夜间施工许可和公告，已登记机械种类。"),
    "22": ("到达现场后音响声明显，经营者当场调低音量。", "在投诉人家中听测，低频声明显，已约监测。"),
    "3": ("雨水井内有油污，管道接驳情况已绘制草图。", "排口正在出水，已取样封存。"),
    "": ("与物业、街道一同到场，投诉人指认了点位。", "现场情况与反映基本一致，已拍照并询问当事人。"),
}
DEMANDS = {
    "1": (
        "更换净化装置滤芯，留存更换记录。",
        "密闭作业区域，废气收集处理后排放。",
    ),
    "12": ("清洗油烟净化器，留存清洗记录。", "修复烟道，油烟经净化后高空排放。"),
    "13": ("物料覆盖，出入口设冲洗设施。", "作业时喷淋，每日清扫周边道路。"),
    "17": ("停车等候时熄火，更新排放不达标车辆。",),
    "2": ("声源加装隔声罩和减振垫，降低噪声。",),
    "21": ("调整作业时间，午间和夜间不得作业。", "钢筋加工棚移位并围挡隔声。"),
    "25": ("夜间不得作业；确需连续作业的，先办许可并公告。",),
    "22": ("音响限时限音量。", "低频设备加减振垫，调整外机位置。"),
    "23": ("设备加装隔声罩，降低厂界噪声。", "夜间关闭车间门窗，停止室外装卸。"),
    "3": ("封堵私接管道，污水接入市政管网。", "增设隔油沉淀池，定期清掏并留存记录。"),
    "": ("限期清理现场，恢复原状。", "补办手续，办结前不得继续施工。"),
}
RECHECK_NOTES = {
    "已整改": ("整改措施已落实，现场情况明显改善。", "设施正常运行，台账齐全。"),
    "部分整改": ("部分措施还在施工，已督促加快。",),
    "未整改": ("现场仍未整改，已再次下达要求。",),
    "整改期限未到": ("整改期限未到，已落实临时措施。",),
}
NOT_MONITORED = {
    "已整改": "现场已整改到位，不需要监测。",
    "部分整改": "整改完成后再视情况安排监测。",
    "未整改": "尚未整改，现阶段监测没有意义。",
    "整改期限未到": "整改期限届满后再视情况安排监测。",
}


def of_category(words: dict[str, tuple[str, ...]], code: str) -> tuple[str, ...]:
    """What fits a category: its own words, else those of its medium, else those that fit any."""
    return words.get(code) or words.get(code[0]) or words[""]


def contact(draw: Draw, handler: Actor) -> Contact:
    return Contact(method=draw.one({"电话": 80, "微信": 8, "走访": 8, "短信": 4}), outcome="已联", who=handler.name)


def inspection(
    draw: Draw, today: date, handler: Actor, others: list[Actor], plan: Plan, finding: str = ""
) -> Inspection:
    finding = finding or draw.one({"属实": 45, "部分属实": 30, "待监测核实": 15, "不属实": 10})
    other = draw.dice.choice([actor.name for actor in others if actor != handler])
    wanted = finding != "不属实"
    return Inspection(
        officers=(handler.name, other),
        mode="现场" if draw.chance(94) else "非现场",
        finding=finding,
        note=draw.dice.choice(of_category(VISIT_NOTES, plan.codes[0])),
        demand=draw.dice.choice(of_category(DEMANDS, plan.codes[0])) if wanted else "",
        demand_until=today + draw.dice.randint(5, 15) * _DAY if wanted else None,
        no_demand="" if wanted else "未发现反映的情况，不需要整改。",
    )


def recheck(draw: Draw, today: date, handler: Actor, monitored: bool) -> Recheck:
    arranged = {"body_name": "区环境监测站", "planned": today + _DAY, "items": "臭气浓度、噪声"}
    rectified = draw.one({"已整改": 70, "部分整改": 20, "整改期限未到": 7, "未整改": 3})
    return Recheck(
        officers=(handler.name,),
        rectified=rectified,
        note=draw.dice.choice(RECHECK_NOTES[rectified]),
        **(arranged if monitored else {"no_monitoring": NOT_MONITORED[rectified]}),
    )


def resolution(draw: Draw, today: date, handler: Actor, monitored: bool, going_on: bool) -> Resolution:
    result = draw.one({"达标": 70, "超标": 25, "无法判定": 5}) if monitored else NO_MONITORING
    step = draw.one({"办结": 58, "责令改正": 22, "立案查处": 9, "轻微免罚": 6, "移送": 5})
    findings = {"属实": 40, "部分属实": 35, "达标扰民" if result == "达标" else "不属实": 15}
    finding = "属实" if result == "超标" else draw.one(findings)
    return Resolution(
        who=handler.name,
        result=result,
        report_no=f"SLJC-{today:%Y}-{draw.dice.randint(1, 999):03d}" if monitored else "",
        report_date=today if monitored else None,
        finding=finding,
        next_step=GO_ON if going_on else step,
        note="整改情况已核实。",
        until=today + draw.dice.randint(20, 45) * _DAY if going_on else None,
    )


def picture(n: int) -> bytes:
    """A small PNG (ISO/IEC 15948) of a sky over a street, in a light of its own, that stands for a photograph."""
    width, height = 160, 120
    lines = []
    for y in range(height):
        shade = 235 - y if y < 80 else 110 - (y - 80) + 5 * n
        row = b"".join(bytes((shade - 6 * n, shade - 10, min(shade + 2 * n, 255))) for _ in range(width))
        lines.append(b"\0" + row)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(lines))),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
