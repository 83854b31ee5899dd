"""make bench: what a tick costs with 100,000 open cases, and at three sizes of the register. Ratios of one run."""

from __future__ import annotations

from tests.bench import crowding, ticking

SIZES, DUE = (10_000, 100_000, 1_000_000), 30_000
#: So much more may an idle tick cost when the register is a hundred times as large.
MOST = 2.0
#: So much longer may the slowest twentieth take while the longest tick runs: three work then on two processors.
CROWDED = 8


def test_thirty_thousand_limits_of_one_morning(tmp_path):
    found = ticking.measure(tmp_path, 100_000, DUE)
    print(f"\n{found.due} limits of one morning among {found.cases} open cases")
    print(f"  planned   {found.planned:7.1f} s   {found.planned / found.due * 1000:.2f} ms each")
    print(f"  raised    {found.raised:7.1f} s   {found.shown} reminders in one tick")
    print(f"  idle tick {found.idle_ms:7.2f} ms of a processor")
    assert found.shown >= 2 * DUE  # the handler and the supervisor


def test_a_tick_costs_what_falls_due_and_not_what_the_register_holds(tmp_path):
    costs = [ticking.measure(tmp_path / str(size), size, 100) for size in SIZES]
    print("\n100 limits of one morning, in registers of three sizes")
    for cost in costs:
        print(f"  {cost.cases:9} cases   raised {cost.raised * 1000:7.1f} ms   idle {cost.idle_ms:6.2f} ms")
    assert costs[-1].idle_ms <= MOST * costs[0].idle_ms
    assert costs[-1].raised <= 2 * MOST * costs[0].raised


def test_the_office_goes_on_while_the_longest_tick_runs(tmp_path):
    found = crowding.measure(tmp_path, 100_000, DUE, 10)
    print(f"\n{found.shown} reminders in a tick of {found.seconds:.1f} s; p95 (longest) in ms, before it and during it")
    for what, pair in (("reading /overdue", found.reading), ("registering", found.registering)):
        print(f"  {what:18}" + "   ".join(f"{one.p95:6.1f} ({one.longest:.0f}) of {one.tries}" for one in pair))
        assert pair[1].p95 <= CROWDED * pair[0].p95
