"""Migration 11: on site. Photographs that wait for their form, what a photograph tells of itself, points to look at,
and the text of a form that was sent when its session was over."""

from __future__ import annotations

from tracker.store.schema_1 import append_only, no_delete
from tracker.store.schema_1_cases import INSTANT

#: What every new register begins with; the administrator words them anew. Category (None for all), place, words.
POINTS: tuple[tuple[str, int, str], ...] = (
    ("11", 1, "产生异味的工序是否密闭、是否在生产"),
    ("11", 2, "收集和治理设施是否运行，有无运行和换炭记录"),
    ("11", 3, "厂界下风向有无异味"),
    ("12", 1, "油烟净化设施是否安装并开启"),
    ("12", 2, "净化设施清洗保养记录"),
    ("12", 3, "排放口位置与最近住户的距离"),
    ("13", 1, "围挡、覆盖、喷淋是否到位"),
    ("13", 2, "车辆冲洗设施和出入口保洁"),
    ("14", 1, "废气治理设施是否与生产同时运行"),
    ("14", 2, "排污许可证或登记是否在有效期内"),
    ("21", 1, "施工时段和降噪措施"),
    ("22", 1, "声源设备、位置和使用时段"),
    ("22", 2, "门窗关闭和隔声情况"),
    ("23", 1, "主要声源和隔声、减振措施"),
    ("25", 1, "夜间施工许可证明及编号"),
    ("25", 2, "许可的时段和工序是否相符"),
    ("31", 1, "污水处理设施运行和加药记录"),
    ("31", 2, "排放口是否规范，有无暗管、旁路"),
    ("43", 1, "危险废物贮存场所、标识和台账"),
    ("43", 2, "转移联单和接收单位"),
)
_POINTS = ", ".join(f"('{category}', {n}, '{words}')" for category, n, words in POINTS)

MIGRATION_11 = (
    # A file that came with a form that was refused, or with the photographs of a day: the bytes lie in the attachments
    # folder already, the row says whose it is and what it is for. Used or laid aside, it stays with its time.
    f"""CREATE TABLE upload (
        id INTEGER PRIMARY KEY,
        person_id INTEGER NOT NULL REFERENCES person (id),
        case_id INTEGER REFERENCES cases (id),
        form TEXT NOT NULL DEFAULT '',
        kind TEXT NOT NULL CHECK (kind IN ('jpg', 'png', 'pdf')),
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
        size INTEGER NOT NULL CHECK (size > 0),
        taken TEXT NOT NULL DEFAULT '',
        spot TEXT NOT NULL DEFAULT '',
        added_at TEXT NOT NULL CHECK (added_at {INSTANT}),
        settled_at TEXT CHECK (settled_at IS NULL OR settled_at {INSTANT})
    ) STRICT""",
    "CREATE INDEX upload_waiting ON upload (person_id, id) WHERE settled_at IS NULL",
    no_delete("upload"),
    # When and where a photograph was taken, in the words of the camera.
    """CREATE TABLE photo (
        evidence_id INTEGER PRIMARY KEY REFERENCES evidence (id),
        taken TEXT NOT NULL,
        spot TEXT NOT NULL,
        CHECK (taken <> '' OR spot <> '')
    ) STRICT""",
    *append_only("photo"),
    """CREATE TABLE checklist_point (
        id INTEGER PRIMARY KEY,
        category TEXT NOT NULL REFERENCES category (code),
        n INTEGER NOT NULL,
        words TEXT NOT NULL CHECK (trim(words) <> '')
    ) STRICT""",
    "CREATE INDEX checklist_category ON checklist_point (category, n, id)",
    "INSERT INTO checklist_point (category, n, words) VALUES " + _POINTS,  # noqa: S608
    # What somebody had typed when the session was over, until they are back. One for each page and person.
    f"""CREATE TABLE kept_form (
        person_id INTEGER NOT NULL REFERENCES person (id),
        path TEXT NOT NULL,
        body TEXT NOT NULL CHECK (json_valid(body)),
        at TEXT NOT NULL CHECK (at {INSTANT}),
        PRIMARY KEY (person_id, path)
    ) STRICT""",
)
