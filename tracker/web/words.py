"""Translation, looked up once a request: a list of fifty lines asks for hundreds of words."""

from __future__ import annotations

from collections.abc import Callable

from flask import g
from flask_babel import get_translations


def gettext(message: str, **params: object) -> str:
    """``message`` in the language of this request, its %(name)s places filled when there are ``params``."""
    try:
        translate: Callable[[str], str] = g.translate
    except AttributeError:
        translate = g.translate = get_translations().gettext
    text = translate(message)
    return text % params if params else text
