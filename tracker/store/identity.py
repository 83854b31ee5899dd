"""Who complained: encrypted in a table of its own, found again by a keyed index, shown to nobody by default."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from tracker.rule.refusals import N_, Refusal
from tracker.store.database import execute, row, rows, value
from tracker.store.keys import key_for

INSERT = """
INSERT INTO complainant (case_id, name, phone, phone_index) VALUES (:case_id, :name, :phone, :phone_index)
"""
PUT_PHONE = """
INSERT INTO complainant (case_id, phone, phone_index) VALUES (:case_id, :phone, :phone_index)
ON CONFLICT (case_id) DO UPDATE SET phone = excluded.phone, phone_index = excluded.phone_index WHERE phone IS NULL
"""
ONE = "SELECT name, phone FROM complainant WHERE case_id = :case_id"
HAS_PHONE = "SELECT EXISTS (SELECT 1 FROM complainant WHERE case_id = :case_id AND phone IS NOT NULL)"
SAME_PHONE = "SELECT case_id FROM complainant WHERE phone_index = :phone_index ORDER BY case_id DESC LIMIT 50"


@dataclass(frozen=True)
class Complainant:
    """Name and phone in clear. Lives only between a logged reveal (or a registration) and one page."""

    name: str = ""
    phone: str = ""


def put(db: Database, case_id: int, who: Complainant) -> None:
    """Keep the complainant of a case, encrypted."""
    execute(
        db,
        INSERT,
        {
            "case_id": case_id,
            "name": _encrypt(db, case_id, "name", who.name),
            "phone": _encrypt(db, case_id, "phone", who.phone),
            "phone_index": blind(db, who.phone) if who.phone else None,
        },
    )


def put_phone(db: Database, case_id: int, phone: str) -> None:
    """A number that was not known when the case was registered; the name stays."""
    index = blind(db, phone)
    execute(db, PUT_PHONE, {"case_id": case_id, "phone": _encrypt(db, case_id, "phone", phone), "phone_index": index})


def get(db: Database, case_id: int) -> Complainant:
    """The complainant in clear. Whoever calls this writes the look down first."""
    found = row(db, ONE, {"case_id": case_id})
    if found is None:
        return Complainant()
    return Complainant(
        _decrypt(db, case_id, "name", found["name"]),
        _decrypt(db, case_id, "phone", found["phone"]),
    )


def has_phone(db: Database, case_id: int) -> bool:
    """Whether there is a number at which the citizen of this case can be reached. Opens nothing."""
    return bool(value(db, HAS_PHONE, {"case_id": case_id}))


def same_phone(db: Database, phone: str) -> tuple[int, ...]:
    """The cases logged with this phone number, newest first, at most 50."""
    return tuple(r["case_id"] for r in rows(db, SAME_PHONE, {"phone_index": blind(db, phone)}))


def blind(db: Database, phone: str) -> bytes:
    """HMAC-SHA-256 of the digits: equal numbers meet, and nothing else can be read from it."""
    digits = "".join(character for character in phone if character.isdigit())
    return hmac.new(key_for(db).index, digits.encode(), sha256).digest()


def _encrypt(db: Database, case_id: int, field: str, text: str) -> bytes | None:
    if not text:
        return None
    nonce = os.urandom(12)
    return nonce + AESGCM(key_for(db).identity).encrypt(nonce, text.encode(), _bound_to(case_id, field))


def _decrypt(db: Database, case_id: int, field: str, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    try:
        clear = AESGCM(key_for(db).identity).decrypt(sealed[:12], sealed[12:], _bound_to(case_id, field))
    except InvalidTag:
        raise Refusal(N_("投诉人信息打不开：密钥不符，或数据被改动过。请联系管理员")) from None
    return clear.decode()


def _bound_to(case_id: int, field: str) -> bytes:
    # The associated data: a ciphertext moved to another row or field does not open.
    return f"complainant:{case_id}:{field}".encode()
