"""The disk under the register."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import NOW
from tracker.rule.refusals import Refusal
from tracker.store import disk
from tracker.store.disk import refuse_network
from tracker.store.register import open_register


@pytest.fixture(autouse=True)
def _mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system whose home folders lie on another machine, but for one."""
    table = tmp_path / "mounts"
    (tmp_path / "office files").mkdir()
    (tmp_path / "office files" / "local").mkdir()
    shared = str(tmp_path / "office files").replace(" ", "\\040")
    table.write_text(
        f"/dev/sda1 / ext4 rw 0 0\nserver:/export {shared} nfs4 rw 0 0\n/dev/sdb1 {shared}/local xfs rw 0 0\n"
    )
    monkeypatch.setattr(disk, "MOUNTS", table)


def test_a_register_on_a_network_file_system_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="网络文件系统（nfs4）") as refused:
        refuse_network(tmp_path / "office files" / "var")
    assert refused.value.field == "TRACKER_HOME"


@pytest.mark.parametrize("folder", ["var", "office files/local", "office files/local/var"])
def test_a_disk_of_this_machine_is_taken_also_below_a_network_one(tmp_path: Path, folder: str) -> None:
    refuse_network(tmp_path / folder)


def test_where_mounts_are_not_listed_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MOUNTS", tmp_path / "none")
    refuse_network(tmp_path / "office files")


def test_no_register_is_made_there(tmp_path: Path) -> None:
    home = tmp_path / "office files" / "var"
    with pytest.raises(Refusal):
        open_register(home, NOW)
    assert list(home.iterdir()) == []
