"""抽查: a share of the closed cases, drawn so that anybody can draw them again, and what the check found.

The draw: each case number of the pool is hashed with the seed, ``sha256(SEED + "|" + NUMBER)`` in UTF-8; the cases
with the smallest hashes, as hexadecimal text, are drawn. By hand: ``printf %s 'SEED|NUMBER' | sha256sum``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from tracker.rule.conduct import refuse_too_long
from tracker.rule.refusals import N_, Refusal, Refusals

SEED_MAX = 60
RESULTS = {"passed": N_("合格"), "failed": N_("不合格")}


def ticket(seed: str, no: str) -> str:
    """The lot of one case: the smaller, the sooner drawn."""
    return sha256(f"{seed}|{no}".encode()).hexdigest()


def size_of(pool: int, percent: int) -> int:
    """How many of ``pool`` are drawn: the share rounded up, so that a small pool is checked as well."""
    return -(-pool * percent // 100)


def drawn(nos: Iterable[str], seed: str, percent: int) -> tuple[str, ...]:
    """The numbers that are drawn, in the order of their lots. The order of ``nos`` does not matter."""
    pool = sorted(set(nos), key=lambda no: (ticket(seed, no), no))
    return tuple(pool[: size_of(len(pool), percent)])


def check_draw(since: date | None, until: date | None, percent: int | None, seed: str, today: date) -> None:
    """A stretch of days that is over, a share, and a seed that can be written down."""
    problems = []
    if since is None:
        problems.append(Refusal(N_("请填写开始日期"), field="since"))
    if until is None:
        problems.append(Refusal(N_("请填写结束日期"), field="until"))
    elif until >= today:
        problems.append(Refusal(N_("结束日期应早于今天，当天还会有销项的件"), field="until"))
    if since is not None and until is not None and since > until:
        problems.append(Refusal(N_("开始日期不能晚于结束日期"), field="since"))
    if percent is None or not 1 <= percent <= 100:
        problems.append(Refusal(N_("抽查比例应为 1 到 100 的整数"), field="percent"))
    if len(seed) > SEED_MAX or not seed.isprintable() or "|" in seed:
        problems.append(Refusal(N_("随机种子最多 %(n)s 个字符，不含竖线和控制字符"), field="seed", n=SEED_MAX))
    if problems:
        raise Refusals(problems)


def check_pool(size: int) -> None:
    """There is something to draw from."""
    if not size:
        raise Refusal(N_("这段时间没有销项的件"), field="since")


def check_result(*, waits: bool, involved: bool, result: str, text: str) -> None:
    """Found once for each case drawn, by somebody who neither handled nor closed it; a failure says why."""
    if not waits:
        raise Refusal(N_("本件没有等待结果的抽查，可能已由他人处理"))
    if involved:
        raise Refusal(N_("不能抽查自己承办或销项的件，请其他督办人员办理"))
    problems = []
    if result not in RESULTS:
        problems.append(Refusal(N_("请选择合格或不合格"), field="result"))
    if result == "failed" and not text:
        problems.append(Refusal(N_("不合格的，请写明问题"), field="text"))
    if problems:
        raise Refusals(problems)
    refuse_too_long(text=text)
