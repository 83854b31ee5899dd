"""The files of a register: made together, and refused when they no longer belong together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracker.rule.refusals import Refusal
from tracker.store.register import DATABASE, KEY, SAMPLE, open_register

NOW = datetime(2026, 6, 18, 2, 0, tzinfo=UTC)


def test_the_first_opening_makes_the_folder_the_key_and_the_register(tmp_path):
    home = tmp_path / "var"
    open_register(home, NOW).close()
    assert (home / KEY).stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / DATABASE).is_file()


def test_a_register_without_its_key_is_refused_and_no_other_key_is_made(tmp_path):
    open_register(tmp_path, NOW).close()
    (tmp_path / KEY).unlink()
    for name in (DATABASE, SAMPLE):
        with pytest.raises(Refusal, match="备份"):
            open_register(tmp_path, NOW, name)
    assert not (tmp_path / KEY).exists()


def test_a_key_that_others_may_read_is_refused(tmp_path):
    open_register(tmp_path, NOW).close()
    (tmp_path / KEY).chmod(0o640)
    with pytest.raises(Refusal, match="chmod 600"):
        open_register(tmp_path, NOW)


def test_a_truncated_key_is_refused(tmp_path):
    (tmp_path / KEY).write_bytes(b"short")
    (tmp_path / KEY).chmod(0o600)
    with pytest.raises(Refusal, match="32 字节"):
        open_register(tmp_path, NOW)


def test_an_interrupted_first_start_can_be_started_again(tmp_path):
    """Killed between the key and the register: there is a key and nothing that it has encrypted."""
    open_register(tmp_path, NOW).close()
    (tmp_path / DATABASE).unlink()
    open_register(tmp_path, NOW).close()
    assert (tmp_path / DATABASE).is_file()
