"""make bench: what registering a case costs beside writing its rows. A ratio of one run, never a wall time."""

from __future__ import annotations

from tests.bench.registering import measure

MOST = 6


def test_registering_a_case_costs_at_most_six_times_its_rows(tmp_path):
    found = measure(tmp_path, 500)
    print(f"\n登记一件（{found.rows} 行，各自提交，synchronous=FULL）")
    print(f"  office.register   {found.act:7.2f} ms")
    print(f"  bare INSERTs      {found.raw:7.2f} ms")
    print(f"  ratio             {found.ratio:7.2f}    at most {MOST}")
    assert found.ratio <= MOST
