"""Migration 1: the rows that every register begins with."""

from __future__ import annotations

from tracker.rule.refusals import N_

CATEGORIES: tuple[tuple[str, str, str], ...] = (
    ("11", N_("大气"), N_("恶臭异味")),
    ("12", N_("大气"), N_("餐饮油烟")),
    ("13", N_("大气"), N_("扬尘")),
    ("14", N_("大气"), N_("工业废气")),
    ("15", N_("大气"), N_("烟粉尘")),
    ("16", N_("大气"), N_("汽修喷漆")),
    ("17", N_("大气"), N_("机动车")),
    ("21", N_("噪声"), N_("建筑施工")),
    ("22", N_("噪声"), N_("社会生活")),
    ("23", N_("噪声"), N_("工业")),
    ("24", N_("噪声"), N_("交通")),
    ("25", N_("噪声"), N_("夜间施工")),
    ("31", N_("水"), N_("工业废水")),
    ("32", N_("水"), N_("生活污水")),
    ("33", N_("水"), N_("黑臭河道")),
    ("41", N_("固废"), N_("生活垃圾")),
    ("42", N_("固废"), N_("工业固废")),
    ("43", N_("固废"), N_("危废")),
    ("44", N_("固废"), N_("医废")),
    ("45", N_("固废"), N_("建筑垃圾")),
    ("51", N_("辐射"), N_("电磁")),
    ("52", N_("辐射"), N_("电离")),
    ("61", N_("生态破坏"), N_("生态破坏")),
    ("71", N_("光"), N_("光污染")),
    ("72", N_("土壤"), N_("土壤")),
    ("73", N_("化学品"), N_("化学品")),
    ("81", N_("建设项目"), N_("建设项目")),
    ("99", N_("其他"), N_("其他")),
)

SEED_1 = (
    # Rule version 1: the published timetable for ordinary complaints, natural days (docs/rule.md).
    "INSERT INTO rule (version, name, kind, grade, holds_from, convention, closes, near_hours, near_contact_hours,"
    " yellow_days, red_days) VALUES (1, '1-3-10-15', '投诉举报', '一般', '2000-01-01', 'natural', NULL, 24, 4, 1, 3)",
    "INSERT INTO rule_stage (version, ordinal, key, days) VALUES"
    " (1, 1, 'contact', 1), (1, 2, 'inspection', 3), (1, 3, 'recheck', 10), (1, 4, 'resolution', 15)",
    "INSERT INTO category (code, parent, name) VALUES " + ", ".join(map(str, CATEGORIES)),  # noqa: S608
)
