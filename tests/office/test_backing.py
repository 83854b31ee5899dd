"""Making a backup."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.backups import add_file, back_up, damage, dump, names, office_with_files, somebody, synced
from tests.factories import NOW, add_person
from tracker.office import backing
from tracker.office.backing import LOCK
from tracker.rule.refusals import Refusal
from tracker.store import audit, backups, copies, copying, disk, heartbeat
from tracker.store.attachments import path_of
from tracker.store.database import DatabaseError, execute, row, rows, value
from tracker.store.keys import load_key
from tracker.store.occupied import try_lock
from tracker.store.register import DATABASE, KEY, attachments_of


@pytest.fixture
def files(empty_register):
    return office_with_files(empty_register)


@pytest.fixture
def usb(tmp_path):
    return tmp_path / "usb"


def test_a_backup_has_the_register_its_files_and_the_list_of_them_and_no_key(empty_register, files, usb, home):
    made = back_up(empty_register, usb)
    assert made.folder == usb / "tracker-2026-06-17T102400"  # the clock of the office
    assert names(usb) == [made.folder.name]
    assert names(made.folder) == ["attachments", "manifest.json", "tracker.db"]
    assert set(made.manifest.files) == set(files)
    assert made.manifest.counts == {"cases": 1, "people": 1, "audit": 2}  # the case registered, and this backup
    cases = rows(empty_register, "SELECT * FROM cases")
    assert dump(made.folder / DATABASE)["cases"] == [dict(one) for one in cases]
    assert backups.check(made.folder, load_key(home / KEY)) == made.manifest


def test_the_copy_tells_that_it_was_made_and_the_register_that_it_stands(empty_register, files, usb):
    made = back_up(empty_register, usb, by="root")
    told = row(empty_register, "SELECT detail FROM audit WHERE act = 'backup'")["detail"]
    assert str(usb) in told
    assert '"by":"root"' in told
    assert max(dump(made.folder / DATABASE)["audit"], key=lambda one: one["seq"])["act"] == "backup"
    assert value(empty_register, "SELECT act FROM audit ORDER BY seq DESC") == "backup.made"
    assert heartbeat.last(empty_register, heartbeat.BACKUP).at == NOW
    assert audit.verify(empty_register) is None


def test_nobody_but_the_owner_may_read_a_backup(empty_register, files, usb):
    folder = back_up(empty_register, usb, with_key=True).folder
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*"))


def test_the_key_goes_with_it_only_when_it_is_wanted(empty_register, files, usb, home):
    folder = back_up(empty_register, usb, with_key=True).folder
    assert (folder / KEY).read_bytes() == (home / KEY).read_bytes()


def test_files_of_the_backup_before_it_take_no_room_again(empty_register, files, usb):
    first = back_up(empty_register, usb).folder
    fresh = add_file(empty_register, somebody(empty_register), "new")
    second = back_up(empty_register, usb, NOW + timedelta(days=1)).folder
    for address in files:
        assert os.path.samefile(*(path_of(backups.attachments(one), address) for one in (first, second)))
    assert path_of(backups.attachments(second), fresh).stat().st_nlink == 1


def test_a_spoiled_file_of_the_backup_before_it_is_copied_anew(empty_register, files, usb, home):
    first = back_up(empty_register, usb).folder
    damage(path_of(backups.attachments(first), files[0]))
    second = back_up(empty_register, usb, NOW + timedelta(days=1))
    assert set(second.manifest.files) == set(files)
    backups.check(second.folder, load_key(home / KEY))


def test_without_links_files_are_copied(empty_register, files, usb, monkeypatch):
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    back_up(empty_register, usb)
    second = back_up(empty_register, usb, NOW + timedelta(days=1)).folder
    assert path_of(backups.attachments(second), files[0]).stat().st_nlink == 1


def test_a_file_that_the_data_has_no_more_is_kept_from_the_backup_before_it_and_named(empty_register, files, usb):
    back_up(empty_register, usb)
    path_of(attachments_of(empty_register), files[0]).unlink()
    second = back_up(empty_register, usb, NOW + timedelta(days=1))
    assert second.gone == (files[0],)
    assert files[0] in second.manifest.files


@pytest.mark.parametrize("loss", ["missing", "spoiled"])
def test_a_file_that_is_nowhere_to_be_had_refuses_the_backup_unless_it_is_allowed(empty_register, files, usb, loss):
    path = path_of(attachments_of(empty_register), files[0])
    path.unlink() if loss == "missing" else damage(path)
    with pytest.raises(Refusal, match=f"有 1 个附件.*{files[0]}.*--allow-missing"):
        back_up(empty_register, usb)
    assert names(usb) == []
    made = back_up(empty_register, usb, allow_missing=True)
    assert made.manifest.missing == (files[0],)
    assert set(made.manifest.files) == set(files[1:])


def test_the_oldest_give_way_only_to_a_backup_that_stands(empty_register, files, usb):
    for days in range(3):
        back_up(empty_register, usb, NOW + timedelta(days=days))
    path_of(attachments_of(empty_register), files[0]).unlink()
    shutil.rmtree(usb / "tracker-2026-06-19T102400" / "attachments" / files[0][:2])
    with pytest.raises(Refusal):
        back_up(empty_register, usb, NOW + timedelta(days=3), keep=1)
    assert len(names(usb)) == 3
    made = back_up(empty_register, usb, NOW + timedelta(days=3), keep=2, allow_missing=True)
    assert names(usb) == ["tracker-2026-06-19T102400", "tracker-2026-06-20T102400"]
    assert [folder.name for folder in made.removed] == ["tracker-2026-06-17T102400", "tracker-2026-06-18T102400"]


def test_the_backups_of_another_register_and_other_folders_stay(empty_register, files, usb, tmp_path):
    other = back_up(empty_register, usb).folder
    (usb / "tracker-notes").mkdir()
    text = (other / "manifest.json").read_text().replace('"key": "', '"key": "f')
    (other / "manifest.json").write_text(text)
    back_up(empty_register, usb, NOW + timedelta(days=1), keep=1)
    assert names(usb) == ["tracker-2026-06-17T102400", "tracker-2026-06-18T102400", "tracker-notes"]


def test_two_backups_of_one_second_have_two_names(empty_register, files, usb):
    assert [back_up(empty_register, usb).folder.name for _ in range(2)] == [
        "tracker-2026-06-17T102400",
        "tracker-2026-06-17T102400-2",
    ]


def test_what_a_killed_run_left_is_cleared_by_the_next(empty_register, files, usb):
    (usb / ".tracker-2026-06-16T102400.part" / "attachments").mkdir(parents=True)
    back_up(empty_register, usb)
    assert names(usb) == ["tracker-2026-06-17T102400"]


def test_a_second_backup_into_the_same_folder_waits_for_nobody_and_is_refused(empty_register, files, usb):
    usb.mkdir()
    with (usb / LOCK).open("a+b") as file:
        assert try_lock(file)
        with pytest.raises(Refusal, match="另一个备份正在写入"):
            back_up(empty_register, usb)
    back_up(empty_register, usb)


@pytest.mark.parametrize("inside", ["", "attachments", "backups"])
def test_a_folder_within_the_data_is_refused(empty_register, files, home, inside):
    with pytest.raises(Refusal, match="在数据文件夹"):
        back_up(empty_register, home / inside)


def test_a_folder_that_is_not_there_is_refused_and_not_made(empty_register, files, usb):
    with pytest.raises(Refusal, match="如果是U盘，请确认已经插好"):
        backing.check_folder(usb, usb.parent / "home")
    assert not usb.exists()


def test_a_network_file_system_is_refused(empty_register, files, usb, tmp_path, monkeypatch):
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/export {usb} cifs rw 0 0\n")
    monkeypatch.setattr(disk, "MOUNTS", table)
    with pytest.raises(Refusal, match=r"网络文件系统（cifs）.*tracker restore --check"):
        back_up(empty_register, usb)


def test_too_little_room_is_told_before_anything_is_written(empty_register, files, usb, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
    with pytest.raises(Refusal, match=r"空间不足：约需 1[67] MB，只剩 0 MB"):
        back_up(empty_register, usb)
    assert names(usb) == []


@pytest.mark.parametrize("step", ["copy_register", "copy"])
@pytest.mark.parametrize(("number", "words"), [(28, "已满"), (5, "出错"), (13, "没有权限")])
def test_a_disk_that_fails_leaves_nothing_and_is_named(empty_register, files, usb, monkeypatch, step, number, words):
    def fails(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(copies if step == "copy_register" else copying, step, fails)
    with pytest.raises(Refusal, match=f"(?=.*{usb}).*{words}.*没有留下不完整的备份"):
        back_up(empty_register, usb)
    assert names(usb) == []


def test_what_is_read_back_otherwise_than_written_is_no_backup(empty_register, files, usb, monkeypatch):
    real = copies.copy_register

    def torn(db, target):
        real(db, target)
        damage(target, at=4096)

    monkeypatch.setattr(copies, "copy_register", torn)
    with pytest.raises(Refusal, match=r"malformed.*没有留下不完整的备份"):
        back_up(empty_register, usb)
    assert names(usb) == []


def test_a_register_that_is_damaged_itself_says_so(empty_register, files, usb, monkeypatch):
    def damaged(*_):
        raise DatabaseError("database disk image is malformed")

    monkeypatch.setattr(copies, "execute", damaged)
    with pytest.raises(Refusal, match=r"登记库 .*tracker.db 已损坏.*恢复"):
        back_up(empty_register, usb)
    assert names(usb) == []


def test_all_of_it_is_on_disk_before_it_gets_its_name(empty_register, files, usb, monkeypatch):
    with synced(monkeypatch) as on_disk:
        real = Path.rename

        def rename(path, target):
            assert on_disk.issuperset(one.stat().st_ino for one in (path, *path.rglob("*")))
            on_disk.clear()
            return real(path, target)

        monkeypatch.setattr(Path, "rename", rename)
        folder = back_up(empty_register, usb, with_key=True).folder
    assert folder.parent.stat().st_ino in on_disk  # the name itself


def test_a_file_that_is_read_back_otherwise_than_written_is_no_backup(empty_register, files, usb, monkeypatch):
    real = copying.copy_file

    def torn(source, target):
        told = real(source, target)
        damage(target)
        return told

    monkeypatch.setattr(copying, "copy_file", torn)
    with pytest.raises(Refusal, match="出错"):
        back_up(empty_register, usb)
    assert names(usb) == []


def test_a_register_whose_trail_was_tampered_with_is_no_backup(empty_register, files, usb):
    execute(empty_register, "DROP TRIGGER audit_no_update")
    execute(empty_register, "UPDATE audit SET act = 'other' WHERE seq = 1")
    with pytest.raises(Refusal, match="audit 1: changed"):
        back_up(empty_register, usb)
    assert names(usb) == []


def test_every_table_that_speaks_of_files_is_asked(empty_register, files):
    execute(empty_register, "CREATE TABLE later (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL) STRICT")
    execute(empty_register, "INSERT INTO later (sha256) VALUES ('ab')")
    assert copies.named_files(empty_register) == {*files, "ab"}


def test_a_backup_of_a_register_where_nobody_is_yet_can_be_made(empty_register, usb):
    assert back_up(empty_register, usb).manifest.files == {}
    add_person(empty_register)
