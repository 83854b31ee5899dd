"""What the product says when it refuses: one sentence that names the field and the way out.

The messages are written in Chinese, the source language; the counter (web, command line) translates them once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping


class Word(str):
    """A message of the product, and not what somebody typed: where it fills a place, it is translated too."""

    __slots__ = ()


def N_(message: str) -> str:
    """Mark a message for the translation catalogue without translating it here."""
    return Word(message)


BETWEEN = N_("、")


def listed(words: Iterable[object], translate: Callable[[str], str] = str) -> str:
    """``电话、走访``, in English ``Phone, Home visit``: those of ``words`` that are messages are translated."""
    return translate(BETWEEN).join(translate(word) if isinstance(word, Word) else str(word) for word in words)


def filled(message: str, params: Mapping[str, object], translate: Callable[[str], str] = str) -> str:
    """``message`` in another language with its places filled; so are the messages, refusals and lists among
    ``params``."""

    def told(value: object) -> object:
        if isinstance(value, tuple):
            return listed(value, translate)
        if isinstance(value, Refusal):
            return filled(value.message, value.params, translate)
        return translate(value) if isinstance(value, Word) else value

    text = translate(message)
    return text % {name: told(value) for name, value in params.items()} if params else text


class Refusal(Exception):
    """One thing that may not be, said to the user.

    ``message`` is a Chinese sentence with ``%(name)s`` places, ``params`` fills them (a tuple is a list to choose
    from), ``field`` names the form field, argument or configuration key at fault ("" where it is none of them).
    """

    def __init__(self, message: str, *, field: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return filled(self.message, self.params)


class Refusals(Exception):
    """Several refusals of one act, so that a form can show them all at once."""

    def __init__(self, items: Iterable[Refusal]) -> None:
        self.items = tuple(items)
        super().__init__("\n".join(str(item) for item in self.items))


def too_long(field: str, text: str, limit: int) -> Iterator[Refusal]:
    """Refuse a text of more than ``limit`` characters."""
    if len(text) > limit:
        yield Refusal(N_("文字过长：%(size)s 字，最多 %(limit)s 字"), field=field, size=len(text), limit=limit)
