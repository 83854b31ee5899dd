"""Old cases brought in: what a letter becomes, and that a second run adds nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlite_utils import Database

from tests.factories import NOW
from tracker.office import desk, history
from tracker.office.history import Source, bring_in, office_of, preview
from tracker.rule.history import NO_PLACE, Brought, Letter
from tracker.store import audit, cases, deadlines, identity, overdue, reorders
from tracker.store.cases import NewRow
from tracker.store.database import row, rows, value, writing
from tracker.store.identity import Complainant

SHANGHAI = ZoneInfo("Asia/Shanghai")
LETTER = Letter(
    row=2,
    source_no="2549",
    received_at=datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC),
    received_from="letter",
    channel="网络/微信",
    title="工地夜间施工噪声",
    content="夜里两点还在打桩。",
    complainant="A00045581",
    reply="已责令停工。",
    replied_at=datetime(2019, 5, 12, 6, 56, 53, tzinfo=UTC),
)
DAY_15 = datetime(2019, 5, 10, 16, tzinfo=UTC)


def brought(db: Database, *letters: Letter, at: datetime = NOW, **options: object) -> Brought:
    return bring_in(db, Source("来信.xlsx", letters), to=office_of(db), at=at, **options)


def many(n: int) -> tuple[Letter, ...]:
    """Letters whose rows stand in the opposite order of their receipt."""
    return tuple(
        replace(LETTER, row=n + 1 - k, source_no=f"N{k}", received_at=LETTER.received_at + timedelta(minutes=k))
        for k in range(n)
    )


def test_a_letter_becomes_a_case_that_says_only_what_its_source_says(register: Database) -> None:
    assert brought(register, LETTER) == Brought(created=1)
    folder = desk.read(register, "XH2019-000001")
    case = folder.case
    assert (case.received_at, case.received_from, case.registered_at) == (LETTER.received_at, "letter", NOW)
    assert (case.channel, case.source_no, case.kind, case.place) == ("网络/微信", "2549", "投诉举报", NO_PLACE)
    assert (case.title, case.content) == (LETTER.title, LETTER.content)
    assert (case.historic, case.state, case.closed_at) == (True, "closed", LETTER.replied_at)
    assert (case.next_due_at, case.handler_id, case.rule_version) == (None, None, 1)
    assert [(stage.key, stage.state, stage.done_at) for stage in folder.stages] == [
        ("contact", "unrecorded", None),
        ("inspection", "unrecorded", None),
        ("recheck", "unrecorded", None),
        ("resolution", "done", LETTER.replied_at),
    ]
    assert folder.stages[3].due_at == DAY_15
    (reply,) = folder.facts
    assert (reply.kind, reply.happened_at, reply.recorded_at) == ("reply", LETTER.replied_at, NOW)
    assert (reply.recorded_by, reply.body["text"], reply.body["form"]) == (None, "已责令停工。", "平台答复")


def test_the_writer_is_encrypted_and_nowhere_else(register: Database) -> None:
    canary = "诉求人甲乙丙"
    brought(register, replace(LETTER, complainant=canary, phone="13812345678"))
    assert identity.get(register, 1) == Complainant(canary, "13812345678")
    assert identity.same_phone(register, "138 1234 5678") == (1,)
    for (table,) in rows(register, "SELECT name FROM sqlite_schema WHERE type = 'table'"):
        for found in rows(register, f'SELECT * FROM "{table}"'):  # noqa: S608
            assert canary not in str(tuple(found))
            assert "13812345678" not in str(tuple(found))


def test_a_letter_without_a_reply_is_open_history(register: Database) -> None:
    assert brought(register, replace(LETTER, reply="", replied_at=None)) == Brought(created=1, unanswered=1)
    folder = desk.read(register, "XH2019-000001")
    assert (folder.case.state, folder.case.closed_at, folder.case.next_due_at) == ("open", None, None)
    assert [(stage.state) for stage in folder.stages] == ["unrecorded"] * 3 + ["open"]
    assert not folder.facts
    assert overdue.count_live(register, NOW) == 0
    assert [line.limit for line in overdue.as_of(register, NOW)] == ["resolution"]


def test_only_the_last_limit_makes_a_letter_late(register: Database) -> None:
    brought(register, LETTER)
    just_before = timedelta(seconds=1)
    assert overdue.count_as_of(register, DAY_15 - just_before) == 0
    assert overdue.count_as_of(register, DAY_15) == 1
    assert overdue.count_as_of(register, LETTER.replied_at - just_before) == 1
    assert overdue.count_as_of(register, LETTER.replied_at) == 0


def test_history_plans_no_reminders(register: Database) -> None:
    brought(register, LETTER, replace(LETTER, source_no="2550", reply="", replied_at=None))
    assert value(register, "SELECT count(*) FROM reminder") == 0


def test_numbers_follow_the_order_of_receipt_and_the_year_of_the_office(register: Database) -> None:
    new_year = datetime(2019, 12, 31, 16, tzinfo=UTC)
    late = replace(LETTER, source_no="b", received_at=new_year, replied_at=new_year)
    before = replace(LETTER, source_no="a", received_at=new_year - timedelta(seconds=1), replied_at=new_year)
    brought(register, late, before, LETTER)
    assert [
        (r["no"], r["source_no"], r["received_month"]) for r in rows(register, "SELECT * FROM cases ORDER BY id")
    ] == [
        ("XH2019-000001", "2549", "2019-04"),
        ("XH2019-000002", "a", "2019-12"),
        ("XH2020-000001", "b", "2020-01"),
    ]


def test_until_the_office_is_set_up_numbers_begin_with_ts(empty_register: Database) -> None:
    assert office_of(empty_register).prefix == "TS"
    brought(empty_register, LETTER)
    assert cases.by_no(empty_register, "TS2019-000001").source_no == "2549"


def test_a_second_run_changes_nothing(register: Database) -> None:
    letters = many(7)
    brought(register, *letters)
    before = [tuple(r) for r in rows(register, "SELECT * FROM cases")]
    assert brought(register, *letters, at=NOW + timedelta(days=1)) == Brought(unchanged=7)
    assert [tuple(r) for r in rows(register, "SELECT * FROM cases")] == before
    assert value(register, "SELECT count(*) FROM fact") == 7


def test_a_row_that_stands_twice_in_a_file_is_one_case(register: Database) -> None:
    again = replace(LETTER, row=3)
    for expected in (Brought(created=1, unchanged=1), Brought(unchanged=2)):
        assert preview(register, Source("a", (LETTER, again))) == expected
        assert brought(register, LETTER, again) == expected


def test_a_reply_that_came_later_closes_the_case(register: Database) -> None:
    brought(register, replace(LETTER, reply="", replied_at=None))
    later = NOW + timedelta(days=1)
    assert brought(register, LETTER, at=later) == Brought(updated=1)
    folder = desk.read(register, "XH2019-000001")
    assert (folder.case.state, folder.case.closed_at, folder.case.version) == ("closed", LETTER.replied_at, 2)
    assert (folder.stages[3].state, folder.stages[3].done_at) == ("done", LETTER.replied_at)
    assert folder.stages[3].fact_id == folder.facts[0].id
    assert brought(register, LETTER) == Brought(unchanged=1)


def test_a_reply_that_was_corrected_is_added_and_the_old_one_is_kept(register: Database) -> None:
    brought(register, LETTER)
    corrected = replace(LETTER, reply="已立案查处。", replied_at=LETTER.replied_at + timedelta(days=1))
    assert brought(register, corrected) == Brought(updated=1)
    folder = desk.read(register, "XH2019-000001")
    assert [fact.body["text"] for fact in folder.facts] == ["已责令停工。", "已立案查处。"]
    assert folder.stages[3].done_at == folder.case.closed_at == corrected.replied_at
    detail = audit.of_case(register, folder.case.id)[0].detail
    assert detail["closed_at"] == ["2019-05-12T06:56:53Z", "2019-05-13T06:56:53Z"]


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"received_at": LETTER.received_at + timedelta(days=1)}, "received_at", "收到时间与那时不同"),
        ({"title": "另一件事"}, "title", "标题与那时不同"),
        ({"content": "另一件事。"}, "content", "内容与那时不同"),
        ({"reply": "", "replied_at": None}, "replied_at", "那时有答复"),
    ],
)
def test_a_row_that_contradicts_its_case_is_refused(
    register: Database, changes: dict[str, object], field: str, says: str
) -> None:
    brought(register, LETTER)
    contradicting = replace(LETTER, row=9, **changes)
    found = brought(register, contradicting)
    assert preview(register, Source("a", (contradicting,))).rejected[0].row == 9
    ((rejected),) = found.rejected
    assert (rejected.row, rejected.field) == (9, field)
    assert says in str(rejected.why)
    assert "XH2019-000001" in str(rejected.why)
    assert cases.by_no(register, "XH2019-000001").version == 1


def test_a_number_of_a_case_under_way_is_left_to_the_case(register: Database) -> None:
    with writing(register):
        new = NewRow("XH2019-000001", LETTER.received_at, "letter", "2019-04", NOW, None, "网络/微信", "x", "y", "z")
        cases.add(register, replace(new, source_no="2549"))
    (rejected,) = brought(register, LETTER).rejected
    assert rejected.field == "source_no"
    assert "不是历史件" in str(rejected.why)


@pytest.mark.parametrize(
    ("changes", "unchanged", "says"),
    [
        ({"reply": "", "replied_at": None}, 1, ""),
        ({"reply": "", "replied_at": None, "received_at": LETTER.received_at + timedelta(days=2)}, 1, ""),
        ({"received_at": LETTER.received_at + timedelta(days=3)}, 0, "来源重新交办的，请在该件登记"),
        ({"received_at": LETTER.received_at + timedelta(days=1)}, 0, "不是历史件"),
    ],
)
def test_an_order_that_a_case_under_way_has_already_changes_nothing_and_a_later_one_is_left_to_its_page(
    register: Database, make_actor, changes, unchanged, says
) -> None:
    with writing(register):
        new = NewRow("XH2019-000001", LETTER.received_at, "letter", "2019-04", NOW, None, "网络/微信", "x", "y", "z")
        case_id = cases.add(register, replace(new, source_no="2549"))
        again = LETTER.received_at + timedelta(days=2)
        reorders.add(register, case_id, 2, again, "再次来信", NOW, make_actor().person_id)
    found = brought(register, replace(LETTER, **changes))
    assert found.unchanged == unchanged
    assert [says in str(one.why) for one in found.rejected] == [True] * (1 - unchanged)
    assert cases.by_no(register, "XH2019-000001").version == 1


def test_a_preview_says_the_same_and_writes_nothing(register: Database) -> None:
    letters = (*many(3), replace(LETTER, reply="", replied_at=None))
    expected = Brought(created=4, unanswered=1)
    assert preview(register, Source("a", letters)) == expected
    assert value(register, "SELECT count(*) FROM cases") == 0
    assert brought(register, *letters) == expected


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": "另一件事"}, "编号与第 2 行相同，但标题不同"),
        ({"reply": "", "replied_at": None}, "编号与第 2 行相同，那一行有答复"),
    ],
)
def test_a_preview_names_the_row_and_not_a_case_that_it_did_not_make(
    register: Database, changes: dict[str, object], says: str
) -> None:
    (rejected,) = preview(register, Source("a", (LETTER, replace(LETTER, row=LETTER.row + 7, **changes)))).rejected
    assert says in str(rejected.why)


def test_the_whole_file_or_nothing(register: Database) -> None:
    brought(register, LETTER)
    rest = [letter for letter in many(450) if letter.source_no != "2549"]
    wrong = replace(LETTER, title="另一件事")
    assert brought(register, *rest, wrong, whole=True).created == 0
    assert value(register, "SELECT count(*) FROM cases") == 1
    assert brought(register, *rest, whole=True).created == 450


def test_progress_is_told_after_each_batch(register: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "BATCH", 3)
    told: list[tuple[int, int]] = []
    brought(register, *many(7), progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 7), (6, 7), (7, 7)]


def test_a_run_that_broke_off_is_finished_by_the_next(register: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "BATCH", 3)

    def break_off(done: int, total: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        brought(register, *many(7), progress=break_off)
    assert value(register, "SELECT count(*) FROM cases") == 6
    assert brought(register, *many(7)) == Brought(created=1, unchanged=6)
    assert value(register, "SELECT max(no) FROM cases") == "XH2019-000007"


def test_each_case_and_the_file_are_on_record(register: Database, make_actor) -> None:
    clerk = make_actor(roles=("clerk",))
    source = Source("来信.xlsx", many(2), unreadable=1)
    bring_in(register, source, to=office_of(register), at=NOW, by=clerk)
    found = [
        (r["act"], r["case_id"], r["person_id"], r["address"], json.loads(r["detail"]))
        for r in rows(register, "SELECT * FROM audit WHERE act LIKE 'import%' ORDER BY seq")
    ]
    assert [entry[:2] for entry in found] == [("import", 1), ("import", 2), ("import.file", None)]
    assert {entry[2:4] for entry in found} == {(clerk.person_id, clerk.address)}
    assert found[0][4] == {"no": "XH2019-000001", "file": "来信.xlsx", "row": 3, "fact": 1}
    assert found[2][4] == {
        **{"file": "来信.xlsx", "rows": 3, "created": 2, "updated": 0, "unchanged": 0},
        **{"unanswered": 0, "rejected": 1},
    }
    assert audit.verify(register) is None


def test_the_limits_are_counted_from_the_letter_in_the_zone_of_the_office(register: Database) -> None:
    brought(register, replace(LETTER, received_at=datetime(2019, 4, 25, 15, 59, 59, tzinfo=UTC)))
    case_id = row(register, "SELECT id FROM cases")["id"]
    assert deadlines.of_case(register, case_id)[-1].due_at == DAY_15
