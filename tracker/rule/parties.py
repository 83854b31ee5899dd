"""协办人 and the other parties to a case: who they may be. A party has no account and is told nothing."""

from __future__ import annotations

from collections.abc import Collection

from tracker.rule.refusals import N_, Refusal, Refusals, too_long

ROLES = {"street": N_("街道"), "property": N_("物业"), "operator": N_("经营者"), "third": N_("第三方")}
NAME_MAX = 60


def check_co_handler(person_id: int, handler_id: int | None, known: Collection[int]) -> None:
    """Another handler than the one whose case it is, once."""
    if person_id == handler_id:
        raise Refusal(N_("承办人不能同时是协办人"), field="person_id")
    if person_id in known:
        raise Refusal(N_("已经是本件的协办人"), field="person_id")


def check_party(role: str, name: str, known: Collection[tuple[str, str]]) -> None:
    """A role of the list, a name that fits on a line, once."""
    found = []
    if role not in ROLES:
        found.append(Refusal(N_("请选择参与方的类型"), field="role"))
    if not name:
        found.append(Refusal(N_("请填写参与方的名称"), field="name"))
    found += too_long("name", name, NAME_MAX)
    if (role, name) in known:
        found.append(Refusal(N_("已经登记这个参与方"), field="name"))
    if found:
        raise Refusals(found)
