"""The catalogues outside a web request: the command line and the messengers speak through this."""

from __future__ import annotations

from collections.abc import Callable
from gettext import translation

from tracker.paths import TRANSLATIONS
from tracker.rule.refusals import N_

WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


def translator(locale: str) -> Callable[[str], str]:
    """``gettext`` of that locale. Chinese is the source, so it and every locale without a catalogue get the msgid."""
    return translation("messages", TRANSLATIONS, [locale], fallback=True).gettext
