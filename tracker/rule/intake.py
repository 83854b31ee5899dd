"""What a complaint must say to be registered, and the words it is said in (practice of the district bureaus)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from tracker.rule.refusals import N_, Refusal, Word, filled


@dataclass(frozen=True)
class Channel:
    """Where a complaint comes from. ``phone``: a number is asked for; ``spoken``: the citizen talks with the office;
    ``dispatched``: another body received it and sends it on; ``limited``: it says by when it wants its answer."""

    code: str
    name: str
    phone: bool = False
    spoken: bool = False
    dispatched: bool = False
    limited: bool = False


CHANNELS: tuple[Channel, ...] = (
    Channel("1", N_("电话"), phone=True, spoken=True),
    Channel("2", N_("12345热线"), phone=True, dispatched=True, limited=True),
    Channel("3", N_("12369平台"), phone=True, dispatched=True),
    Channel("4", N_("来访"), spoken=True),
    Channel("5", N_("来信")),
    Channel("6", N_("网络/微信")),
    Channel("7", N_("上级交办"), dispatched=True),
    Channel("8", N_("传真")),
    Channel("9", N_("信访系统转办"), dispatched=True),
    Channel("10", N_("督察组"), dispatched=True),
    Channel("11", N_("领导批示"), dispatched=True),
    Channel("12", N_("媒体舆情")),
    Channel("13", N_("110联动"), dispatched=True),
    Channel("14", N_("自行发现")),
    Channel("15", N_("人民建议征集点")),
)
BY_NAME = {channel.name: channel for channel in CHANNELS}

KINDS: tuple[str, ...] = (N_("投诉举报"), N_("求助"), N_("咨询"), N_("建议"), N_("表扬"))
GRADES: tuple[str, ...] = (N_("一般"), N_("紧急"), N_("疑难"))

#: How the matter is dealt with; most pollution complaints are reported offences (举报), and not 信访事项.
ROUTES: tuple[str, ...] = (N_("举报查处"), N_("信访事项"), N_("复议诉讼"), N_("非本部门"))

#: How the limit that a source sets itself is called.
OUTSIDE = N_("%(channel)s应反")

CONTENT_MAX = 20_000
PLACE_MAX = 200
NAME_MAX = 60
TITLE_MAX = 40

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"0[0-9]{2,3}[0-9]{7,8}(?:-?[0-9]{1,6})?")
SEPARATORS = re.compile(r"[\s\-()+.—–－]")
RUNS = re.compile(r"[ \t\u3000\xa0]+")
#: They turn the writing direction of everything after them, so that a name or title reads as another.
TURNS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
BESIDE_HANZI = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
BLANK_LINES = re.compile(r"\n{3,}")


def triage_missing(street: object, categories: object) -> Refusal | None:
    """What stage 2 still wants to know of where and what: the refusal names what is missing, and nothing else."""
    if not street and not categories:
        return Refusal(N_("请选择街道和污染类别，再完成第2阶段"), field="street")
    if not street:
        return Refusal(N_("请选择街道，再完成第2阶段"), field="street")
    if not categories:
        return Refusal(N_("请选择污染类别，再完成第2阶段"), field="categories")
    return None


def outside(channel: str) -> str:
    """The key of the limit that ``channel`` sets itself: ``12345热线应反``."""
    return OUTSIDE % {"channel": channel}


def is_outside(key: str) -> bool:
    return key.endswith(outside(""))


def outside_name(key: str, translate: Callable[[str], str] = str) -> str:
    """What such a limit is called; one of another form is called by its key."""
    if not is_outside(key):
        return key
    return filled(OUTSIDE, {"channel": Word(key.removesuffix(outside("")))}, translate)


def clean(text: str, *, lines: bool = False) -> str:
    """``text`` without control characters and runs of blanks; ``lines`` keeps its line breaks (at most one blank line).

    Unpaired surrogates, which no database column can hold, are dropped with the control characters, and so is what
    turns the direction of writing.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(" " if _unwanted(character) else character for character in text)
    if not lines:
        return RUNS.sub(" ", kept.replace("\n", " ")).strip()
    trimmed = "\n".join(RUNS.sub(" ", line).strip() for line in kept.split("\n"))
    return BLANK_LINES.sub("\n\n", trimmed).strip()


def _unwanted(character: str) -> bool:
    if character in "\n\t":
        return False
    return character in TURNS or unicodedata.category(character) in ("Cc", "Cs")


def place(text: str) -> str:
    """A place as it is kept and compared: ``港南路 ８８ 号`` is ``港南路88号``. Blanks stay between Latin words."""
    plain = clean(text).translate(FULL_WIDTH)
    return BESIDE_HANZI.sub("", plain)


def phone(text: str) -> str:
    """A phone number in plain digits: an 11-digit mobile, or a landline with its area code (extension after ``-``).

    Full-width digits, blanks, brackets and a leading +86 are read as people write them. Raises Refusal otherwise.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = SEPARATORS.sub("", plain)
    if digits.startswith("86") and MOBILE.fullmatch(digits[2:]):
        digits = digits[2:]
    if MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits):
        return digits
    raise Refusal(N_("来电号码应为11位手机号，或带区号的固定电话"), field="phone", value=text)


def title(content: str) -> str:
    """The first clause of the complaint, for lists: at most 40 characters."""
    clauses = (clause.strip("，, ") for clause in re.split(r"[。！？!?；;\n]", content))
    first = next((clause for clause in clauses if clause), content.strip())
    return first if len(first) <= TITLE_MAX else first[: TITLE_MAX - 1] + "…"


def mask_name(name: str) -> str:
    """A name as every page shows it: nothing of it, the surname included."""
    return "＊＊＊" if name else ""


def mask_phone(digits: str) -> str:
    """A phone number as every page shows it."""
    return "＊＊＊" if digits else ""
