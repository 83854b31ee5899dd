"""What an attack is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

#: The forms that take files, and the command. ``stage`` and ``evening`` draw what they took as a picture.
NOTE, STAGE, EVENING, LIST, IMPORT = "note", "stage", "evening", "list", "import"
MB = 2**20


@dataclass(frozen=True)
class Attack:
    """One hostile file: its family, what it tries, the name that it comes under and its bytes, made when asked for.

    ``doors`` are the ways by which it is sent; ``name`` is bytes, since a name need not be text.
    """

    family: str
    what: str
    name: bytes
    make: Callable[[], bytes] = field(repr=False)
    doors: tuple[str, ...] = (NOTE,)


def fixed(data: bytes) -> Callable[[], bytes]:
    """For bytes that are small enough to lie about."""
    return lambda: data
