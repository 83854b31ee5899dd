"""The browser of the other tests."""

from __future__ import annotations

from tests.browser.conftest import chromium

__all__ = ["chromium"]
