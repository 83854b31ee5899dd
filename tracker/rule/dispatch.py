"""派单: whom the office's table names for a case, and on which grounds a handler gives a dispatch back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.rule.refusals import N_, Refusal

#: 退回派单, inside the office; 退单 to the hotline is another act with grounds of its own.
RETURN_GROUNDS = {
    "area": N_("不在本人负责的街道"),
    "duty": N_("不属本人职责"),
    "double": N_("同一事项已由他人办理"),
    "unclear": N_("内容不清，无法办理"),
    "other": N_("其他"),
}


@dataclass(frozen=True)
class Line:
    """One line of the table. None stands for every street, or every category; names are for showing.

    ``works``: the handler is still there and still handles cases.
    """

    street_id: int | None
    category: str | None
    handler_id: int
    street: str = ""
    category_name: str = ""
    handler: str = ""
    works: bool = True
    grid_id: int | None = None
    grid: str = ""


def proposed(
    table: Iterable[Line], street_id: int | None, categories: Iterable[str], grid_id: int | None = None
) -> Line | None:
    """The line that speaks for a case: of its category in its street, else of its grid, else of its street, else of
    its category wherever it is.

    Of several categories the one named first counts. A handler who has left proposes nobody.
    """
    known = {(line.street_id, line.category, line.grid_id): line for line in table if line.works}
    kinds = tuple(categories)
    place = ((street_id, None, grid_id), (street_id, None, None))
    wanted = (*((street_id, kind, None) for kind in kinds), *place, *((None, kind, None) for kind in kinds))
    return next((known[place] for place in wanted if place in known), None)


def check_return(unsigned: bool, ground: str, reason: str) -> None:
    """Whoever has signed keeps the case; whoever has not says why it is not theirs."""
    if not unsigned:
        raise Refusal(N_("本件已签收。需要换人的，请督办人员改派"))
    if ground not in RETURN_GROUNDS:
        raise Refusal(N_("请选择退回派单的理由"), field="ground")
    if ground == "other" and not reason:
        raise Refusal(N_("请写明退回派单的理由"), field="reason")
