"""The files of a register: ``TRACKER_HOME`` holds the database, the key and the attachments."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.clock import to_text
from tracker.rule.refusals import N_, Refusal
from tracker.store.database import OperationalError, connect, connect_to_look, value
from tracker.store.disk import refuse_network
from tracker.store.keys import bind, load_key
from tracker.store.people import anybody
from tracker.store.schema import migrate

DATABASE = "tracker.db"
SAMPLE = "sample.db"
KEY = "key"
ATTACHMENTS = "attachments"
#: Where a restore lays ready what it brings. It is there afterwards only when the restore was cut short.
STAGED = ".restoring"
FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"
LOST_KEY = N_(
    "数据库 %(database)s 已存在，却没有它的密钥 %(path)s。请从备份放回密钥，不要新建：新密钥读不出原来的投诉人信息"
)
CUT_SHORT = N_(
    "上次恢复备份时中断，%(home)s 中的登记库还没有密钥。请重新运行同一条 tracker restore 命令；原来的文件都在 "
    "before-restore 开头的文件夹里"
)


def open_register(home: Path, at: datetime, name: str = DATABASE) -> Database:
    """A connection to the register in ``home``, migrated and bound to its key; for one thread.

    The key is made with the register and never again: Refusal when a register stands without it, since a new key
    could read nothing that the old one encrypted.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    refuse_network(home)
    if (home / DATABASE).exists() and not (home / KEY).exists():
        if (home / STAGED).exists():
            raise Refusal(CUT_SHORT, home=home)
        raise Refusal(LOST_KEY, database=home / DATABASE, path=home / KEY)
    master = load_key(home / KEY)
    db = bind(connect(home / name), master)
    migrate(db, to_text(at))
    return db


def somebody_in(home: Path, name: str) -> bool:
    """Is there a register ``name``, with people in it? Makes no file and waits for nobody: one that is being built or
    taken away at this moment has none."""
    if not (home / name).is_file():
        return False
    try:
        with closing(connect_to_look(home / name)) as db:
            return anybody(db)
    except OperationalError:
        return False


def attachments(home: Path, name: str = DATABASE) -> Path:
    """The folder of content-addressed files that belongs to the register ``name`` in ``home``."""
    return home / (ATTACHMENTS if name == DATABASE else f"{Path(name).stem}-{ATTACHMENTS}")


def attachments_of(db: Database) -> Path:
    """The folder of content-addressed files that belongs to the register behind ``db``."""
    file = Path(value(db, FILE))
    return attachments(file.parent, file.name)
