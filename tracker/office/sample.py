"""The sample register: an invented office in which a visitor may act as anybody."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.store import people, settings, streets

OFFICE = {"name": "示例区生态环境局", "prefix": "SL", "zone": "Asia/Shanghai"}
#: Nobody signs in by password here: this is the hash of none.
NO_PASSWORD = "!"
#: name, account, unit, roles
STAFF = (
    ("林涛", "lintao", "信访科", ("clerk",)),
    ("周明", "zhouming", "信访科", ("clerk", "handler")),
    ("王建国", "wangjianguo", "执法二中队", ("handler",)),
    ("陈晓", "chenxiao", "执法一中队", ("handler",)),
    ("李芳", "lifang", "执法一中队", ("handler",)),
    ("赵磊", "zhaolei", "执法三中队", ("handler",)),
    ("李处", "lichu", "信访科", ("supervisor",)),
    ("孙敏", "sunmin", "执法大队", ("supervisor", "handler")),
    ("吴管理", "wuguanli", "办公室", ("admin",)),
    ("郑审计", "zhengshenji", "办公室", ("auditor",)),
)
STREETS = (("新港街道", "xg"), ("东湖街道", "dh"), ("桥北街道", "qb"), ("南苑街道", "ny"))


def build(db: Database, at: datetime) -> None:
    """Fill an empty register with the sample office as it stands at ``at``. Call it inside a transaction."""
    settings.save(db, OFFICE)
    for name, account, unit, roles in STAFF:
        unit_id = people.unit_named(db, unit)
        people.add(db, account=account, name=name, password_hash=NO_PASSWORD, roles=roles, at=at, unit_id=unit_id)
    for name, code in STREETS:
        streets.add(db, name, code)
