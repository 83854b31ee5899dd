"""Sheets that leave the office: what may not stand on them.

Source: 信访工作条例 30, 46: who complained, and in which words, is not told to the party complained about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.rule.phones import DIGITS_MIN, digits_of, parts

#: So many characters in a row out of the complaint are its wording, and no longer a coincidence.
WORDING = 8
#: Shorter, a name would be found everywhere.
NAME_MIN = 2
#: What tells two texts apart for the eye alone.
BETWEEN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Secrets:
    """What no outsider reads. ``names``: people, numbers of the case and of its source; ``phones``; ``wordings``: what
    the citizens said. ``known``: what the outsider knows anyhow, the name of the unit and the place, which the wording
    may hold."""

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


def betrays(text: str, secrets: Secrets) -> bool:
    """Does the text say who complained, or say it in their words? Blanks, signs and case make no difference."""
    said = _plain(text)
    if any(len(name) >= NAME_MIN and name in said for name in map(_plain, secrets.names)):
        return True
    digits = digits_of(text)
    if any(len(number) >= DIGITS_MIN and number in digits for _, number, _ in map(parts, secrets.phones)):
        return True
    rest = said
    for known in sorted(map(_plain, secrets.known), key=len, reverse=True):
        if known:
            rest = rest.replace(known, "|")
    return any(piece in rest for wording in secrets.wordings for piece in _pieces(_plain(wording)))


def _plain(text: str) -> str:
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _pieces(wording: str) -> Iterator[str]:
    """Everything of the length that counts; a shorter wording as a whole."""
    if len(wording) <= WORDING:
        return iter((wording,) if len(wording) > NAME_MIN else ())
    return (wording[n : n + WORDING] for n in range(len(wording) - WORDING + 1))
