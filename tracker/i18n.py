"""The catalogues outside a web request: the command line and the messengers speak through this."""

from __future__ import annotations

from collections.abc import Callable
from gettext import translation

from tracker.paths import TRANSLATIONS


def translator(locale: str) -> Callable[[str], str]:
    """``gettext`` of that locale. Chinese is the source, so it and every locale without a catalogue get the msgid."""
    return translation("messages", TRANSLATIONS, [locale], fallback=True).gettext
