"""The catalogues outside a web request: the command line and the messengers speak through this."""

from __future__ import annotations

from collections.abc import Callable
from gettext import translation
from pathlib import Path

LOCALES = ("zh_Hans_CN", "en")
TRANSLATIONS = Path(__file__).parent / "translations"


def translator(locale: str) -> Callable[[str], str]:
    """``gettext`` of that locale. Chinese is the source, so it and every locale without a catalogue get the msgid."""
    return translation("messages", TRANSLATIONS, [locale], fallback=True).gettext
