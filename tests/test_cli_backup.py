"""``tracker backup`` and ``tracker restore`` as the administrator runs them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from tests.backups import damage, names, office_with_files
from tests.faults.backup_damage import back_up_within
from tests.test_cli import tracker
from tracker import cli, cli_backup, run
from tracker.clock import now
from tracker.config import Config
from tracker.store.attachments import path_of
from tracker.store.backups import CHECKING, COPYING
from tracker.store.occupied import LOCK, occupy, try_lock
from tracker.store.register import DATABASE, KEY, STAGED, attachments, open_register


@pytest.fixture
def office(home: Path) -> Iterator[Database]:
    """A register with a case and two files; somebody has it open."""
    with closing(open_register(home, now())) as db:
        office_with_files(db, 2)
        yield db


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def only(folder: Path) -> Path:
    (one,) = folder.glob("tracker-*")
    return one


def test_a_backup_while_the_register_is_open_and_back_again(office, usb, home, tmp_path):
    done = tracker("backup", str(usb), home=home)
    assert done.returncode == 0, done.stderr
    made, key, disk = done.stdout.splitlines()
    assert made.startswith(f"已备份并核对 {only(usb)}：1 件，登记库 1 MB，附件 2 个，用时 ")
    assert key == f"密钥不在备份里：请另存一份 {home / KEY}，与备份分开放；没有它，备份不能恢复"
    assert "在同一块磁盘上" in disk
    assert done.stderr == ""
    checked = tracker("restore", "--check", str(only(usb)), home=home)
    assert (checked.returncode, "完好：" in checked.stdout, checked.stderr) == (0, True, "")
    there = tmp_path / "there"
    back = tracker("restore", str(only(usb)), "--key", str(home / KEY), home=there)
    assert back.returncode == 0, back.stderr
    assert back.stdout.startswith(f"已恢复到 {there}：")
    assert "补录" in back.stdout
    assert tracker("audit", "verify", home=there).stdout.startswith("3 条记录，全部完好")
    other = tmp_path / "other"
    assert (
        tracker("restore", str(only(usb)), "--into", str(other), "--key", str(home / KEY), home=there).returncode == 0
    )
    assert names(other) == ["attachments", "key", "tracker.db"]


def test_without_a_folder_it_lies_beside_the_data(office, home):
    done = tracker("backup", "--with-key", home=home)
    assert done.returncode == 0, done.stderr
    assert "备份里有密钥" in done.stdout
    assert (only(home.with_name("home-backups")) / KEY).is_file()


def test_the_oldest_gives_way(office, usb, home):
    for _ in range(3):
        done = tracker("backup", str(usb), "--keep", "2", home=home)
        assert done.returncode == 0, done.stderr
    assert "已删去较早的备份" in done.stdout
    assert len(list(usb.glob("tracker-*"))) == 2


def test_a_backup_tells_in_english(office, usb, home):
    done = tracker("backup", str(usb), home=home, TRACKER_LOCALE="en")
    assert done.stdout.startswith("Backed up and checked ")


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, (done.returncode, done.stdout)
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_no_register_to_back_up(usb, tmp_path):
    refused(tracker("backup", str(usb), home=tmp_path / "nobody"), "TRACKER_HOME")


def test_a_stick_that_is_not_plugged_in(office, usb, home):
    refused(tracker("backup", str(usb / "gone"), home=home), "没有", "如果是U盘，请确认已经插好")


def test_a_file_in_place_of_a_folder(office, usb, home):
    (usb / "x").write_text("x")
    refused(tracker("backup", str(usb / "x"), home=home), "没有")


def test_within_the_data(office, home):
    refused(tracker("backup", str(attachments(home)), home=home), "在数据文件夹")


def test_a_missing_file_is_named_and_allowed(office, usb, home):
    address = next(path.name for path in attachments(home).rglob("*") if path.is_file())
    path_of(attachments(home), address).unlink()
    refused(tracker("backup", str(usb), home=home), address, "--allow-missing")
    done = tracker("backup", str(usb), "--allow-missing", home=home)
    assert done.returncode == 0
    assert f"缺 1 个附件，清单里已写明，例如 {address}" in done.stdout


@pytest.mark.parametrize("size", [20_000, 300_000])
def test_a_file_system_that_takes_no_more_leaves_nothing_half(office, usb, home, size):
    refused(back_up_within(size, usb, home), "没有留下不完整的备份")
    assert names(usb) == []


def test_a_restore_while_the_program_runs(office, usb, home):
    tracker("backup", str(usb), home=home)
    with closing(occupy(home)):
        refused(tracker("restore", str(only(usb)), home=home), "正在使用，不能恢复", "tracker run")
    refused(tracker("restore", str(only(usb)), home=home), "正在使用，不能恢复")  # the office still has it open


def test_a_restore_of_nothing(usb, home):
    refused(tracker("restore", str(usb / "gone"), home=home), "不是一份完整的备份")
    refused(tracker("restore", str(usb), home=home), "不是一份完整的备份")
    assert not home.exists()


def test_a_folder_of_backups(office, usb, home):
    tracker("backup", str(usb), home=home)
    refused(tracker("restore", str(usb), home=home), "1 份备份", str(only(usb)))


def test_a_damaged_backup(office, usb, home):
    tracker("backup", str(usb), home=home)
    damage(only(usb) / DATABASE)
    refused(tracker("restore", "--check", str(only(usb)), home=home), "tracker.db 与制作时不同", "请换一份备份")


def test_no_key_and_a_wrong_key(office, usb, home, tmp_path):
    tracker("backup", str(usb), home=home)
    there = tmp_path / "there"
    refused(tracker("restore", str(only(usb)), home=there), "没有可用的密钥", "--key")
    (tmp_path / "wrong").write_bytes(b"x" * 32)
    refused(tracker("restore", str(only(usb)), "--key", str(tmp_path / "wrong"), home=there), "密钥标记", "--key")
    (tmp_path / "short").write_bytes(b"x")
    refused(tracker("restore", str(only(usb)), "--key", str(tmp_path / "short"), home=there), "应为 32 字节")
    refused(tracker("restore", str(only(usb)), "--key", str(tmp_path / "none"), home=there), "none", "不存在")
    assert not there.exists()


def test_the_program_does_not_start_while_a_backup_is_restored(office, home):
    with (home / LOCK).open("a+b") as file:
        assert try_lock(file)
        for command in ("web", "schedule", "overdue"):
            refused(tracker(command, home=home, TRACKER_PORT="18391"), "正在把备份恢复到")


def test_after_a_restore_that_was_cut_short_the_program_says_which_data_it_has(office, home, capsys):
    run._greet(Config(home=home), "127.0.0.1")
    assert "上次恢复" not in capsys.readouterr().out
    (home / STAGED).mkdir()
    (home / STAGED / DATABASE).touch()
    run._greet(Config(home=home), "127.0.0.1")
    assert "现在用的仍是恢复之前的数据" in capsys.readouterr().out


def test_an_account_without_a_name_backs_up_too(office, usb, home, monkeypatch):
    def nameless():
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(cli_backup.getpass, "getuser", nameless)
    monkeypatch.setenv("TRACKER_HOME", str(home))
    done = CliRunner().invoke(cli.tracker, ["backup", str(usb)])
    assert done.exit_code == 0, done.output


def test_at_a_terminal_it_tells_how_far_it_has_come(office, usb, home, monkeypatch, capsys):
    monkeypatch.setattr(cli_backup.sys.stderr, "isatty", lambda: True, raising=False)
    tell = cli_backup.progress(str)
    for done in range(1, 1000):
        tell(COPYING, done, 1000)
    tell(CHECKING, 0, 5 << 20)
    assert capsys.readouterr().err.splitlines() == ["复制附件 1/1000", "核对登记库 5 MB"]
