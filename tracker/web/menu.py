"""The words along the top, in their order, and where a person begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tracker.rule.refusals import N_
from tracker.store import outbox
from tracker.store.people import Person
from tracker.web import context, counts, scope

CASE_ROLES = ("clerk", "handler", "supervisor")


@dataclass(frozen=True)
class Item:
    """One word of the menu: its page, who sees it, the number beside it, the key that opens it, and the feature that
    must be on, or (``unless``) off, for it to be seen ("" for none)."""

    endpoint: str
    label: str
    roles: tuple[str, ...]
    count: Callable[[], int] | None = None
    key: str = ""
    feature: str = ""
    unless: str = ""

    def in_use(self, features: frozenset[str]) -> bool:
        return (not self.feature or self.feature in features) and self.unless not in features


def unread() -> int:
    """How many notices the person has not read."""
    return outbox.unread_count(context.db(), context.actor().person_id)


#: The pages of cases, in the order of the bar.
MENU: tuple[Item, ...] = (
    Item("today.work", N_("今日待办"), CASE_ROLES, key="t"),
    Item("new.form", N_("登记"), ("clerk", "supervisor"), key="n"),
    Item("overdue.listing", N_("超期清单"), CASE_ROLES, scope.late, key="o"),
    Item("inbox.mine", N_("提醒"), CASE_ROLES, unread, key="i"),
)
USERS = Item("people.everybody", N_("用户"), ("admin",))
#: Further lists of cases: under one's own name, and along the foot of 今日待办. The bar stays at its five words.
MORE: tuple[Item, ...] = (
    Item("replies.waiting", N_("未答复"), CASE_ROLES),
    Item("outdoors.pick", N_("外出检查单"), ("handler", "supervisor"), feature="sheets"),
    Item("orders.listing", N_("督办清单"), ("handler", "supervisor"), counts.orders_open, feature="supervision"),
    Item("warnings.listing", N_("苗头预警"), ("supervisor",), counts.warnings_open, feature="warnings"),
    Item("spot.listing", N_("抽查"), ("supervisor",), counts.checks_waiting, feature="spot_checks"),
    Item("revisits.listing", N_("回头看"), ("handler", "supervisor"), counts.visits_due, feature="revisits"),
    Item("cards.listing", N_("建议亮牌"), ("supervisor",), counts.cards_called_for, feature="supervision"),
    Item("handover.shown", N_("交接班"), CASE_ROLES, feature="duty"),
    Item("roster.shown", N_("值班表"), (*CASE_ROLES, "admin"), feature="duty"),
    Item("leaders.listing", N_("包案"), CASE_ROLES, feature="leaders"),
    Item("units.listing", N_("被投诉单位"), CASE_ROLES, feature="units"),
    Item("archive.listing", N_("归档"), ("supervisor",), feature="archive"),
)
#: What is set up for the office: under one's own name.
OFFICE: tuple[Item, ...] = (
    USERS,
    Item("streets.every", N_("街道和派单"), ("admin", "supervisor")),
    Item("standins.every", N_("代行和代班"), ("admin", "supervisor"), feature="absence"),
    Item("standins.every", N_("代行审批"), ("admin", "supervisor"), unless="absence"),
    Item("replies.prepared", N_("答复模板"), ("supervisor", "admin"), feature="replies"),
    Item("checklists.every", N_("检查要点"), ("admin",), feature="checklists"),
    Item("ladder.shown", N_("提醒阶梯"), ("admin",)),
    Item("channels.every", N_("提醒渠道"), ("admin",)),
    Item("appeals.every", N_("依法分类清单"), ("admin", "supervisor", "clerk"), feature="appeals"),
    Item("return_limits.every", N_("退单期限"), ("admin",)),
    Item("letterhead.show", N_("单据抬头"), ("admin",)),
    Item("features.every", N_("功能"), ("admin",)),
)


def items() -> Iterator[Item]:
    """The words that the person signed in may use."""
    return _usable(MENU)


def more() -> Iterator[Item]:
    """The further lists that the person signed in may use."""
    return _usable(MORE)


def office_items() -> Iterator[Item]:
    """What the person signed in may set up."""
    return _usable(OFFICE)


def _usable(offered: tuple[Item, ...]) -> Iterator[Item]:
    who = context.person()
    if who is not None:
        yield from (
            item for item in offered if not who.roles.isdisjoint(item.roles) and item.in_use(context.features())
        )


def begins_at(person: Person) -> str:
    """The page to open after signing in: the first of the menu that the roles allow."""
    for item in (*MENU, USERS):
        if not person.roles.isdisjoint(item.roles):
            return item.endpoint
    return "me.settings"
