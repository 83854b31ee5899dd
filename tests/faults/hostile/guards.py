"""Guards switched off, one at a time, in a program that is then attacked: what the checks must see."""

from __future__ import annotations

#: Run first by every process of the program (Target.broken).
PIXELS = """
from tracker.store import pictures
pictures.LARGEST = dict.fromkeys(pictures.LARGEST, 10**10)
"""
DEATH = """
import os
from tracker.store import attachments
attachments.refused = lambda name, data: os.abort()
"""
ERROR = """
from tracker.store import attachments
def refused(name, data):
    raise RuntimeError(name)
attachments.refused = refused
"""
ANYTHING = """
from tracker.store import attachments
attachments.kind_of = lambda data, name: "pdf"
attachments.file_name = lambda name, kind: name
attachments.MEDIA = dict.fromkeys(attachments.MEDIA, "text/html")
from tracker.web import case_more, security
real = case_more.send_file
case_more.send_file = lambda *args, **more: real(*args, **{**more, "as_attachment": False})
case_more.SANDBOX = ""
security.HEADERS.clear()
"""
PATHS = """
from tracker.store import attachments
real = attachments.save
def save(folder, name, data, said=""):
    (folder.parent.parent / name).write_bytes(data)
    return real(folder, name, data, said)
attachments.save = save
"""
ENTITIES = """
import io, zipfile
from xml import sax
from xml.sax.handler import feature_external_ges
from tracker.exchange import guard
def check(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            parser = sax.make_parser()
            parser.setFeature(feature_external_ges, True)
            try:
                parser.parse(io.BytesIO(archive.read(name)))
            except Exception:
                pass
guard.check = check
"""
BOOKS = """
from tracker.exchange import apart, guard
guard.check = lambda packed: None
apart.bound = lambda: None
"""
RECEPTION = """
from tracker.web import reception
reception.SENDERS = 1
"""
FORMULAS = """
from tracker.exchange import sheets
sheets.AS_WRITTEN = {"in_memory": True}
from xlsxwriter.worksheet import Worksheet
Worksheet.write_string = Worksheet.write
"""
BUNDLE = """
import re
from tracker.exchange import bundle
from tracker.store import attachments
bundle.UNSAFE = re.compile("(?!)")
attachments.file_name = lambda name, kind: name
attachments._plain_name = lambda name: name
"""
