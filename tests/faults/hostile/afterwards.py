"""What becomes of files that were taken: opened in a browser, packed into the bundle of their case, listed."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from pathlib import PurePosixPath

from playwright.sync_api import Browser, Dialog, Download, Page
from playwright.sync_api import Error as BrowserError

from tests.faults.hostile.doors import Doors, Visitor
from tests.faults.hostile.judge import TURNED
from tests.faults.hostile.markup import FORMULAS
from tracker.clock import now, to_text
from tracker.store.cases import Case
from tracker.store.database import execute, writing

CLOSED = "UPDATE cases SET state = 'closed', closed_at = :at, next_due_at = NULL, next_limit = NULL WHERE id = :id"
MARK = "HOSTILE"


def in_browser(chromium: Browser, doors: Doors, most: int) -> tuple[int, list[str]]:
    """Open the pages of the cases and so many of their files as their handler would; how many, and what ran."""
    address = f"http://127.0.0.1:{doors.target.port}"
    context = chromium.new_context(base_url=address, accept_downloads=True)
    context.add_cookies([{"name": name, "value": said, "url": address} for name, said in doors.handler.cookies.items()])
    page, ran, opened = context.new_page(), list[str](), 0

    def dialog(shown: Dialog) -> None:
        ran.append(f"dialog {shown.message}")
        shown.dismiss()

    page.on("dialog", dialog)
    page.on("popup", lambda other: ran.append(f"window {other.url}"))
    try:
        for case in doors.made:
            page.goto(f"/case/{case.no}")
            ran += _marked(page, case.no)
            links = [link.get_attribute("href") for link in page.locator("a[href*='/file/']").all()]
            for link in dict.fromkeys(filter(None, links)):
                if opened == most:
                    return opened, ran
                opened += 1
                ran += _opened(page, link)
    finally:
        context.close()
    return opened, ran


def _opened(page: Page, link: str) -> list[str]:
    """Follow the link as an address; what ran there. A download is no page, which the browser calls an error."""
    coming: list[Download] = []

    def comes(download: Download) -> None:
        coming.append(download)

    page.on("download", comes)
    try:
        page.goto(link)
    except BrowserError as error:
        if "Download is starting" not in str(error):
            return [f"not shown and not saved: {link}: {error}"]
        saved = coming[0] if coming else page.wait_for_event("download")
        saved.cancel()
        name = saved.suggested_filename
        return [f"saved as {name!r}"] if TURNED.search(name) else []
    finally:
        page.remove_listener("download", comes)
    page.wait_for_timeout(300)
    return [f"shown as a page: {link}", *_marked(page, link)]


def _marked(page: Page, where: str) -> list[str]:
    return [f"a script ran: {where}"] if MARK in page.title() else []


def bundled(doors: Doors, case: Case) -> list[str]:
    """Close the case and take its bundle; what is wrong with the names in it."""
    with writing(doors.db):
        execute(doors.db, CLOSED, {"id": case.id, "at": to_text(now())})
    boss = Visitor(doors.target.port, "boss")
    answer = boss.send(
        "POST", f"/case/{case.no}/bundle", f"csrf_token={boss.token}".encode(), "application/x-www-form-urlencoded"
    )
    if answer.status != 200:
        return [f"no bundle: {answer.status} {answer.said[:200]}"]
    with zipfile.ZipFile(io.BytesIO(answer.body)) as bundle:
        names = bundle.namelist()
        bad = bundle.testzip()
    wrong = [f"in the bundle: {name!r}" for name in names if _leads_out(name)]
    wrong += [f"twice in the bundle: {name!r}" for name in names if names.count(name) > 1]
    return wrong + ([f"damaged in the bundle: {bad}"] if bad else [])


def _leads_out(name: str) -> bool:
    parts = PurePosixPath(name).parts
    odd = any(TURNED.search(one) or one in ("..", "/") or one.endswith((".", " ")) or len(one) > 200 for one in parts)
    return odd or len(parts) > 2 or (name.endswith(".html") and len(parts) > 1)


def exported(doors: Doors) -> list[str]:
    """Register complaints that are formulas, and take the list as a workbook; what would be worked out."""
    long_ago = now() - timedelta(days=20)
    for formula in FORMULAS:
        doors.new_case(content=formula, place=formula, at=long_ago)
    boss = Visitor(doors.target.port, "boss")
    answer = boss.send("GET", "/overdue.xlsx")
    if answer.status != 200:
        return [f"no workbook: {answer.status}"]
    with zipfile.ZipFile(io.BytesIO(answer.body)) as book:
        sheets = {name: book.read(name).decode() for name in book.namelist() if name.endswith((".xml", ".rels"))}
    worked_out = [name for name, text in sheets.items() if re.search(r"<f[ >]|hyperlink|externalLink|ddeLink", text)]
    listed = sum(text.count("cmd|") for text in sheets.values())
    return [f"worked out in {name}" for name in worked_out] + ([] if listed >= 2 else ["the formulas are not listed"])
