"""The machine that watches: is the program up, and does it do its work?"""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import timedelta

import pytest

from tests.factories import NOW
from tracker.store import heartbeat
from tracker.store.database import execute
from tracker.store.register import KEY

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def alive(register, make_person):
    make_person()
    heartbeat.beat(register, heartbeat.TICK, NOW)


def test_all_is_well(client, alive, clock):
    clock.forward(seconds=12)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    told = answer.json
    assert told.pop("disk_free_mb") > 100
    assert told == {"ready": True, "register": True, "scheduler": True, "heartbeat_seconds": 12, "disk": True}


def test_a_scheduler_that_missed_three_ticks_is_missed(client, alive, clock):
    clock.forward(seconds=60)
    assert client.get("/readyz").status_code == 200
    clock.forward(seconds=1)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json["ready"], answer.json["scheduler"], answer.json["heartbeat_seconds"]) == (False, False, 61)
    assert "提醒程序没有运行" in client.get("/login").text


def test_a_beat_from_a_clock_that_was_ahead_is_none(client, alive, clock):
    clock.at = NOW - timedelta(hours=1)
    assert client.get("/readyz").status_code == 503
    assert "提醒程序没有运行" in client.get("/login").text


def test_before_the_office_is_set_up_no_scheduler_is_missed(client, empty_register):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["heartbeat_seconds"] is None


def test_a_register_that_does_not_open_is_told(client, alive, home):
    client.application.extensions["tracker"].close()
    (home / KEY).unlink()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["register"] is False
    assert answer.json["disk"] is True


def test_a_register_that_breaks_and_comes_back_is_read_again(client, alive, register):
    execute(register, "ALTER TABLE heartbeat RENAME TO away")
    assert client.get("/readyz").status_code == 503
    execute(register, "ALTER TABLE away RENAME TO heartbeat")
    assert client.get("/readyz").status_code == 200


def test_a_disk_without_room_is_told(client, alive, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1, 1, 99 * 2**20))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json["disk"], answer.json["disk_free_mb"]) == (False, 99)


def test_every_page_says_that_the_disk_runs_out_before_it_is_full(client, sign_in, make_person, alive, monkeypatch):
    person = make_person()
    sign_in(client, person)
    assert "磁盘" not in client.get("/me").text
    for free, words in ((99 * 2**20, "磁盘只剩 99 MB，写满后不能登记"), (4096, "磁盘已满，不能登记，提醒也发不出")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: Usage(1, 1, free))
        page = client.get("/me").text
        assert words in page
        assert page.count('class="silent"') == 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1, 1, 100 * 2**20))
    assert "磁盘" not in client.get("/me").text


def test_a_full_disk_is_told_and_not_the_scheduler_that_it_stops(
    client, sign_in, make_person, alive, clock, monkeypatch
):
    sign_in(client, make_person())
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1, 1, 0))
    clock.forward(minutes=2)
    page = client.get("/me").text
    assert "磁盘已满" in page
    assert "提醒程序没有运行" not in page
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1, 1, 5 * 2**20))
    page = client.get("/me").text
    assert "磁盘只剩 5 MB" in page
    assert "提醒程序没有运行" in page, "it has room: something else keeps it from running"


def test_it_tells_nothing_about_anybody(client, alive):
    assert set(client.get("/readyz").json) == {
        "ready",
        "register",
        "scheduler",
        "heartbeat_seconds",
        "disk",
        "disk_free_mb",
    }


def test_healthz_is_what_it_was(client, alive, clock):
    clock.forward(days=1)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
