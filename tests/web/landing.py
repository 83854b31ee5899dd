"""Where a link lands, read from the page as a browser would: what the fragment names, and the form that is open there.

A page is read into a plain tree; nothing of the program's own idea of the page is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
FOCUSABLE = ("summary", "a", "button", "input", "select", "textarea")


@dataclass
class Node:
    tag: str
    attrs: dict[str, str | None]
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    def above(self) -> Iterator[Node]:
        at = self.parent
        while at is not None:
            yield at
            at = at.parent

    @property
    def shows(self) -> bool:
        """Is it in sight: in no details that is closed, but for the summary of one?"""
        inside = self
        for node in self.above():
            if node.tag == "details" and "open" not in node.attrs and inside.tag != "summary":
                return False
            inside = node
        return True

    @property
    def text(self) -> str:
        return " ".join("".join(node_words for node in self.walk() for node_words in node.words).split())


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs), self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag: str) -> None:
        at: Node | None = self.at
        while at is not None and at.tag != tag:
            at = at.parent
        if at is not None and at.parent is not None:
            self.at = at.parent

    def handle_data(self, data: str) -> None:
        self.at.words.append(data)


def read(html: str) -> Node:
    tree = _Tree()
    tree.feed(html)
    return tree.root


def named(page: Node, name: str) -> Node:
    """The one element of this id."""
    (found,) = [node for node in page.walk() if node.attrs.get("id") == name]
    return found


def open_form(html: str, fragment: str) -> str:
    """The action of the form that stands open under what the fragment names; "" when there is none.

    What is named is in sight and takes the focus, or it is no landing.
    """
    target = named(read(html), fragment)
    assert target.shows, f"#{fragment} is folded away"
    assert target.tag in FOCUSABLE or "tabindex" in target.attrs, f"#{fragment} takes no focus"
    # Of a details that is shut nothing but the summary is seen: it has to be open for its form to be.
    box = next(node for node in target.above() if node.tag in ("section", "details", "main"))
    if box.tag == "main":
        return ""
    forms = (node for node in box.walk() if node.tag == "form" and node.attrs.get("method") == "post" and node.shows)
    return next((str(node.attrs.get("action")) for node in forms), "")


def focused(html: str) -> Node | None:
    """What a browser focuses on a page that is opened without a fragment."""
    return next((node for node in read(html).walk() if "autofocus" in node.attrs and node.shows), None)
