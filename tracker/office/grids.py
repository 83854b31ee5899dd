"""The list of grids, kept by the administrator and the supervisors."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from tracker.office import dispatch
from tracker.office.actors import Actor
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import audit, choices, grids
from tracker.store.database import writing
from tracker.store.grids import Grid

NAME_LENGTH = 30
#: A row that is not kept yet has an id below this.
NEW = 0


def save(db: Database, actor: Actor, wanted: Iterable[Grid], at: datetime) -> int:
    """Keep the list as it was typed; how many rows are new or different. A row without name and street is no row.

    Raises Refusals; the field of each is ``grid-ID-name``, ``-street`` or ``-who``.
    """
    bad: list[Refusal] = []
    with writing(db):
        kept = {one.id: _plain(one) for one in grids.every(db)}
        changed: list[Grid] = []
        taken = {(one.street_id, one.name): one.id for one in kept.values()}
        for typed in wanted:
            grid = replace(typed, name=unicodedata.normalize("NFKC", typed.name).strip())
            if grid.id <= NEW and not grid.name and not grid.street_id:
                continue
            found = _problems(db, grid, kept.get(grid.id), taken)
            bad += found
            if not found and kept.get(grid.id) != grid:
                changed.append(grid)
                taken[(grid.street_id, grid.name)] = grid.id
        if bad:
            raise Refusals(bad)
        for grid in changed:
            if grid.id in kept:
                grids.change(db, grid)
            else:
                grids.add(db, grid)
        if changed:
            detail = {"grids": [[one.id, one.street_id, one.name, one.handler_id, one.active] for one in changed]}
            audit.append(
                db, at=at, person_id=actor.person_id, act="grids.changed", address=actor.address, detail=detail
            )
    return len(changed)


def _plain(one: Grid) -> Grid:
    """The row as it is typed, without the names that are shown beside it."""
    return Grid(one.id, one.street_id, one.name, one.handler_id, one.active)


def _problems(db: Database, grid: Grid, before: Grid | None, taken: dict[tuple[int, str], int]) -> list[Refusal]:
    field = f"grid-{grid.id}"
    found = []
    if not grid.name:
        found.append(Refusal(N_("请填写网格名称；不再使用的请取消勾选“使用”"), field=f"{field}-name"))
    if len(grid.name) > NAME_LENGTH or not grid.name.isprintable():
        words = N_("网格名称应在 %(n)s 个字以内，且不含控制字符")
        found.append(Refusal(words, field=f"{field}-name", n=NAME_LENGTH))
    if not grid.street_id or any(choices.unknown(db, grid.street_id, ())):
        found.append(Refusal(N_("请选择网格所在的街道"), field=f"{field}-street"))
    if taken.get((grid.street_id, grid.name), grid.id) != grid.id:
        found.append(Refusal(N_("同一街道里网格“%(name)s”重复"), field=f"{field}-name", name=grid.name))
    if grid.handler_id is not None and (before is None or before.handler_id != grid.handler_id):
        try:
            dispatch.handler(db, grid.handler_id)
        except Refusal as refusal:
            found.append(Refusal(refusal.message, field=f"{field}-who"))
    return found
