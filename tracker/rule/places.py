"""Cases about the same place, put together: by their place, or where the source names none, by what the title names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from tracker.rule.repeats import worth_asking

#: How a title comes to its place: what the citizen does, and the area, often a code in old files (``K7县``).
AREA = re.compile(r"([A-Z])\d{0,2}[市县区]")
BEFORE = re.compile(
    r"^.*?(?:投诉|举报|反映|咨询|请求|要求|希望|关于|呼吁|建议|质疑|请问|恳请|强烈|街道|镇|乡|对|[A-Z]\d{0,2}[市县区]县?)+"
)
#: How a place that stands for itself is called at its end. A road, a street or a quarter is too wide to be one matter.
KINDS = (
    *("小区", "花园", "家园", "佳园", "新城", "公寓", "大厦", "华府", "公馆", "景园", "嘉园", "名城", "星城", "之城"),
    *("国际", "苑", "庭", "郡", "湾", "广场", "公园", "市场", "工业园", "产业园", "宾馆", "酒店", "酒吧", "医院"),
    *("学校", "小学", "中学", "幼儿园", "工地", "搅拌站", "垃圾站", "变电站", "加油站", "养猪场", "养殖场", "屠宰场"),
    *("砖厂", "工厂", "化工厂", "电厂", "水泥厂", "污水处理厂", "采石场", "垃圾场", "垃圾填埋场", "(?<!农)村"),
)
NAMED = re.compile(rf"[一-鿿]{{2,8}}?(?:{'|'.join(KINDS)})")


class Placed(Protocol):
    """What is put together: a case with its title, its place and when it was received."""

    @property
    def title(self) -> str: ...

    @property
    def place(self) -> str: ...

    @property
    def received_at(self) -> datetime: ...


P = TypeVar("P", bound=Placed)


@dataclass(frozen=True)
class Site(Generic[P]):
    """A place of several cases that follow on one another, by time. ``guessed``: their titles name it, the source did
    not."""

    place: str
    guessed: bool
    cases: tuple[P, ...]


def spoken_of(title: str) -> tuple[str, str]:
    """The area and the place that a title names, "" for none: ``投诉K7县向阳宾馆油烟乱排`` is about K, 向阳宾馆."""
    found = NAMED.match(BEFORE.sub("", title, count=1))
    if found is None:
        return "", ""
    area = AREA.search(title)
    return (area[1] if area else ""), found[0].removesuffix("小区")


def together(cases: Iterable[P], days: int) -> tuple[Site[P], ...]:
    """The places of two cases and more, the largest first.

    ``cases`` come by time; one that follows the last of its place by more than ``days`` begins a group of its own.
    """
    found: list[list[P]] = []
    running: dict[tuple[str, ...], list[P]] = {}
    for case in cases:
        place, _unit = worth_asking(case.place, "")
        key = (place,) if place else spoken_of(case.title)
        if not key[-1]:
            continue
        some = running.get(key)
        if some is None or case.received_at - some[-1].received_at > timedelta(days=days):
            running[key] = some = []
            found.append(some)
        some.append(case)
    groups = sorted((some for some in found if len(some) > 1), key=lambda some: (-len(some), some[0].received_at))
    return tuple(_site(some) for some in groups)


def _site(some: list[P]) -> Site[P]:
    place, _unit = worth_asking(some[0].place, "")
    return Site(place or spoken_of(some[0].title)[1], not place, tuple(some))
