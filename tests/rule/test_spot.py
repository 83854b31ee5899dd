"""The draw of a spot check: anybody draws the same again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rule import spot
from tracker.rule.refusals import Refusal, Refusals

numbers = st.sets(st.integers(1, 999_999).map(lambda n: f"XH2026-{n:06d}"), min_size=1, max_size=60)
seeds = st.text(st.characters(codec="utf-8", exclude_characters="|"), min_size=1, max_size=20)


def test_a_lot_is_the_hash_of_seed_and_number_as_the_shell_makes_it():
    # printf %s '2026-06|XH2026-000001' | sha256sum, and so on
    lots = [spot.ticket("2026-06", f"XH2026-00000{n}")[:16] for n in (1, 2, 3)]
    assert lots == ["f0920d6949012c01", "564108c55fd44a7b", "e872fd419af7c2ab"]
    assert spot.drawn(["XH2026-000001", "XH2026-000002", "XH2026-000003"], "2026-06", 34) == (
        "XH2026-000002",
        "XH2026-000003",
    )


@given(numbers, seeds, st.integers(1, 100), st.randoms())
def test_the_same_pool_and_seed_draw_the_same_in_any_order(pool, seed, percent, random):
    nos = sorted(pool)
    again = nos.copy()
    random.shuffle(again)
    assert spot.drawn(nos, seed, percent) == spot.drawn(again, seed, percent)


@given(numbers, seeds, st.integers(1, 100))
def test_the_share_is_kept_and_never_none(pool, seed, percent):
    found = spot.drawn(pool, seed, percent)
    assert len(found) == len(set(found)) == spot.size_of(len(pool), percent)
    assert set(found) <= pool
    assert len(found) >= 1
    assert (len(found) - 1) * 100 < len(pool) * percent <= len(found) * 100


@given(numbers, seeds, st.integers(1, 99))
def test_a_larger_share_draws_the_same_cases_and_more(pool, seed, percent):
    assert spot.drawn(pool, seed, percent + 1)[: spot.size_of(len(pool), percent)] == spot.drawn(pool, seed, percent)


TODAY = date(2026, 6, 17)


@pytest.mark.parametrize(
    ("since", "until", "percent", "seed", "words"),
    [
        (None, date(2026, 6, 16), 10, "", "请填写开始日期"),
        (date(2026, 6, 1), None, 10, "", "请填写结束日期"),
        (date(2026, 6, 1), TODAY, 10, "", "结束日期应早于今天"),
        (date(2026, 6, 9), date(2026, 6, 8), 10, "", "开始日期不能晚于结束日期"),
        (date(2026, 6, 1), date(2026, 6, 8), 0, "", "抽查比例应为 1 到 100"),
        (date(2026, 6, 1), date(2026, 6, 8), 101, "", "抽查比例应为 1 到 100"),
        (date(2026, 6, 1), date(2026, 6, 8), None, "", "抽查比例应为 1 到 100"),
        (date(2026, 6, 1), date(2026, 6, 8), 10, "a|b", "随机种子"),
        (date(2026, 6, 1), date(2026, 6, 8), 10, "x" * 61, "随机种子"),
    ],
)
def test_what_cannot_be_drawn_is_named(since, until, percent, seed, words):
    with pytest.raises(Refusals, match=words):
        spot.check_draw(since, until, percent, seed, TODAY)


def test_a_result_says_passed_or_why_not():
    spot.check_result(waits=True, involved=False, result="passed", text="")
    for changes, words in (
        ({"waits": False}, "没有等待结果的抽查"),
        ({"involved": True}, "不能抽查自己承办或销项的件"),
        ({"result": ""}, "请选择合格或不合格"),
        ({"result": "failed"}, "不合格的，请写明问题"),
    ):
        given = {"waits": True, "involved": False, "result": "passed", "text": "", **changes}
        with pytest.raises((Refusal, Refusals), match=words):
            spot.check_result(**given)
