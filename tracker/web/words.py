"""Translation, looked up once a request: a list of fifty lines asks for hundreds of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import g
from flask_babel import get_translations

from tracker.rule import refusals


def gettext(message: str, **params: object) -> str:
    """``message`` in the language of this request, its %(name)s places filled when there are ``params``."""
    try:
        translate: Callable[[str], str] = g.translate
    except AttributeError:
        translate = g.translate = get_translations().gettext
    return refusals.filled(message, params, translate) if params else translate(message)


def listed(words: Iterable[str]) -> str:
    """Several names in the language of this request: ``林涛、周明``, ``林涛, 周明``."""
    return refusals.listed(words, gettext)
