"""The overdue list: SQL and rule say the same, on the due day too; both lists are index range reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.rule.china import CHINA
from tracker.clock import to_text
from tracker.rule.stages import RULE_1, Light, deadlines, light
from tracker.store import cases, overdue
from tracker.store import deadlines as limits
from tracker.store import overdue_sql as sql
from tracker.store.database import execute, insert, rows, writing
from tracker.store.overdue import Wanted
from tracker.store.spans import late, near, normal

ZONE = ZoneInfo("Asia/Shanghai")
RECEIVED = datetime(2026, 6, 13, 1, 5, tzinfo=UTC)  # Saturday 09:05 in Shanghai
CONTACT_DUE = datetime(2026, 6, 14, 16, tzinfo=UTC)  # Sunday 24:00
SECOND = timedelta(seconds=1)
RUNNING = ("open", "backfill")


def make_case(
    db: Database,
    received_at: datetime = RECEIVED,
    done: dict[str, datetime] | None = None,
    states: dict[str, str] | None = None,
    **changes: object,
) -> int:
    """A case with its four limits; ``done`` says which stages were done when, ``states`` how others stand."""
    done, states = done or {}, states or {}
    row = {
        "no": cases.next_no(db, "XH", received_at.year),
        "received_at": received_at,
        "received_from": "dispatch",
        "received_month": f"{received_at:%Y-%m}",
        "registered_at": received_at,
        "registered_by": None,
        "channel": "电话",
        "content": "厂里有异味",
        "place": "港南路88号",
        "title": "塑料制品厂异味",
    }
    case_id = cases.add(db, cases.NewRow(**{**row, **changes}))
    for due in deadlines(RULE_1, received_at, CHINA, ZONE):
        state = "done" if due.key in done else states.get(due.key, "open")
        limits.add(db, case_id, 1, received_at, [due], state=state, done_at=done.get(due.key))
    cases.refresh_next(db, case_id)
    return case_id


def make_person(db: Database, name: str) -> int:
    return insert(
        db,
        "INSERT INTO person (account, name, password_hash, created_at) VALUES (:name, :name, '', :at)",
        {"name": name, "at": to_text(RECEIVED)},
    )


@contextmanager
def discarded(db: Database) -> Iterator[None]:
    """What one example of a property writes is gone before the next."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        db.conn.execute("ROLLBACK")


def numbers(lines: tuple[overdue.OverdueLine, ...]) -> list[tuple[int, str, datetime]]:
    return [(line.case_id, line.limit, line.due_at) for line in lines]


def by_the_rule(db: Database, at: datetime, *, past: bool) -> list[tuple[int, str, datetime]]:
    """The list as the rule makes it, case by case: the nearest limit whose light is overdue at ``at``."""
    found = []
    for (case_id,) in rows(db, "SELECT id FROM cases"):
        case = cases.by_id(db, case_id)
        if not past and (case.historic or case.state == "closed"):
            continue
        late = []
        for limit in limits.of_case(db, case_id):
            ran = limit.state in RUNNING or (past and limit.state == "done" and limit.done_at > at)
            if ran and light(limit.key, limit.due_at, "open", None, at, RULE_1) is Light.OVERDUE:
                late.append((limit.due_at, limit.id, limit.key))
        if late:
            due_at, _, key = min(late)
            found.append((due_at, case_id, key))
    return [(case_id, key, due_at) for due_at, case_id, key in sorted(found)]


@pytest.mark.parametrize(
    ("at", "late"),
    [(CONTACT_DUE - SECOND, False), (CONTACT_DUE, True), (CONTACT_DUE + SECOND, True)],
    ids=["23:59:59 of the due day", "24:00", "a second later"],
)
def test_a_case_is_listed_from_the_instant_that_is_late(empty_register: Database, at: datetime, late: bool) -> None:
    make_case(empty_register)
    assert bool(overdue.live(empty_register, at)) is late
    assert overdue.count_live(empty_register, at) == late
    assert bool(overdue.as_of(empty_register, at)) is late
    assert overdue.count_as_of(empty_register, at) == late


INSTANTS = st.one_of(
    st.sampled_from([due.due_at for due in deadlines(RULE_1, RECEIVED, CHINA, ZONE)]).flatmap(
        lambda due: st.sampled_from([due - SECOND, due, due + SECOND])
    ),
    st.integers(0, 20 * 86_400).map(lambda n: RECEIVED + n * SECOND),
)
STANDING = st.one_of(st.sampled_from(["open", "ended", "paused", "unrecorded", "backfill"]), INSTANTS)
CASES = st.lists(
    st.tuples(st.integers(0, 2), st.fixed_dictionaries(dict.fromkeys([s.key for s in RULE_1.stages], STANDING))),
    max_size=5,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(drawn=CASES, at=INSTANTS, historic=st.booleans())
def test_the_lists_agree_with_the_rule(empty_register: Database, drawn, at: datetime, historic: bool) -> None:
    with discarded(empty_register):
        for days, standing in drawn:
            done = {key: drawn for key, drawn in standing.items() if isinstance(drawn, datetime)}
            states = {key: drawn for key, drawn in standing.items() if isinstance(drawn, str)}
            make_case(empty_register, RECEIVED + timedelta(days=days), done, states, historic=historic)
        for page, count, past in (
            (overdue.live, overdue.count_live, False),
            (overdue.as_of, overdue.count_as_of, True),
        ):
            expected = by_the_rule(empty_register, at, past=past)
            assert numbers(page(empty_register, at)) == expected
            assert count(empty_register, at) == len(expected)


def test_a_limit_met_later_was_open_before(empty_register: Database) -> None:
    done_at = CONTACT_DUE + timedelta(days=1)
    make_case(empty_register, done={"contact": done_at})
    assert [line.limit for line in overdue.as_of(empty_register, done_at - SECOND)] == ["contact"]
    assert overdue.as_of(empty_register, done_at) == ()


def test_a_stage_that_was_ended_early_was_open_until_its_end_was_approved(empty_register: Database) -> None:
    case_id = make_case(empty_register, states={stage.key: "ended" for stage in RULE_1.stages})
    asker, decider = make_person(empty_register, "王建国"), make_person(empty_register, "周明")
    approved = CONTACT_DUE + timedelta(hours=5)
    execute(
        empty_register,
        "INSERT INTO request (case_id, round, kind, ground, reason, asked_at, asked_by, decided_at, decided_by,"
        " decision) VALUES (:case, 1, 'end', 'not_ours', '转出', :at, :asker, :at, :decider, 'approved')",
        {"case": case_id, "asker": asker, "decider": decider, "at": to_text(approved)},
    )
    assert len(overdue.as_of(empty_register, approved - SECOND)) == 1
    assert overdue.as_of(empty_register, approved) == ()
    assert overdue.live(empty_register, approved - SECOND) == ()


def test_a_new_round_does_not_reach_back(empty_register: Database) -> None:
    met = CONTACT_DUE - timedelta(hours=1)
    case_id = make_case(empty_register, done={stage.key: met for stage in RULE_1.stages})
    again = RECEIVED + timedelta(days=30)
    limits.add(empty_register, case_id, 2, again, deadlines(RULE_1, again, CHINA, ZONE))
    assert overdue.as_of(empty_register, again) == ()
    assert len(overdue.as_of(empty_register, again + timedelta(days=3))) == 1


def test_history_counts_by_its_last_limit_and_stays_off_the_live_list(empty_register: Database) -> None:
    replied = RECEIVED + timedelta(days=20)
    unrecorded = dict.fromkeys(("contact", "inspection", "recheck"), "unrecorded")
    make_case(
        empty_register,
        done={"resolution": replied},
        states=unrecorded,
        historic=True,
        state="closed",
        closed_at=replied,
    )
    at = RECEIVED + timedelta(days=18)
    assert [(line.limit, line.historic) for line in overdue.as_of(empty_register, at)] == [("resolution", True)]
    assert overdue.as_of(empty_register, RECEIVED + timedelta(days=12)) == ()
    assert overdue.live(empty_register, at) == ()


def test_a_late_entry_that_waits_for_confirmation_stays_on_the_list_and_says_so(empty_register: Database) -> None:
    make_case(empty_register, states={"contact": "backfill"})
    (line,) = overdue.live(empty_register, CONTACT_DUE)
    assert line.backfill


def test_the_worst_case_comes_first_and_pages_follow_without_gap(empty_register: Database) -> None:
    for days in (3, 0, 2, 1, 0):
        make_case(empty_register, RECEIVED + timedelta(days=days))
    at = RECEIVED + timedelta(days=30)
    for page in (overdue.live, overdue.as_of):
        whole = page(empty_register, at)
        assert [line.case_id for line in whole] == [2, 5, 4, 3, 1]
        first = page(empty_register, at, size=2)
        assert first + page(empty_register, at, after=first[-1].place) == whole


def test_every_line_comes_in_one_piece(empty_register: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overdue, "BATCH", 2)
    for _ in range(5):
        make_case(empty_register)
    for past in (False, True):
        assert [line.case_id for line in overdue.every(empty_register, CONTACT_DUE, past=past)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("page", [overdue.live, overdue.as_of])
def test_a_line_says_what_the_list_shows(empty_register: Database, page) -> None:
    handler = make_person(empty_register, "王建国")
    execute(empty_register, "INSERT INTO street (id, name) VALUES (4, '新港街道')")
    execute(empty_register, "INSERT INTO unit (id, name) VALUES (7, '执法二中队')")
    case_id = make_case(empty_register, handler_id=handler, street_id=4, unit_id=7, categories=("23", "11"))
    execute(
        empty_register,
        "INSERT INTO reminder (owed_key, case_id, rung, recipient_id, owed_at, planned_at, shown_at)"
        " VALUES ('a', :case, 'due_day', :who, :at, :at, :at)",
        {"case": case_id, "who": handler, "at": "2026-06-14T00:30:00Z"},
    )
    (line,) = page(empty_register, CONTACT_DUE)
    assert line == overdue.OverdueLine(
        case_id=case_id,
        no="XH2026-000001",
        title="塑料制品厂异味",
        categories=("大气·恶臭异味", "噪声·工业"),
        limit="contact",
        due_at=CONTACT_DUE,
        due_day=CONTACT_DUE.date(),
        provisional=False,
        backfill=False,
        asked=False,
        received_at=RECEIVED,
        street="新港街道",
        handler_id=handler,
        handler="王建国",
        unit="执法二中队",
        state="open",
        round=1,
        historic=False,
        joined=0,
        lead_no="",
        last_reminded_at=datetime(2026, 6, 14, 0, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize("page", [overdue.live, overdue.as_of])
def test_the_list_is_narrowed_by_handler_street_unit_and_limit(empty_register: Database, page) -> None:
    one, other = make_person(empty_register, "王建国"), make_person(empty_register, "周明")
    execute(empty_register, "INSERT INTO street (id, name) VALUES (4, '新港街道')")
    execute(empty_register, "INSERT INTO unit (id, name) VALUES (7, '执法二中队')")
    mine = make_case(empty_register, handler_id=one, street_id=4)
    theirs = make_case(empty_register, handler_id=other, unit_id=7, done={"contact": RECEIVED})
    at = RECEIVED + timedelta(days=5)

    def found(**wanted: object) -> list[int]:
        return [line.case_id for line in page(empty_register, at, Wanted(**wanted))]

    assert found() == [mine, theirs]
    assert found(handler_id=one) == found(street_id=4) == found(limit="contact") == [mine]
    assert found(handler_id=other) == found(unit_id=7) == found(limit="inspection") == [theirs]
    assert found(handler_id=one, limit="inspection") == []


@pytest.mark.parametrize(
    ("before_due", "shown"),
    [
        (timedelta(hours=4, seconds=1), "normal"),
        (timedelta(hours=4), "near"),
        (SECOND, "near"),
        (timedelta(0), "overdue"),
    ],
    ids=str,
)
def test_the_counts_by_light_agree_with_the_rule(empty_register: Database, before_due: timedelta, shown: str) -> None:
    make_case(empty_register)
    at = CONTACT_DUE - before_due
    assert light("contact", CONTACT_DUE, "open", None, at, RULE_1) == shown
    assert overdue.lights(empty_register, at, RULE_1) == overdue.Lights(
        **{"overdue": 0, "near": 0, "normal": 0, "waiting": 0, shown: 1}
    )


def test_other_stages_are_near_a_day_before(empty_register: Database) -> None:
    make_case(empty_register, done={"contact": RECEIVED})
    due = deadlines(RULE_1, RECEIVED, CHINA, ZONE)[1].due_at
    assert overdue.lights(empty_register, due - timedelta(days=1), RULE_1).near == 1
    assert overdue.lights(empty_register, due - timedelta(days=1) - SECOND, RULE_1).near == 0


def test_a_case_before_its_review_is_counted_as_waiting(empty_register: Database) -> None:
    done = {stage.key: RECEIVED for stage in RULE_1.stages}
    make_case(empty_register, done=done, state="applied")
    assert overdue.lights(empty_register, CONTACT_DUE, RULE_1) == overdue.Lights(0, 0, 0, 1)


def plan(db: Database, statement: str) -> list[str]:
    names = re.findall(r":(\w+)", statement)
    return [r["detail"] for r in rows(db, "EXPLAIN QUERY PLAN " + statement, dict.fromkeys(names))]


def test_the_live_list_and_its_counts_are_index_range_reads(empty_register: Database) -> None:
    with writing(empty_register):
        for _ in range(50):
            make_case(empty_register)
    page = plan(empty_register, sql.LIVE["due"])
    assert page[0] == "SEARCH cases USING COVERING INDEX cases_next (next_due_at>? AND next_due_at<?)"
    assert not any(step.startswith("SCAN") and "(subquery" not in step for step in page)
    count, lights = plan(empty_register, sql.LIVE_COUNT), plan(empty_register, sql.LIGHTS)
    assert count[0] == "SEARCH cases USING COVERING INDEX cases_next (next_due_at>? AND next_due_at<?)"
    assert lights[0] == "SEARCH cases USING COVERING INDEX cases_next (next_due_at>?)"
    of_a_card = "SEARCH card USING INDEX card_case (case_id=?)"  # asked where a card is asked for
    assert [step for step in (*count[1:], *lights[1:]) if "SEARCH cases" in step or "SCAN" in step] == []
    assert of_a_card in count
    assert of_a_card in lights
    assert "cases_open (state=?)" in plan(empty_register, sql.WAITING)[0]
    assert "SEARCH deadline USING INDEX deadline_due (due_at<?)" in plan(empty_register, sql.AS_OF["due"])


@pytest.mark.parametrize("before_due", [timedelta(hours=25), timedelta(hours=24), timedelta(hours=4), SECOND, -SECOND])
def test_each_light_has_its_list_and_the_lists_agree_with_the_counts(
    empty_register: Database, before_due: timedelta
) -> None:
    make_case(empty_register)
    make_case(empty_register, done={"contact": RECEIVED})
    at = CONTACT_DUE - before_due
    counts = overdue.lights(empty_register, at, RULE_1)
    for name, span in (("overdue", late(at)), ("near", near(at, RULE_1)), ("normal", normal(at, RULE_1))):
        lines = overdue.live(empty_register, at, span=span)
        assert len(lines) == getattr(counts, name) == overdue.count_live(empty_register, at, span=span)
        assert {light(line.limit, line.due_at, "open", None, at, RULE_1) for line in lines} <= {name}


@pytest.mark.parametrize("past", [False, True])
def test_the_list_has_three_orders_each_with_its_pages(empty_register: Database, past: bool) -> None:
    first = make_case(empty_register, RECEIVED)
    later = make_case(empty_register, RECEIVED + timedelta(days=1))
    quick = make_case(empty_register, RECEIVED + timedelta(hours=1), done={"contact": RECEIVED})
    at = RECEIVED + timedelta(days=30)
    page = overdue.as_of if past else overdue.live
    orders = {"due": [first, later, quick], "recent": [quick, later, first], "received": [first, quick, later]}
    for sort, expected in orders.items():
        found, after = [], None
        while lines := page(empty_register, at, sort=sort, after=after, size=2):
            found += [line.case_id for line in lines]
            after = lines[-1].place_in(sort)
        assert found == expected, sort
        assert [line.case_id for line in overdue.every(empty_register, at, past=past, sort=sort)] == expected


@pytest.mark.parametrize("page", [overdue.live, overdue.as_of])
def test_text_is_found_in_number_title_and_place_and_its_signs_stand_for_themselves(
    empty_register: Database, page
) -> None:
    one = make_case(empty_register, title="烧烤店油烟 100%", place="东湖路1号")
    other = make_case(empty_register, title="河道泡沫", place="港南路88号")

    def found(text: str) -> list[int]:
        return [line.case_id for line in page(empty_register, CONTACT_DUE, Wanted(text=text))]

    assert found("油烟") == found("东湖") == found("xh2026-000001") == found("100%") == [one]
    assert found("泡沫") == found("000002") == [other]
    assert found("%") == [one]
    assert found("_") == found("\\") == []


@pytest.mark.parametrize("past", [False, True])
def test_groups_say_how_many_and_how_bad_and_0_stands_for_nobody(empty_register: Database, past: bool) -> None:
    handler = make_person(empty_register, "王建国")
    make_case(empty_register, RECEIVED + timedelta(days=1), handler_id=handler)
    make_case(empty_register, RECEIVED, handler_id=handler, done={"contact": RECEIVED})
    make_case(empty_register, RECEIVED)
    at = RECEIVED + timedelta(days=30)
    groups = overdue.groups_as_of if past else overdue.groups
    page = overdue.as_of if past else overdue.live
    by_who = groups(empty_register, at, "who")
    assert [(g.key, g.size, g.worst) for g in by_who] == [
        (0, 1, CONTACT_DUE),
        (handler, 2, CONTACT_DUE + timedelta(days=1)),
    ]
    assert [g.key for g in groups(empty_register, at, "stage")] == ["contact", "inspection"]
    assert [g.key for g in groups(empty_register, at, "street")] == [0]
    for group in by_who:
        assert len(page(empty_register, at, Wanted(handler_id=group.key))) == group.size


def test_a_line_says_what_was_joined(empty_register: Database) -> None:
    lead = make_case(empty_register)
    for _ in range(2):
        make_case(empty_register, lead_case_id=lead)
    lines = overdue.live(empty_register, CONTACT_DUE)
    assert [(line.joined, line.lead_no) for line in lines] == [(2, ""), (0, "XH2026-000001"), (0, "XH2026-000001")]


def test_the_number_in_the_menu_is_an_index_range_read(empty_register: Database) -> None:
    handler = make_person(empty_register, "王建国")
    make_case(empty_register, handler_id=handler)
    make_case(empty_register)
    assert overdue.count_late(empty_register, CONTACT_DUE) == 2
    assert overdue.count_late(empty_register, CONTACT_DUE, handler) == 1
    assert overdue.count_late(empty_register, CONTACT_DUE - SECOND) == 0
    assert plan(empty_register, sql.ALL_LATE) == ["SEARCH cases USING COVERING INDEX cases_next (next_due_at<?)"]
    assert plan(empty_register, sql.MINE_LATE) == [
        "SEARCH cases USING INDEX cases_handler (handler_id=? AND next_due_at<?)"
    ]
