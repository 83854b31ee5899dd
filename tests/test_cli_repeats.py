"""``tracker repeats``: both figures with what they are a part of, and the places of several cases."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from tests.factories import NOW, make_case
from tests.office.conftest import Team
from tracker.cli import main
from tracker.office import linking
from tracker.store import audit, joins

DAY = timedelta(days=1)


@pytest.fixture
def run(home, monkeypatch, capsys):
    monkeypatch.setenv("TRACKER_HOME", str(home))

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            main(["repeats", "--from", "2026-06-17", "--to", "2026-06-30", *arguments])
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    return call


@pytest.fixture
def cases(register, make_actor):
    clerk = make_actor()
    phones = ("13800000000", "13800000000", "13900000001")
    return [make_case(register, clerk, NOW + n * DAY, phone=phone) for n, phone in enumerate(phones)]


def test_both_figures_are_printed_with_numerator_and_denominator(run, cases):
    code, out, _err = run()
    assert code == 0
    assert "2026-06-17 至 2026-06-30 收到并受理 3 件" in out
    told = [re.split(r"\s+", line) for line in out.splitlines()[1:]]
    assert told == [["重复投诉率", "2/3", "66.7%"], ["同诉人重复", "1/3", "33.3%"], ["同点位多人", "1/3", "33.3%"]]


def test_a_base_of_nothing_has_no_rate(run, register):
    _code, out, _err = run()
    assert "0/0" in out
    assert "—" in out


def test_as_json(run, cases):
    _code, out, _err = run("--json")
    assert json.loads(out) == {
        "from": "2026-06-17",
        "to": "2026-06-30",
        "days": 90,
        "accepted": 3,
        "repeats": 2,
        "same_complainant": 1,
        "same_place": 1,
    }


def test_the_places_of_several_cases(run, cases):
    _code, out, _err = run("--place")
    assert "同一地点 1 处，共 3 件" in out
    assert "港南路88号：3 件" in out
    assert all(case.no in out for case in cases)
    _code, out, _err = run("--place", "--json")
    (site,) = json.loads(out)["sites"]
    assert site == {"place": "港南路88号", "from_title": False, "cases": [case.no for case in cases]}


def test_what_is_under_way_is_not_linked(run, cases, register):
    _code, _out, err = run("--place", "--link")
    assert "新关联 0 件" in err


def test_those_of_the_past_are_linked_once_and_on_record(run, cases, register):
    with register.conn:
        register.conn.execute("UPDATE cases SET historic = 1")
    assert ["新关联 2 件" in run("--place", "--link")[2] for _time in range(2)] == [True, False]
    first, second, _third = cases
    assert [tie.no for tie in joins.links(register, second.id)] == [first.no]
    assert audit.of_case(register, second.id)[0].act == "link"


def test_a_supervisor_takes_back_what_the_command_line_linked(run, cases, register, home, make_actor):
    with register.conn:
        register.conn.execute("UPDATE cases SET historic = 1")
    run("--place", "--link")
    team = Team(register, home, make_actor)
    (tie,) = joins.links(register, cases[1].id)
    linking.undo(register, team.supervisor, cases[1].no, tie.id, NOW + 9 * DAY)
    assert joins.links(register, cases[1].id) == ()
    assert "新关联 0 件" in run("--place", "--link")[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--link",), "--link 与 --place 同用"), (("--to", "2026-06-01"), "早于第一天"), (("--to", "六月"), "不是日期")],
)
def test_what_cannot_be_is_said(run, register, arguments, words):
    code, _out, err = run(*arguments)
    assert code == 2
    assert words in err
