"""Signing in and out: passwords, sessions, and the lock after repeated failures."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.rule.refusals import N_, Refusal
from tracker.store import audit, people, sessions
from tracker.store.database import OperationalError, writing
from tracker.store.people import Person

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
#: How often a session notes that it was used: a page view writes at most once a minute.
NOTED_EVERY = timedelta(minutes=1)
FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
PASSWORD_LENGTH = 10
PASSWORD_LONGEST = 200
KINDS = 3  # of: capital letter, small letter, digit, other

HASHER = PasswordHasher()
#: What an unknown account is measured against, so that it takes as long as a known one.
NOBODYS_HASH = HASHER.hash(secrets.token_urlsafe(32))

WRONG = N_("账号或密码不对。连续 %(failures)s 次不对将锁定 %(minutes)s 分钟")


class Locked(Refusal):
    """Too many failures: nobody gets in by this account or address before ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__(N_("密码多次不对，暂时不能登录。请在 %(until)s 之后再试"), until=until)


@dataclass(frozen=True)
class SignedIn:
    person: Person
    token: str


def password_hash(password: str) -> str:
    """The argon2id hash to keep of a password that meets the policy; a Refusal says what it lacks."""
    if len(password) < PASSWORD_LENGTH:
        raise Refusal(N_("密码至少 %(n)s 个字符"), field="password", n=PASSWORD_LENGTH)
    if len(password) > PASSWORD_LONGEST:
        raise Refusal(N_("密码最多 %(n)s 个字符"), field="password", n=PASSWORD_LONGEST)
    kinds = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
    if sum(any(kind(c) for c in password) for kind in kinds) < KINDS:
        raise Refusal(N_("密码应含大写字母、小写字母、数字、符号中的至少三种"), field="password")
    return HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    """Is this the password behind the hash? Never, where no password was given (the people of the sample)."""
    try:
        return HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def hash_of(token: str) -> bytes:
    """What is kept of a session token. It is 256 random bits, so that a plain hash does."""
    return hashlib.sha256(token.encode()).digest()


def sign_in(db: Database, account: str, password: str, *, at: datetime, address: str) -> SignedIn:
    """Open a session for the person behind account and password.

    Raises Locked after five failures in 15 minutes, and otherwise one and the same Refusal for whatever is wrong. The
    failure is counted before the password is looked at: guesses sent side by side do not get past the lock.
    """
    if not account.strip():
        raise Refusal(N_("请填写账号"), field="account")
    if not password:
        raise Refusal(N_("请填写密码"), field="password")
    account = account.strip()[:100]
    with writing(db):
        sessions.forget(db, at - LOCKED_FOR)
        refuse_locked(db, account, address, at)
        sessions.failed(db, account, address, at)
    person = people.by_account(db, account)
    kept = people.password_hash(db, person.id) if person else NOBODYS_HASH
    right = matches(kept, password[: PASSWORD_LONGEST + 1])
    if person is None or not right or not person.active:
        _note_lock(db, person, account, address, at)
        raise Refusal(WRONG, field="account", failures=FAILURES, minutes=LOCKED_FOR.seconds // 60)
    with writing(db):
        sessions.forgive(db, account)
        if HASHER.check_needs_rehash(kept):
            must_change = person.must_change_password
            people.set_password(db, person.id, HASHER.hash(password), must_change=must_change)
        audit.append(db, at=at, person_id=person.id, act="signin", address=address)
        return SignedIn(person, begin(db, person.id, at, address))


def refuse_locked(db: Database, account: str, address: str, at: datetime) -> None:
    """Raise Locked while the fifth failure of this account or address is younger than 15 minutes."""
    fifth = sessions.nth_failure(db, FAILURES, account, address, at - LOCKED_FOR)
    if fifth is not None:
        raise Locked(fifth + LOCKED_FOR)


def _note_lock(db: Database, person: Person | None, account: str, address: str, at: datetime) -> None:
    """Put the failure that shuts the door on the audit trail."""
    with writing(db):
        if sessions.nth_failure(db, FAILURES, account, address, at - LOCKED_FOR) is not None:
            known = person.id if person else None
            # What was typed for an account that does not exist may be somebody's password in the wrong field.
            detail = {"account": account if person else "", "failures": FAILURES}
            audit.append(db, at=at, person_id=known, act="signin.locked", address=address, detail=detail)


def begin(db: Database, person_id: int, at: datetime, address: str) -> str:
    """A new session; the token that opens it."""
    token = secrets.token_urlsafe(32)
    sessions.begin(db, hash_of(token), person_id, at, address)
    return token


def whose(db: Database, token: str, at: datetime) -> Person | None:
    """The person whose session this token opens at the instant ``at``; None when it is over."""
    session = sessions.find(db, hash_of(token))
    if session is None or at - session.seen_at >= IDLE or at - session.created_at >= ABSOLUTE:
        return None
    if at - session.seen_at >= NOTED_EVERY:
        # Reading goes on while the disk is full; the session then idles out a little early.
        with suppress(OperationalError):
            sessions.touch(db, hash_of(token), at)
    person = people.person(db, session.person_id)
    return person if person is not None and person.active else None


def sign_out(db: Database, token: str, actor: Actor, at: datetime) -> None:
    with writing(db):
        sessions.end(db, hash_of(token), at)
        audit.append(db, at=at, person_id=actor.person_id, act="signout", address=actor.address)


def change_password(db: Database, actor: Actor, *, old: str, new: str, again: str, token: str, at: datetime) -> None:
    """Give oneself a new password. Every other session of this person ends at once."""
    if not matches(people.password_hash(db, actor.person_id), old):
        raise Refusal(N_("现在的密码不对"), field="old")
    if new == old:
        raise Refusal(N_("新密码不能与现在的密码相同"), field="password")
    kept = new_password_hash(new, again)
    with writing(db):
        people.set_password(db, actor.person_id, kept, must_change=False)
        sessions.end_all(db, actor.person_id, at, keep=hash_of(token))
        audit.append(db, at=at, person_id=actor.person_id, act="password.changed", address=actor.address)


def new_password_hash(password: str, again: str) -> str:
    """The hash to keep of a password that was typed twice."""
    kept = password_hash(password)
    check_again(password, again)
    return kept


def check_again(password: str, again: str) -> None:
    """Refuse a password whose second typing differs from the first."""
    if password != again:
        raise Refusal(N_("两次输入的密码不一致"), field="again")
