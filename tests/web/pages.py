"""Reading a page in a test."""

from __future__ import annotations

import re
from html import unescape

from werkzeug.test import TestResponse


def words(answer: TestResponse) -> str:
    """The text of the page without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", answer.text)))


def numbers(answer: TestResponse, heading: str = "") -> list[str]:
    """The case numbers in the tables of the page, in order; those of one section, when its heading is given."""
    text = answer.text
    if heading:
        (text,) = re.findall(rf"<h2[^>]*>{re.escape(heading)}.*?</section>", text, re.DOTALL)
    return re.findall(r'class="num nw"><a href="[^"]*/(XH[\d-]+)', text)
