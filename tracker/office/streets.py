"""The list of streets, kept by the administrator."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import audit, streets
from tracker.store.database import writing
from tracker.store.streets import Street

NAME_LENGTH = 30
#: A row that is not kept yet has an id below this.
NEW = 0


def save(db: Database, actor: Actor, wanted: Iterable[Street], at: datetime) -> int:
    """Keep the list as it was typed; how many rows are new or different. A row without a name is no row.

    Raises Refusals; the field of each is ``name-ID`` or ``code-ID``.
    """
    bad: list[Refusal] = []
    with writing(db):
        kept = {street.id: street for street in streets.every(db)}
        changed = []
        for typed in wanted:
            try:
                street = _read(typed, known=typed.id in kept)
            except Refusal as refusal:
                bad.append(refusal)
                continue
            if street is not None and kept.get(street.id) != street:
                changed.append(street)
        everywhere = [*{**kept, **{s.id: s for s in changed}}.values()]
        known = [_ids(some) for some in twice(kept.values()).values()]
        bad.extend(_doubles(everywhere))
        bad.extend(_same_code(code, some) for code, some in twice(everywhere).items() if _ids(some) not in known)
        if bad:
            raise Refusals(bad)
        # Free every name that is given up before one is taken, so that two streets may swap theirs.
        for street in changed:
            if street.id in kept and kept[street.id].name != street.name:
                streets.change(db, Street(street.id, f"#{street.id}", "", street.active))
        for street in changed:
            if street.id in kept:
                streets.change(db, street)
            else:
                streets.add(db, street.name, street.code)
        if changed:
            detail = {"streets": [[s.id, s.name, s.code, s.active] for s in changed]}
            audit.append(
                db, at=at, person_id=actor.person_id, act="streets.changed", address=actor.address, detail=detail
            )
    return len(changed)


def _read(typed: Street, *, known: bool) -> Street | None:
    name = unicodedata.normalize("NFKC", typed.name).strip()
    code = unicodedata.normalize("NFKC", typed.code).strip().lower()
    if not name and not code and not known:
        return None
    if not name:
        raise Refusal(N_("请填写街道名称；不再使用的请取消勾选“使用”"), field=f"name-{typed.id}")
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise Refusal(N_("街道名称应在 %(n)s 个字以内，且不含控制字符"), field=f"name-{typed.id}", n=NAME_LENGTH)
    if not re.fullmatch(r"[a-z]{0,8}", code):
        raise Refusal(N_("简码应为拼音首字母，最多 8 个字母，例如 xg"), field=f"code-{typed.id}")
    return Street(typed.id, name, code, typed.active)


def twice(known: Iterable[Street]) -> dict[str, tuple[Street, ...]]:
    """The streets in use that share their letters, by these: what is typed then picks neither."""
    found: dict[str, tuple[Street, ...]] = {}
    for one in sorted(known, key=_in_order):
        if one.code and one.active:
            found[one.code] = (*found.get(one.code, ()), one)
    return {code: some for code, some in found.items() if len(some) > 1}


def _same_code(code: str, some: tuple[Street, ...]) -> Refusal:
    first, last = some[0], some[-1]
    words = N_("简码“%(code)s”已用于%(name)s，请换一个")
    return Refusal(words, field=f"code-{last.id}", code=code, name=first.name)


def _ids(some: Iterable[Street]) -> tuple[int, ...]:
    return tuple(one.id for one in some)


def _in_order(street: Street) -> tuple[bool, int]:
    """As they stand on the page: what is not kept yet comes last, though its id is below zero."""
    return street.id < NEW, abs(street.id)


def _doubles(all_streets: Iterable[Street]) -> list[Refusal]:
    seen: set[str] = set()
    bad = []
    for street in sorted(all_streets, key=_in_order):
        if street.name in seen:
            bad.append(Refusal(N_("街道“%(name)s”重复"), field=f"name-{street.id}", name=street.name))
        seen.add(street.name)
    return bad
