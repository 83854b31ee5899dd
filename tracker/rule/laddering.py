"""What may be typed to change the ladder: each row read, and what is wrong with it named by row and field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.rule.channels import KINDS as CHANNELS
from tracker.rule.intake import GRADES
from tracker.rule.ladder import ANCHORS, MAY_BE_TOLD, ROLES, SUBJECTS, Rung
from tracker.rule.refusals import N_, Refusal, Refusals


@dataclass(frozen=True)
class Typed:
    """A row as it was typed. ``place`` names its fields: ``subject-3``, ``offset-3``; without a subject it is none."""

    place: int
    subject: str
    anchor: str
    offset: str
    grade: str
    roles: tuple[str, ...]
    channels: tuple[str, ...]
    urgent: bool
    active: bool


def typed(place: int, rung: Rung) -> Typed:
    """A row of the ladder as the form shows it."""
    offset = str(rung.offset) if ANCHORS[rung.anchor].highest else ""
    return Typed(
        place,
        rung.subject,
        rung.anchor,
        offset,
        rung.grade,
        rung.roles,
        rung.channels,
        urgent=rung.urgent,
        active=rung.active,
    )


def checked(rows: Iterable[Typed]) -> tuple[Rung, ...]:
    """The ladder that was typed; raises Refusals that name every field at fault."""
    good: list[Rung] = []
    bad: list[Refusal] = []
    seen: dict[tuple[str, str, str], int] = {}
    for row in rows:
        if not row.subject:
            continue
        found = list(_wrong(row))
        bad += found
        if not found:
            rung = _rung(row)
            step = (rung.subject, rung.key, rung.grade)
            if step in seen:
                bad.append(Refusal(N_("与第 %(n)s 行重复"), field=f"subject-{row.place}", n=seen[step]))
            seen.setdefault(step, row.place + 1)
            good.append(rung)
    if not good and not bad:
        bad.append(Refusal(N_("提醒阶梯不能为空；暂不使用的行请取消勾选“使用”"), field=""))
    if bad:
        raise Refusals(bad)
    return tuple(good)


def _rung(row: Typed) -> Rung:
    return Rung(
        row.subject,
        row.anchor,
        int(row.offset) if ANCHORS[row.anchor].highest else 0,
        tuple(role for role in ROLES if role in row.roles),
        row.grade,
        tuple(way for way in CHANNELS if way in row.channels),
        urgent=row.urgent,
        active=row.active,
    )


def _wrong(row: Typed) -> Iterable[Refusal]:
    if row.subject not in SUBJECTS:
        yield Refusal(N_("请选择提醒事项"), field=f"subject-{row.place}")
        return
    anchor = ANCHORS.get(row.anchor)
    if anchor is None or row.subject not in anchor.subjects:
        fit = tuple(one.says for one in ANCHORS.values() if row.subject in one.subjects)
        yield Refusal(
            N_("“%(subject)s”的时间可选：%(choices)s"),
            field=f"anchor-{row.place}",
            subject=SUBJECTS[row.subject],
            choices=fit,
        )
    elif anchor.highest and not _within(row.offset, anchor.lowest, anchor.highest):
        yield Refusal(
            N_("n 应为 %(lowest)s 到 %(highest)s 的整数，现为“%(value)s”"),
            field=f"offset-{row.place}",
            lowest=anchor.lowest,
            highest=anchor.highest,
            value=row.offset[:20],
        )
    if row.grade and row.grade not in GRADES:
        yield Refusal(N_("请选择紧急程度"), field=f"grade-{row.place}")
    if not row.roles or not set(row.roles) <= set(ROLES):
        yield Refusal(N_("请勾选提醒谁"), field=f"roles-{row.place}")
    elif not set(row.roles) <= set(MAY_BE_TOLD.get(row.subject, tuple(ROLES))):
        yield Refusal(N_("等待审批只提醒督办和责任领导"), field=f"roles-{row.place}")
    if not set(row.channels) <= set(CHANNELS):
        yield Refusal(N_("没有这个渠道，请重新选择"), field=f"channels-{row.place}")


def _within(text: str, lowest: int, highest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5 and lowest <= int(text) <= highest
