"""Where the files that are not code lie: beside the package in a wheel, templates at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_INSTALLED = PACKAGE / "templates"
TEMPLATES = _INSTALLED if _INSTALLED.is_dir() else PACKAGE.parent / "templates"
STATIC = PACKAGE / "static"
TRANSLATIONS = PACKAGE / "translations"
