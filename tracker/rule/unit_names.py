"""Which names of units are alike: the same name with and without the form of the company, or a slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

#: What a name may be written with or without: the form of the company, and brackets with the place in them.
FORMS = re.compile("股份有限公司|有限责任公司|有限公司|分公司|总公司|公司|个体工商户|经营部|门市部")
BRACKETS = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
OTHER = re.compile(r"[\W_]+")
ALIKE, SHORTEST = 0.8, 3


def core(name: str) -> str:
    """What is left of a name without the form of the company, brackets and signs."""
    return OTHER.sub("", FORMS.sub("", BRACKETS.sub("", name))) or name


def alike(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """The names that may be other spellings of ``name``, the likest first."""
    mine = core(name)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(mine)
    found = ((_likeness(matcher, mine, core(other)), other) for other in others if other != name)
    return tuple(other for ratio, other in sorted(found, key=lambda one: (-one[0], one[1])) if ratio)


def _likeness(matcher: SequenceMatcher[str], mine: str, its: str) -> float:
    """1 for the same, 0 for names that have too little in common."""
    shorter, longer = sorted((len(mine), len(its)))
    if mine == its:
        return 1.0
    if shorter < SHORTEST:
        return 0.0
    if mine in its or its in mine:
        return shorter / longer
    matcher.set_seq1(its)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= ALIKE else 0.0
