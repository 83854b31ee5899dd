"""Migration 1: the rows that every register begins with."""

from __future__ import annotations

CATEGORIES: tuple[tuple[str, str, str], ...] = (
    ("11", "大气", "恶臭异味"),
    ("12", "大气", "餐饮油烟"),
    ("13", "大气", "扬尘"),
    ("14", "大气", "工业废气"),
    ("15", "大气", "烟粉尘"),
    ("16", "大气", "汽修喷漆"),
    ("17", "大气", "机动车"),
    ("21", "噪声", "建筑施工"),
    ("22", "噪声", "社会生活"),
    ("23", "噪声", "工业"),
    ("24", "噪声", "交通"),
    ("25", "噪声", "夜间施工"),
    ("31", "水", "工业废水"),
    ("32", "水", "生活污水"),
    ("33", "水", "黑臭河道"),
    ("41", "固废", "生活垃圾"),
    ("42", "固废", "工业固废"),
    ("43", "固废", "危废"),
    ("44", "固废", "医废"),
    ("45", "固废", "建筑垃圾"),
    ("51", "辐射", "电磁"),
    ("52", "辐射", "电离"),
    ("61", "生态破坏", "生态破坏"),
    ("71", "光", "光污染"),
    ("72", "土壤", "土壤"),
    ("73", "化学品", "化学品"),
    ("81", "建设项目", "建设项目"),
    ("99", "其他", "其他"),
)

SEED_1 = (
    # Rule version 1: the published timetable for ordinary complaints, natural days (docs/rule.md).
    "INSERT INTO rule (version, name, kind, grade, holds_from, convention, closes, near_hours, near_contact_hours,"
    " yellow_days, red_days) VALUES (1, '1-3-10-15', '投诉举报', '一般', '2000-01-01', 'natural', NULL, 24, 4, 1, 3)",
    "INSERT INTO rule_stage (version, ordinal, key, days) VALUES"
    " (1, 1, 'contact', 1), (1, 2, 'inspection', 3), (1, 3, 'recheck', 10), (1, 4, 'resolution', 15)",
    "INSERT INTO category (code, parent, name) VALUES " + ", ".join(map(str, CATEGORIES)),  # noqa: S608
)
