"""docs/acts.md, made from what the code declares: which role may do which act, and who may open which page.

``python -m tests.acts_table`` writes it; tests/test_docs_acts.py holds the file against it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from tracker.config import Config
from tracker.paths import TRANSLATIONS
from tracker.rule.access import ACTS, OFFICE, OWN, ROLES
from tracker.web.app import create_app
from tracker.web.routes import ANY, FILES, PUBLIC, roles_of

FILE = Path(__file__).parents[1] / "docs" / "acts.md"
REACH = {OFFICE: "✓", OWN: "own", "": "–"}
HEAD = """# Acts and roles

Made from `tracker/rule/access.py` and the declared routes by `make docs`; a test holds this page against the code.
✓: on every case of the office · own: on the cases that one handles (a clerk: that one registered) · –: not at all.
Whoever asked for something never decides on it, whatever the role. A deputy (代行审批) decides for whoever named them,
a substitute works for whoever is absent; whoever is on duty (值班员) is a clerk besides, from the hour of change to the
same hour of the next day; `tracker/rule/conduct.py` says when an act is refused.

## Acts
"""


def english() -> dict[str, str]:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if isinstance(one.id, str)}


def acts() -> Iterator[str]:
    words = english()
    yield f"| act | 中文 | {' | '.join(f'{role} {name}' for role, name in ROLES.items())} |"
    yield "|---" * (2 + len(ROLES)) + "|"
    for act in ACTS.values():
        reach = " | ".join(REACH[act.reach.get(role, "")] for role in ROLES)
        yield f"| {words.get(act.name, act.key)} | {act.name} | {reach} |"


def pages() -> Iterator[str]:
    yield "| page | methods | who |"
    yield "|---|---|---|"
    with tempfile.TemporaryDirectory() as home:
        app = create_app(Config(home=Path(home)))
        with app.app_context():
            for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, sorted(one.methods or ()))):
                if rule.endpoint in FILES:
                    continue
                roles = roles_of(rule.endpoint)
                who = "everybody" if PUBLIC in roles else "whoever is signed in" if ANY in roles else None
                names = who or ", ".join(role for role in ROLES if role in roles)
                methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
                yield f"| `{rule.rule}` | {methods} | {names} |"


def text() -> str:
    return "\n".join((HEAD, *acts(), "", "## Pages", "", *pages(), ""))


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
