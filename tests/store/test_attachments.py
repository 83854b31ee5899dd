"""Evidence on disk: known by its bytes, complete before any row speaks of it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.factories import make_case
from tests.office.entries import CONTACT, entry_of
from tracker.office import stages
from tracker.office.stages import Upload
from tracker.rule.refusals import Refusal, Refusals
from tracker.store import attachments
from tracker.store.attachments import FILE_MAX, path_of, save, save_text
from tracker.store.database import value
from tracker.store.register import attachments as folder_of

JPG = b"\xff\xd8\xff\xe0" + b"j" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"p" * 100
PDF = b"%PDF-1.7\n" + b"d" * 100
TOP = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("data", "kind"), [(JPG, "jpg"), (PNG, "png"), (PDF, "pdf")])
def test_a_file_is_what_its_first_bytes_say_whatever_its_name(tmp_path, data, kind):
    stored = save(tmp_path, "report.docx", data)
    assert (stored.kind, stored.sha256, stored.size) == (kind, sha256(data).hexdigest(), len(data))
    assert path_of(tmp_path, stored.sha256).read_bytes() == data


@pytest.mark.parametrize(
    "data",
    [b"MZ\x90\x00", b"<svg onload=alert(1)>", b"<!doctype html>", b"GIF89a", b"PK\x03\x04", b" %PDF-1.7", b"\xff\xd8"],
)
def test_anything_else_is_refused_by_name(tmp_path, data):
    with pytest.raises(Refusal, match=r"“照片\.jpg”不是"):
        save(tmp_path, "照片.jpg", data)
    assert list(tmp_path.iterdir()) == []


def test_twenty_megabytes_are_taken_and_one_byte_more_is_not(tmp_path):
    exactly = JPG + b"\0" * (FILE_MAX - len(JPG))
    assert save(tmp_path, "a.jpg", exactly).size == 20 * 1024 * 1024
    with pytest.raises(Refusal, match=r"“b\.jpg”超过20MB"):
        save(tmp_path, "b.jpg", exactly + b"\0")


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match="空文件"):
        save(tmp_path, "a.jpg", b"")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\王\\照片.jpg", "照片.jpg"),
        ("/abs/照片.jpg", "照片.jpg"),
        ("a\x00b\n.jpg", "a b .jpg"),
        ("照片\u202egpj.exe", "照片 gpj.exe.jpg"),
        ("", "file.jpg"),
        ("///", "file.jpg"),
        ("page.html", "page.html.jpg"),
        ("照片.JPEG", "照片.JPEG"),
        ("照片.jpg. .", "照片.jpg"),
        ("con.jpg", "_con.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("LPT1", "_LPT1.jpg"),
        ("console.jpg", "console.jpg"),
        ('a:b*"c?.jpg', "a_b__c_.jpg"),
        ("照片.jpg\ud800\x00.exe", "照片.jpg .exe.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_the_name_of_a_file_is_a_name_and_never_a_path(tmp_path, given, kept):
    assert save(tmp_path / "in", given, JPG).name == kept
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("address", ["", "../../key", "a" * 63, "A" * 64, "a" * 63 + "/", "é" * 64])
def test_an_address_is_a_hash_and_never_a_path(tmp_path, address):
    with pytest.raises(ValueError, match="not an address"):
        path_of(tmp_path, address)


def test_the_same_bytes_lie_once(tmp_path):
    assert save(tmp_path, "a.jpg", JPG).sha256 == save(tmp_path, "b.jpg", JPG).sha256
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_note_is_kept_as_text_without_control_characters(tmp_path):
    stored = save_text(tmp_path, "文字记录", "第一行\r\n第二行\x07")
    assert path_of(tmp_path, stored.sha256).read_text(encoding="utf-8") == "第一行\n第二行"


def test_a_file_is_written_synced_renamed_and_its_folder_synced_before_it_counts(tmp_path, monkeypatch):
    steps = []
    real_sync, real_replace = os.fsync, Path.replace
    folders = {}

    def note_sync(handle):
        path = os.readlink(f"/proc/self/fd/{handle}")
        steps.append("folder" if Path(path).is_dir() else "file")
        folders[path] = True
        real_sync(handle)

    def note_replace(self, target):
        steps.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    stored = save(tmp_path / "new", "a.jpg", JPG)
    assert steps == ["file", "rename", "folder", "folder", "folder"]
    assert set(map(str, (tmp_path, tmp_path / "new", path_of(tmp_path / "new", stored.sha256).parent))) <= set(folders)


def test_a_full_disk_is_said_plainly_and_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(attachments.os, "fsync", full)
    with pytest.raises(Refusal, match=r"磁盘已满，“a\.jpg”未能保存"):
        save(tmp_path, "a.jpg", JPG)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path):
    (tmp_path / "in").write_bytes(b"")
    with pytest.raises(Refusal, match="未能保存"):
        save(tmp_path / "in", "a.jpg", JPG)


def test_a_file_is_its_owners_alone(tmp_path):
    stored = save(tmp_path / "in", "a.jpg", JPG)
    assert path_of(tmp_path / "in", stored.sha256).parent.stat().st_mode & 0o077 == 0


def test_of_several_files_each_wrong_one_is_named_and_no_row_is_written(register, home, make_actor):
    clerk, handler = make_actor(), make_actor(roles=("handler",))
    case = make_case(register, clerk, handler_id=handler.person_id)
    files = (Upload("a.jpg", JPG), Upload("b.exe", b"MZ"), Upload("c.pdf", b""))
    with pytest.raises(Refusals) as refused:
        stages.record(
            register,
            folder_of(home),
            handler,
            case.no,
            1,
            CONTACT,
            entry_of(case.received_at, files=files),
            case.received_at,
        )
    assert [item.params["name"] for item in refused.value.items] == ["b.exe", "c.pdf"]
    assert value(register, "SELECT count(*) FROM evidence") == 0


KILLED = """
import os, sys
from pathlib import Path
from tests.factories import NOW
from tests.office.entries import CONTACT, entry_of
from tracker.office import desk, stages
from tracker.office.actors import actor_for
from tracker.store import people
from tracker.store.register import attachments, open_register

home, where = Path(sys.argv[1]), sys.argv[2]
die = lambda *_, **__: os._exit(9)
if where == "before rename":
    Path.replace = die
elif where == "before row":
    stages.facts.add = die
elif where == "before commit":
    desk.follow = die
db = open_register(home, NOW)
handler = actor_for(people.with_role(db, "handler")[0])
stages.record(db, attachments(home), handler, "XH2026-000001", 1, CONTACT, entry_of(NOW), NOW)
"""


@pytest.mark.parametrize("where", ["before rename", "before row", "before commit", "never"])
def test_killed_anywhere_there_is_no_row_without_its_file(register, home, make_actor, where):
    make_case(register, make_actor(), handler_id=make_actor(roles=("handler",)).person_id)
    ended = subprocess.run([sys.executable, "-c", KILLED, home, where], cwd=TOP, timeout=60, check=False)
    assert ended.returncode == (0 if where == "never" else 9)
    found = [r[0] for r in register.conn.execute("SELECT sha256 FROM evidence").fetchall()]
    assert len(found) == (1 if where == "never" else 0)
    assert all(path_of(folder_of(home), address).exists() for address in found)
    whole = [path for path in folder_of(home).rglob("*") if path.is_file() and not path.name.startswith(".")]
    assert all(sha256(path.read_bytes()).hexdigest() == path.name for path in whole)
    assert value(register, "SELECT count(*) FROM fact") == len(found)
