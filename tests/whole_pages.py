"""What a test does to a page ends when the page is whole again.

Playwright's own ``click`` waits until a navigation that it causes has begun to show the new page, and its
``wait_for_selector`` until the element is there: a page of which only the head may have come. ``count()``,
``inner_text()``, ``evaluate()`` and axe then read what happens to be there. Here each waits for the load besides.

``page.keyboard`` waits for nothing, nor does a click whose page is fetched by a script before it goes elsewhere: there
a test waits for what it expects to see.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

ACTING = ("click", "press")
WAITING = {Page: ("wait_for_selector", "wait_for_function"), Locator: ("wait_for",)}


def then_whole(act: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(act)
    def acting(self: Page | Locator, *args: Any, **options: Any) -> Any:
        done = act(self, *args, **options)
        page = self.page if isinstance(self, Locator) else self
        page.wait_for_load_state("load")
        return done

    return acting


@contextmanager
def whole_pages() -> Iterator[None]:
    """Inside, acts on a page and waits for something on it end with the whole page."""
    with pytest.MonkeyPatch.context() as patch:
        for kind, waiting in WAITING.items():
            for name in (*ACTING, *waiting):
                patch.setattr(kind, name, then_whole(getattr(kind, name)))
        yield
