"""The English catalogue is whole: every sentence of code and templates, the same places, and nothing that is gone."""

from __future__ import annotations

import re
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


@pytest.mark.parametrize("po", sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")), ids=lambda po: po.stem)
def test_the_compiled_catalogue_is_that_of_the_words(po: Path):
    with po.open("rb") as file:
        words = read_po(file, domain=po.stem)
    compiled = BytesIO()
    write_mo(compiled, words)
    assert po.with_suffix(".mo").read_bytes() == compiled.getvalue()
