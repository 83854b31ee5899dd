"""What a page is on paper."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Error, Page

#: Seconds: on a busy machine Chromium says of a page that nobody prints that it is being printed, and then prints it.
PATIENCE = 20.0


def pdf(page: Page, **options: Any) -> bytes:
    """The page as PDF, by the options of Playwright."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return page.pdf(**options)
        except Error as error:
            if "already being printed" not in error.message or time.monotonic() > until:
                raise
            page.wait_for_timeout(200)
