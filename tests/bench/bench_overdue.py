"""make bench: the overdue page at 100,000 cases beside a bare Flask page. A ratio of one run, never a wall time."""

from __future__ import annotations

import shutil

from tests.bench import register, serving

CASES = 100_000
SECONDS, RUNS = 2, 9
LEAST = 1 / 3


def test_the_overdue_page_serves_a_third_of_what_a_bare_page_serves(tmp_path):
    assert shutil.which("wrk"), "make bench needs wrk (apt-get install wrk)"
    register.fill(tmp_path, CASES).close()
    found = serving.measure(tmp_path, SECONDS, RUNS)
    how = f"granian {serving.WORKERS}×1，wrk {serving.CONNECTIONS} 连接，{RUNS}×{SECONDS} 秒"
    print(f"\n超期清单，50 行，共 {CASES} 件（{how}）")
    print(f"  the page          {found.page:7.0f} requests/s")
    print(f"  bare Flask page   {found.bare:7.0f} requests/s")
    print(f"  ratio             {found.ratio:7.2f}    at least {LEAST:.2f}")
    print(f"  CPU               {found.page_cpu:7.2f} ms a request, bare {found.bare_cpu:.2f}")
    assert found.ratio >= LEAST
