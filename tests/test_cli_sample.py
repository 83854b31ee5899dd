"""``tracker sample`` builds a register to try the program with, and touches no real one."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from tracker.cli_sample import sample as command
from tracker.office import sample
from tracker.rule.refusals import Refusal
from tracker.store.register import DATABASE, SAMPLE


def run(*arguments):
    return CliRunner().invoke(command, arguments)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(sample, "DAYS", 3)
    monkeypatch.setenv("TRACKER_LOCALE", "zh_Hans_CN")


def test_it_builds_the_sample_and_says_how_to_get_in(tmp_path):
    done = run("--home", str(tmp_path), "--at", "2026-06-17T10:24")
    assert done.exit_code == 0, done.output
    assert re.search(r"已建立示例库 .*sample\.db：\d+ 件，其中超期 \d+ 件", done.output)
    assert "先看示例" in done.output
    assert (tmp_path / SAMPLE).exists()
    assert not (tmp_path / DATABASE).exists()


def test_it_does_not_build_over_one_that_is_there(tmp_path):
    run("--home", str(tmp_path))
    done = run("--home", str(tmp_path))
    assert isinstance(done.exception, Refusal)
    assert "已经建好" in str(done.exception)


def test_without_a_folder_it_is_built_in_the_home_of_the_program(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "var"))
    assert run().exit_code == 0
    assert (tmp_path / "var" / SAMPLE).exists()


def test_a_time_that_is_none_is_refused_by_its_option(tmp_path):
    done = run("--home", str(tmp_path), "--at", "昨天")
    assert done.exit_code == 2
    assert "--at" in done.output
    assert not (tmp_path / SAMPLE).exists()
