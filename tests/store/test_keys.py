"""The key file: made once, whole, for its owner alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.rule.refusals import Refusal
from tracker.store import keys
from tracker.store.keys import Keys, derive, key_for, load_key

TOP = Path(__file__).resolve().parents[2]
MAKE = """
import sys
from pathlib import Path
from tracker.store.keys import load_key
print(load_key(Path(sys.argv[1])).hex())
"""


def test_a_key_is_made_once_and_read_afterwards(tmp_path):
    key = load_key(tmp_path / "key")
    assert len(key) == 32
    assert load_key(tmp_path / "key") == key
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_four_processes_that_start_at_once_have_one_key(tmp_path):
    command = [sys.executable, "-c", MAKE, tmp_path / "key"]
    started = [subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    found = {process.communicate(timeout=60)[0].strip() for process in started}
    assert found == {(tmp_path / "key").read_bytes().hex()}
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_who_comes_second_takes_the_key_of_the_first(tmp_path, monkeypatch):
    """The race itself: the other process links its key into place after this one has seen none."""
    path = tmp_path / "key"
    real = os.link

    def late(fresh, target):
        if not path.exists():
            load_first()
        real(fresh, target)

    def load_first():
        monkeypatch.setattr(os, "link", real)
        load_key(path)

    monkeypatch.setattr(os, "link", late)
    assert load_key(path) == path.read_bytes()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused_by_its_path(tmp_path, mode):
    load_key(tmp_path / "key")
    (tmp_path / "key").chmod(mode)
    with pytest.raises(Refusal, match="chmod 600") as refused:
        load_key(tmp_path / "key")
    assert refused.value.params["path"] == tmp_path / "key"


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_size_is_refused(tmp_path, size):
    (tmp_path / "key").write_bytes(b"k" * size)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(Refusal, match="32 字节"):
        load_key(tmp_path / "key")


def test_each_purpose_has_a_key_of_its_own(tmp_path):
    one = derive(b"m" * 32)
    assert len({one.audit, one.identity, one.index, one.channel, b"m" * 32}) == 5
    assert one == derive(b"m" * 32) != derive(b"n" * 32)
    assert {len(getattr(one, name)) for name in Keys.__annotations__} == {32}


def test_a_key_is_on_disk_before_it_is_used(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (synced.append(os.readlink(f"/proc/self/fd/{handle}")), real(handle))
    )
    load_key(tmp_path / "key")
    assert len(synced) == 2
    assert synced[-1] == str(tmp_path)


def test_a_connection_without_its_key_can_neither_seal_nor_read(empty_register):
    keys._bound.pop(empty_register)
    with pytest.raises(LookupError, match="without its key"):
        key_for(empty_register)
