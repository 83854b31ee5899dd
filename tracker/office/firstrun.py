"""The first run: the one-time set-up code and the first person."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tracker.office import signin
from tracker.office.fields import account_of, collect, name_of
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, people, settings
from tracker.store.database import writing

CODE_FILE = "setup-code"
#: No 0/O, 1/I/L: the code is read from one screen and typed on another.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
ATTEMPTS = 5
OFFICE_FIELDS = ("name", "prefix", "zone", "locale")
FIRST_ROLES = ("clerk", "handler", "supervisor", "admin")


@dataclass(frozen=True)
class FirstRun:
    """What the set-up page asks, as it was typed."""

    code: str
    name: str  # of the office
    prefix: str
    zone: str
    locale: str
    person: str
    account: str
    password: str
    again: str


def setup_code(home: Path, db: Database) -> str | None:
    """A new one-time code to print in the terminal, only its hash is kept; None when the office is set up already."""
    path = home / CODE_FILE
    if people.anybody(db):
        path.unlink(missing_ok=True)
        return None
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    aside = path.with_name(f".{CODE_FILE}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(_hash(code) + "\n")
    aside.replace(path)
    return code


def _hash(code: str) -> str:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _spend_attempt(home: Path, code: str) -> None:
    """Compare the code with the one printed. Each try is written down before it is compared: five, side by side too.
    The right code takes its own try back."""
    path = home / CODE_FILE
    if not path.is_file():
        raise Refusal(N_("没有可用的安装码。请重新启动程序，使用终端里新打印的安装码"), field="code")
    with path.open("a") as file:
        file.write("tried\n")
    kept, *lines = path.read_text().split()
    tries = lines.count("tried") - lines.count("right")
    if tries > ATTEMPTS:
        raise Refusal(
            N_("安装码已输错 %(n)s 次，不再有效。请重新启动程序，使用新打印的安装码"), field="code", n=ATTEMPTS
        )
    if not hmac.compare_digest(kept, _hash(code)):
        left = ATTEMPTS - tries
        raise Refusal(N_("安装码不对，还可以试 %(left)s 次。安装码打印在启动程序的终端里"), field="code", left=left)
    with path.open("a") as file:
        file.write("right\n")


def set_up(db: Database, home: Path, form: FirstRun, *, at: datetime, address: str) -> str:
    """Name the office and create its first person, who holds four roles; the token of her session.

    Raises Refusals naming every field at fault. The right code costs no attempt, whatever slip there is elsewhere.
    """
    values = _checked(home, form)
    with writing(db):
        if people.anybody(db):
            raise Refusal(N_("本单位已经设置好了，请登录"), field="code")
        settings.save(db, values["office"])
        account = values["account"]
        person_id = people.add(
            db, account=account, name=values["person"], password_hash=values["password"], roles=FIRST_ROLES, at=at
        )
        detail = {**values["office"], "account": account}
        audit.append(db, at=at, person_id=person_id, act="office.setup", address=address, detail=detail)
        token = signin.begin(db, person_id, at, address)
    (home / CODE_FILE).unlink(missing_ok=True)
    return token


def _checked(home: Path, form: FirstRun) -> dict[str, Any]:
    """The fields as they are kept, the code compared; Refusals naming every one at fault."""
    return collect(
        code=lambda: _check_code(home, form.code),
        office=lambda: settings.checked(
            {"name": form.name, "prefix": form.prefix, "zone": form.zone, "locale": form.locale}
        ),
        person=lambda: name_of(form.person, field="person"),
        account=lambda: account_of(form.account),
        password=lambda: signin.password_hash(form.password),
        again=lambda: signin.check_again(form.password, form.again),
    )


def _check_code(home: Path, text: str) -> None:
    if not text.strip():
        raise Refusal(N_("请填写安装码，它打印在启动程序的终端里"), field="code")
    _spend_attempt(home, text)
