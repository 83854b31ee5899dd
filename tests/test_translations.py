"""The English catalogue is whole: every sentence of code and templates, the same places, and nothing that is gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tracker.paths import TRANSLATIONS

TOP = Path(__file__).resolve().parent.parent
PO = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
#: Characters and punctuation that an English sentence has no use for.
CHINESE = re.compile(r"[一-鿿　-】〔-〟！（），：；？～]")
MARKERS = ("N_", "_", "ngettext")
#: Chinese that nobody translates, by the file it stands in.
NOT_SAID = {
    "tracker/exchange/cells.py": "dates and hours as cells write them",
    "tracker/exchange/headings.py": "columns as other systems call them",
    "tracker/exchange/letters.py": "the lines below a table",
    **dict.fromkeys(
        (
            f"tracker/office/sample{part}.py"
            for part in ("", "_acts", "_asking", "_course", "_facts", "_life", "_plan", "_words")
        ),
        "the invented office and its complaints",
    ),
    "tracker/rule/appeals.py": "headings of a table as it is pasted",
    "tracker/rule/history.py": "what an imported case says where its letter says nothing",
    "tracker/rule/intake.py": "marks that end a sentence",
    "tracker/rule/phones.py": "how phone numbers are written",
    "tracker/rule/unit_names.py": "how companies are called",
    "tracker/rule/places.py": "how places and titles are written",
    "tracker/store/rules.py": "SQL",
    "tracker/store/schema_1.py": "SQL",
    "tracker/store/schema_1_cases.py": "SQL",
    "tracker/store/schema_1_seed.py": "SQL",
    "tracker/store/schema_14.py": "SQL",
    "tracker/store/schema_11.py": "SQL, and what the administrator words anew",
    "tracker/store/schema_4.py": "SQL",
    "tracker/store/schema_5.py": "SQL",
    "tracker/store/schema_7.py": "SQL",
    "tracker/web/case_stage.py": "a record is kept in the language of the register",
    "tracker/web/forms_case.py": "marks between names",
    "tracker/web/forms_new.py": "marks between names",
    "tracker/web/moments.py": "dates and hours as people type them",
    "tracker/web/roster_typed.py": "days and names as people type them",
}
PLACE = re.compile(r"%(?:\((\w+)\)[-+0-9.]*[a-z]|%)")


@cache
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file)


@cache
def extracted() -> frozenset[str]:
    """Every message that ``make translations`` finds, by its first form."""
    keywords = parse_keywords(re.findall(r"-k (\S+)", (TOP / "Makefile").read_text(encoding="utf-8")))
    with (TOP / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(TOP, methods, options, keywords=keywords)
    return frozenset(id_[0] if isinstance(id_, tuple) else id_ for _, _, id_, _, _ in found)


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def translated() -> list[Message]:
    return [message for message in catalogue() if message.id]


def places(text: str) -> list[str]:
    return sorted(found[0] for found in PLACE.finditer(text))


def test_every_message_has_an_english_translation():
    done = {forms(message.id)[0] for message in translated() if all(forms(message.string))}
    assert sorted(extracted() - done) == []


def test_no_translation_is_left_of_a_message_that_is_gone():
    assert sorted({forms(message.id)[0] for message in translated()} - extracted()) == []


def test_the_places_are_the_same():
    wrong = [
        (message.id, text)
        for message in translated()
        for text in forms(message.string)
        if places(text) != places(forms(message.id)[0])
    ]
    assert wrong == []


def test_no_chinese_is_left_in_english():
    assert [text for message in translated() for text in forms(message.string) if CHINESE.search(text)] == []


def test_english_is_said_calmly():
    said = [text for message in translated() for text in forms(message.string)]
    assert [text for text in said if "!" in text] == []


def unmarked(path: str, text: str) -> Iterator[str]:
    """Chinese in a Python file that is no message: neither marked nor the value of one that is."""
    tree = ast.parse(text)
    marked = {id(part) for call in marks(tree) for part in ast.walk(call)}
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    described = {
        id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and is_docstring(node)
    }
    for node in ast.walk(tree):
        if not (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and CHINESE.search(node.value.replace("\u3000", " "))
        ):
            continue
        a_value = node.value in extracted() and re.search(r"[一-鿿]", node.value)
        if id(node) not in marked | described and not a_value:
            yield f"{path}:{node.lineno} {node.value[:40]!r}"


def marks(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS:
            yield node


def is_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)


def unseen(path: str, text: str) -> Iterator[str]:
    """Marked messages that the catalogue does not take up: those inside an f-string, before Python 3.12."""
    for call in marks(ast.parse(text)):
        for node in call.args[:1]:
            if isinstance(node, ast.Constant) and node.value not in extracted():
                yield f"{path}:{node.lineno} {node.value[:40]!r}"


def said_in_template(path: str, text: str) -> Iterator[str]:
    """Chinese in a template outside of its messages and comments."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\b(_|ngettext)\(\s*('[^']*'|\"[^\"]*\")(,\s*'[^']*')?", "", text)
    text = text.replace('lang="zh-CN">中文<', "").replace('("zh_Hans_CN", "中文")', "")
    for line in text.splitlines():
        if found := CHINESE.search(line.replace("\u3000", " ")):
            yield f"{path} {line[max(0, found.start() - 20) : found.end() + 20]!r}"


def files(pattern: str) -> list[tuple[str, str]]:
    return [(str(file.relative_to(TOP)), file.read_text(encoding="utf-8")) for file in sorted(TOP.glob(pattern))]


def test_every_word_that_is_said_is_a_message():
    code = [(path, text) for path, text in files("tracker/**/*.py") if path not in NOT_SAID]
    assert [found for path, text in code for found in unmarked(path, text)] == []


def test_nothing_is_let_off_that_says_nothing_in_chinese():
    assert [path for path, text in files("tracker/**/*.py") if path in NOT_SAID and not any(unmarked(path, text))] == []
    assert [path for path in NOT_SAID if not (TOP / path).is_file()] == []


def test_every_marked_message_is_taken_up():
    assert [found for path, text in files("tracker/**/*.py") for found in unseen(path, text)] == []


def test_templates_say_nothing_but_messages():
    assert [found for path, text in files("templates/**/*.*") for found in said_in_template(path, text)] == []


def test_a_page_asks_one_place_for_its_words():
    """``tracker.web.words`` looks the catalogue up once a request and translates what fills the places."""
    asking = [path for path, text in files("tracker/web/*.py") if re.search(r"flask_babel import .*gettext", text)]
    assert asking == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (unmarked, "raise Wrong('请填写地点。')"),
        (unmarked, "title = f'{name}：'"),
        (unmarked, "names = '、'.join(found)"),
        (unseen, "title = f\"{_(N_('没有这一句'))} {name}\""),
        (said_in_template, "<b>{{ _('地点') }}：</b>"),
        (said_in_template, "<b>地点</b>"),
    ],
)
def test_the_checks_find_what_they_look_for(check, text):
    assert list(check("x", text))


@pytest.mark.parametrize("po", sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")), ids=lambda po: po.stem)
def test_the_compiled_catalogue_is_that_of_the_words(po: Path):
    with po.open("rb") as file:
        words = read_po(file, domain=po.stem)
    compiled = BytesIO()
    write_mo(compiled, words)
    assert po.with_suffix(".mo").read_bytes() == compiled.getvalue()
