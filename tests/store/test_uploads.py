"""Files that wait: kept with their owner, never deleted."""

from __future__ import annotations

import pytest

from tests.factories import NOW
from tracker.office import tray
from tracker.store import uploads
from tracker.store.database import IntegrityError, execute
from tracker.store.register import attachments

JPG = b"\xff\xd8\xff\xe0jpeg"


@pytest.fixture
def mine(register, home, make_actor):
    actor = make_actor(roles=("handler",))
    assert tray.keep(register, attachments(home), actor, [("西窗.jpg", JPG, "")], NOW) == ()
    return actor


def test_nobody_settles_what_is_anothers(register, mine, make_actor):
    (one,) = tray.unsorted(register, mine)
    tray.lay_aside(register, make_actor(roles=("handler",)), [one.id], NOW)
    assert tray.unsorted(register, mine) == (one,)


def test_a_row_is_kept(register, mine):
    with pytest.raises(IntegrityError, match="are kept"):
        execute(register, "DELETE FROM upload")


def test_there_is_room_for_so_many(register, home, mine, monkeypatch):
    monkeypatch.setattr(tray, "MOST", 2)
    wrong = tray.keep(register, attachments(home), mine, [(f"{n}.jpg", JPG + bytes([n]), "") for n in range(3)], NOW)
    assert [str(one) for one in wrong] == [
        "“1.jpg”未上传：已有 2 个文件等待整理，请先分到各件",
        "“2.jpg”未上传：已有 2 个文件等待整理，请先分到各件",
    ]
    assert len(uploads.waiting(register, mine.person_id)) == 2
