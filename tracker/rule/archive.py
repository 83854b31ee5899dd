"""归档: how long a closed case is kept. Nothing here removes anything: there is no delete in this product."""

from __future__ import annotations

from datetime import date


def keep_until(closed_on: date, years: int) -> date:
    """The last day of the retention period. It runs in whole years from 1 January after the closing.

    Source: 机关文件材料归档范围和文书档案保管期限规定 (国家档案局令第8号): periods of 10 and 30 years.
    """
    return date(closed_on.year + years, 12, 31)
