"""What came of each attack: whether the answer was one that an office can live with, and what it cost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import unquote

from tests.faults.hostile import books, disguises, markup, names, papers, pictures, tables
from tests.faults.hostile.attack import EVENING, IMPORT, LIST, STAGE, Attack
from tests.faults.hostile.doors import Answer, Doors, Run, run_import
from tests.faults.hostile.target import BROKEN, MB, Target
from tracker.store.attachments import ENDINGS
from tracker.store.cases import Case
from tracker.store.facts import Evidence

SEED = 20261122
#: What is promised, in bytes and seconds.
MOST, WEB, COMMAND = 256 * MB, 15.0, 60.0
#: How a file is refused: by its name, or as the form that could not be read.
REFUSED = re.compile(r"“.*”.*未上传|文件名可能不是文字|不能超过 100 MB")
LISTED = re.compile(r'class="es"')
TURNED = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]")


def everything(canary: str) -> Iterable[Attack]:
    """Every attack."""
    return chain(
        names.attacks(),
        disguises.attacks(canary),
        pictures.attacks(SEED),
        books.zips(),
        markup.attacks(canary),
        tables.attacks(SEED),
        papers.attacks(canary),
    )


@dataclass
class Figures:
    """What came of the attacks; memory in MB and time in seconds are the most of any process and any answer."""

    files: int = 0
    families: int = 0
    sent: int = 0
    refused: int = 0
    accepted: int = 0
    at_rest: int = 0
    web_memory: int = 0
    web_seconds: float = 0.0
    import_memory: int = 0
    import_seconds: float = 0.0
    calls: int = 0
    strayed: int = 0
    half_saved: int = 0
    wrong: list[str] = field(default_factory=list)


def run(target: Target, doors: Doors, attacks: Iterable[Attack], calls: list[str]) -> Figures:
    """Send each attack by each of its doors, and look at everything."""
    target.forget()
    found, families = Figures(at_rest=target.most_memory() // MB), set()
    for attack in attacks:
        families.add(attack.family)
        found.files += 1
        data = attack.make()
        for door in attack.doors:
            found.sent += 1
            _send(target, doors, attack, door, data, found)
    target.forget()
    found.families, found.calls = len(families), len(calls)
    found.wrong += [f"called {path}" for path in calls]
    strayed, torn = target.strayed(), target.disagreeing()
    found.strayed, found.half_saved = len(strayed), len(torn)
    found.wrong += [f"strayed: {path}" for path in strayed] + [f"half saved: {name}" for name in torn]
    return found


def _send(target: Target, doors: Doors, attack: Attack, door: str, data: bytes, found: Figures) -> None:
    target.forget()
    wrong: list[str] = []
    if door == IMPORT:
        path = target.top / "work" / attack.name.decode()
        path.write_bytes(data)
        done = run_import(target, path)
        path.unlink()
        accepted = done.code == 0
        wrong += judged_run(done)
        found.import_memory = max(found.import_memory, done.memory // MB)
        found.import_seconds = max(found.import_seconds, round(done.seconds, 1))
    else:
        before = len(doors.waiting()) if door == EVENING else 0
        try:
            answer, case = doors.send(door, attack.name, data)
        except OSError as error:
            wrong.append(f"no answer: {error!r}")
        else:
            accepted = answer.status == 303 or (door == EVENING and len(doors.waiting()) > before)
            wrong += judged_answer(door, answer, accepted)
            if accepted:
                wrong += _looked_at(doors, door, case, data)
            found.web_seconds = max(found.web_seconds, round(answer.seconds, 1))
        found.web_memory = max(found.web_memory, target.most_memory() // MB)
        if target.most_memory() > MOST:
            wrong.append(f"{target.most_memory() // MB} MB")
    wrong += target.harmed()
    found.accepted += not wrong and accepted
    found.refused += not wrong and not accepted
    found.wrong += [f"{attack.family}: {attack.what} ({door}): {one}" for one in wrong]


def judged_run(done: Run) -> list[str]:
    """What is wrong with how the command ended."""
    wrong = []
    if BROKEN.search(done.said) or done.code not in (0, 1, 2):
        wrong.append(f"ended with {done.code}: {done.said[-300:]}")
    elif (done.code == 0 and "共 " not in done.said) or (done.code == 2 and "错误：" not in done.said):
        wrong.append(f"says nothing: {done.said[-300:]}")
    if done.memory > MOST:
        wrong.append(f"{done.memory // MB} MB")
    if done.seconds > COMMAND:
        wrong.append(f"{done.seconds:.0f} s")
    return wrong


def judged_answer(door: str, answer: Answer, accepted: bool) -> list[str]:
    """What is wrong with the answer of a form."""
    wrong = []
    if not accepted:
        if answer.status not in (400, 413, 422):
            wrong.append(f"status {answer.status}: {answer.said[:200]}")
        elif door == LIST and not (LISTED.search(answer.text) or REFUSED.search(answer.said)):
            wrong.append(f"says nothing: {answer.said[:200]}")
        elif door != LIST and not REFUSED.search(answer.said):
            wrong.append(f"says nothing of the file: {answer.said[:200]}")
    if answer.seconds > WEB:
        wrong.append(f"{answer.seconds:.0f} s")
    return wrong


def _looked_at(doors: Doors, door: str, case: Case | None, data: bytes) -> list[str]:
    """What is wrong with a file that was taken, looked at in every way that the product offers."""
    wrong: list[str] = []
    if door == EVENING:
        drawn = [doors.handler.send("GET", f"/evening/photo/{one.id}") for one in doors.waiting()]
        doors.lay_aside()
        return [one for answer in drawn for one in judged_drawing(answer)]
    if case is None:
        return wrong
    newest = max(doors.evidence(case), key=lambda one: (one.kind != "text", one.id))
    answer = doors.handler.send("GET", f"/case/{case.no}/file/{newest.id}")
    wrong += judged_download(answer, newest, data)
    if door == STAGE:
        wrong += judged_drawing(doors.handler.send("GET", f"/sheet/photo/{case.id}/{newest.id}"))
    return wrong


def judged_download(answer: Answer, file: Evidence, data: bytes) -> list[str]:
    """What is wrong with a download: it must be the same bytes, which nothing runs, under a name that is one."""
    wrong, head = [], answer.headers
    told = head.get("Content-Disposition", "")
    encoded = re.search(r"filename\*=UTF-8''([^;]+)", told)
    plain = re.search(r'filename=(?:"((?:[^"\\]|\\.)*)"|([^;]+))', told)
    name = unquote(encoded[1]) if encoded else (plain[1] or plain[2]) if plain else ""
    if answer.status != 200 or not told.startswith("attachment"):
        wrong.append(f"no attachment: {answer.status} {told}")
    if TURNED.search(name) or not name.lower().endswith(ENDINGS[file.kind]) or name.startswith("."):
        wrong.append(f"a name to beware of: {name!r}")
    if head.get("X-Content-Type-Options") != "nosniff" or "sandbox" not in head.get("Content-Security-Policy", ""):
        wrong.append("served without its guards")
    if answer.body != data and not data.startswith(b"RIFF"):  # a WebP becomes a JPEG at the door
        wrong.append("other bytes")
    return wrong


def judged_drawing(answer: Answer) -> list[str]:
    """What is wrong with a picture that was drawn anew, or that could not be drawn."""
    if answer.status == 404:
        return []
    if answer.status != 200 or not answer.body.startswith(b"\xff\xd8\xff"):
        return [f"not drawn: {answer.status}"]
    told = [word for word in (b"KEPT-INSIDE", b"Exif", b"HOSTILE", b"<script") if word in answer.body]
    return [f"the drawing tells {word!r}" for word in told]
