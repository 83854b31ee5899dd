"""What may be meant by a street or a category as people type them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from tracker.rule import intake
from tracker.store.categories import Category
from tracker.store.streets import Street
from tracker.web.words import listed

#: How many choices an error names.
NAMED = 8
#: A part of a name that is long enough to be looked for in the middle of it.
WORD = 2


def named(names: Iterable[str]) -> str:
    """Some of the names, for an error."""
    found = list(names)
    return listed(found[:NAMED]) + ("…" if len(found) > NAMED else "")


def match_street(text: str, known: Sequence[Street]) -> list[Street]:
    """The streets that ``text`` may mean: the one it names in full, else those that begin with it."""
    wanted = intake.place(unicodedata.normalize("NFKC", text)).casefold()
    exact = [one for one in known if wanted in (one.name.casefold(), one.code)]
    return exact or [one for one in known if one.name.casefold().startswith(wanted) or one.code.startswith(wanted)]


def match_category(text: str, known: Sequence[Category]) -> list[Category]:
    """The categories that ``text`` may mean: by code, by name, with the medium before it; else by its beginning; else
    by a word in it."""
    wanted = unicodedata.normalize("NFKC", text).replace("・", "·")
    exact = [one for one in known if wanted in spellings(one)]
    begun = exact or [one for one in known if any(spelt.startswith(wanted) for spelt in spellings(one))]
    return begun or [one for one in known if len(wanted) >= WORD and wanted in one.name]


def spellings(one: Category) -> Iterator[str]:
    """The ways to write a category."""
    yield one.code
    yield one.name
    yield f"{one.parent}·{one.name}"
