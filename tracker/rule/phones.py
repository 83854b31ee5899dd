"""Phone numbers as people write them: found in a text, and put out of sight."""

from __future__ import annotations

import re
import unicodedata

from tracker.rule.intake import mask_phone

#: Shorter, a number would be found everywhere.
DIGITS_MIN = 5
#: A landline as it is kept: area code, number, extension.
LANDLINE = re.compile(r"(0(?:10|2\d|\d{3}))-?(\d{7,8})(?:-?(\d{1,6}))?", re.ASCII)
#: What people put between the groups of a number.
GAP = r"[-‐-―－_.·\s()（）]{0,2}"
#: A mobile number in the groups in which people write it, and a landline with its area code. Half and full width.
MOBILE = re.compile(
    rf"(?<!\d)(?:[+＋]?(?:[0０]{{2}})?[8８][6６]{GAP})?"
    rf"(?:[1１]\d{{10}}|[1１][3-9３-９]\d(?:{GAP}\d{{4}}{GAP}\d{{4}}|{GAP}\d{{3}}{GAP}\d{{5}}|\d{GAP}\d{{3}}{GAP}\d{{4}}))"
    r"(?!\d)"
)
# What stands behind a year is the number of a document.
ANY_LANDLINE = re.compile(
    rf"(?<!\d)(?<!20\d\d-)[(（]?(?:[+＋][8８][6６]{GAP}[0０]?|[0０])[^\D0０]\d{{1,2}}{GAP}\d{{3,4}}{GAP}\d{{4}}"
    r"(?:[-－转]\d{1,6})?(?!\d)"
)
#: What may stand between any two digits of a number that is known.
APART = r"[\W_]*"


def hide(text: str, known: tuple[str, ...]) -> str:
    """The text with every phone number put out of sight: the ``known`` ones however they are written, a landline
    without its area code as well; and whatever else is written as a number to call. Dates and other numbers stay."""
    text = ANY_LANDLINE.sub(_hidden, MOBILE.sub(_hidden, text))
    for area, number, extension in map(parts, known):
        if len(number) >= DIGITS_MIN:
            before = rf"(?:[(（]?{_spread(area)}{APART})?" if area else ""
            after = rf"(?:{APART}{_spread(extension)}(?!\d))?" if extension else ""
            text = re.sub(before + _spread(number) + after, _hidden, text)
    return text


def parts(phone: str) -> tuple[str, str, str]:
    """Area code, number and extension; of a mobile the number alone."""
    landline = LANDLINE.fullmatch(phone)
    return (landline[1], landline[2], landline[3] or "") if landline else ("", digits_of(phone), "")


def digits_of(text: str) -> str:
    """The digits of a text, half width."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def _hidden(found: re.Match[str]) -> str:
    return mask_phone(found[0])


def _spread(digits: str) -> str:
    """The pattern of these digits with anything but words between them, half or full width."""
    return APART.join(f"[{digit}{chr(ord(digit) - ord('0') + ord('０'))}]" for digit in digits)
