"""Names of files that lead elsewhere, read as something else, or break the header in which they are told."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.hostile.attack import NOTE, Attack, fixed
from tests.pictures import photo

#: Told apart from every other file on the machine.
TOKEN = "hostile-name-canary"
BACK = "..\\"
TEXTS = (
    *(f"{'../' * n}{TOKEN}.jpg" for n in (1, 3, 12)),
    *(BACK * n + f"{TOKEN}.jpg" for n in (1, 5)),
    *(f"/tmp/{TOKEN}", f"/{TOKEN}", f"//server/share/{TOKEN}", f"\\\\server\\share\\{TOKEN}", f"C:{TOKEN}.jpg"),
    *(f"C:\\Windows\\{TOKEN}.jpg", f"file:///tmp/{TOKEN}", "..", ".", "...", "/", "~", "~/.bashrc", "-rf"),
    *("a/../../b.jpg", "..%2f..%2fb.jpg", "%2e%2e%2fb.jpg", "..%c0%afb.jpg", "....//b.jpg", "．．／b.jpg"),
    *("a\x00.jpg", "a.jpg\x00.html", "a\nb.jpg", "a\tb.jpg", "a\x1b[31mb.jpg", "a\x7f.jpg", "a\u0085.jpg"),
    *("a\u2028b.jpg", "照片\u202egpj.exe", "\u202e\u202d\u2066.jpg", "a\u200bb\ufeff.jpg", "e\u0301" * 40),
    *("长" * 99, "a" * 300, "😀" * 70, "👨‍👩‍👧‍👦.jpg", "\ufffe\uffff.jpg", "\U0010ffff.jpg"),
    *("CON", "con.jpg", "PRN.txt", "aux", "NUL.jpg", "COM1.pdf", "lpt9", "CON .jpg", "clock$", "a.jpg:stream"),
    *("a.jpg.", "a.jpg ", "a.jpg. . .", " a.jpg", ".htaccess", ".jpg", "a.html", "a.svg", "a.hta", "a.lnk"),
    *("a.jpg.exe", "desktop.ini", "autorun.inf", "<img src=x onerror=alert(1)>.jpg", "'\"><script>alert(1)</script>"),
    *("=cmd|' /C calc'!A0.jpg", "@SUM(1)", "a;b=c.jpg", "a%0d%0aSet-Cookie: x=1.jpg", "{{7*7}}.jpg", "%(name)s%n%d"),
    *("${jndi:ldap://127.0.0.1/a}.jpg", "$(touch x).jpg", "`id`.jpg", "a|b.jpg", "a*?.jpg", "a,b.jpg", "a'b.jpg"),
)
#: Bytes that are no text: cut UTF-8, overlong, a surrogate, the national code.
RAW = (b"\xff\xfe.jpg", b"\xc3.jpg", b"\xc0\xaf.jpg", b"\xed\xa0\x80.jpg", "照片.jpg".encode("gb18030"), b"a\xa0b.jpg")
KINDS = {"photo": photo((40, 30)), "paper": b"%PDF-1.7\n%%EOF\n"}


def attacks() -> Iterator[Attack]:
    """Each name on a photograph, and every third on a paper as well."""
    for n, name in enumerate((*(text.encode() for text in TEXTS), *RAW)):
        for kind, data in KINDS.items():
            if kind == "photo" or n % 3 == 0:
                yield Attack("file names", f"{name!r} on a {kind}", name, fixed(data + b"%d" % n), (NOTE,))
