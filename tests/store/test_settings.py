"""What the office has decided for itself."""

from __future__ import annotations

from datetime import time

import pytest

from tracker.rule.refusals import Refusals
from tracker.store import settings


def test_what_nobody_has_decided_has_its_default(register):
    office = settings.office(register)
    assert (office.name, office.prefix, office.zone.key) == ("示例区生态环境局", "XH", "Asia/Shanghai")
    assert (office.undo_minutes, office.repeat_days, office.attempts_needed) == (10, 90, 3)
    assert (office.send_from, office.send_until) == (time(8), time(20))


def test_what_was_saved_is_read_again(register):
    settings.save(register, {"undo_minutes": " 15 ", "send_from": "07:30", "locale": "en", "name": "另一个局"})
    office = settings.office(register)
    assert (office.undo_minutes, office.send_from, office.locale, office.name) == (15, time(7, 30), "en", "另一个局")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("undo_minutes", "61"),
        ("undo_minutes", "-1"),
        ("undo_minutes", "1" * 5000),
        ("repeat_days", "0"),
        ("repeat_days", "九十"),
        ("attempts_needed", "10"),
        ("send_from", "8 o'clock"),
        ("send_until", "24:01"),
        ("locale", "tlh"),
        ("zone", "Mars/Olympus"),
        ("prefix", "X1"),
        ("name", " "),
        ("colour", "red"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name_and_nothing_is_kept(register, key, value):
    before = settings.office(register)
    with pytest.raises(Refusals) as refused:
        settings.save(register, {"undo_minutes": "5", key: value})
    assert [item.field for item in refused.value.items] == [key]
    assert settings.office(register) == before


@pytest.mark.parametrize(
    "hours",
    [
        {"send_until": "00:00"},  # meant for midnight
        {"send_until": "08:00"},
        {"send_from": "20:30"},
        {"send_from": "20:00", "send_until": "08:00"},
    ],
)
def test_hours_in_which_no_message_would_ever_leave_are_refused(register, hours):
    before = settings.office(register)
    with pytest.raises(Refusals) as refused:
        settings.save(register, hours)
    assert [item.field for item in refused.value.items] == ["send_until"]
    assert settings.office(register) == before


def test_both_hours_may_move_at_once(register):
    settings.save(register, {"send_from": "21:00", "send_until": "23:59"})
    settings.save(register, {"send_from": "06:00", "send_until": "07:00"})
    assert settings.office(register).send_until == time(7)
