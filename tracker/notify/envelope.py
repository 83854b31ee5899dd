"""What a person is told, put into an e-mail: a text part and an HTML part that say the same, and the headers.

RFC 5322 (Message-ID, In-Reply-To, References), RFC 2919 (List-Id), RFC 3834 (Auto-Submitted).
"""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.config import Config
from tracker.notify.words import Words
from tracker.paths import TEMPLATES
from tracker.rule import anchors
from tracker.store.deliveries import Address
from tracker.store.digest import Digest
from tracker.store.settings import Office


@dataclass(frozen=True)
class Item:
    """One case in a message: ``head`` names it and its limit, ``details`` are further lines. ``path`` opens the act
    that is owed, from the office's address on. ``limit`` and ``due`` stand alone for a template."""

    mark: str
    head: str
    short: str
    details: tuple[str, ...]
    no: str
    path: str
    limit: str = ""
    due: str = ""


@dataclass(frozen=True)
class Told:
    """What a message says, the worst first. ``daily`` is the digest, ``coming`` the name of its third part."""

    subject: str
    items: tuple[Item, ...]
    daily: Digest | None
    coming: str
    words: Words
    locale: str


def sealed(told: Told, to: Address, message_id: str, office: Office, config: Config) -> EmailMessage:
    """The e-mail. It is the same on every try but for its Date, under one ``message_id``."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = told.subject
    message["From"] = Mailbox(office.name, addr_spec=config.mail_from)
    message["To"] = Mailbox(addr_spec=to.email)
    message["Date"] = format_datetime(told.words.at)
    message["Message-ID"] = message_id
    domain = config.mail_from.rpartition("@")[2]
    message["List-Id"] = f"<reminders.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    _thread(message, told.items, domain)
    message.set_content(rendered("reminder.txt", told, to, config), cte="base64")
    message.add_alternative(rendered("reminder.html", told, to, config), subtype="html", cte="base64")
    return message


def _thread(message: EmailMessage, items: tuple[Item, ...], domain: str) -> None:
    """What is said about a case hangs on one name that no message bears. A message about several cases stands with the
    worst: two names would tie the threads of two cases together."""
    if items:
        message["In-Reply-To"] = message["References"] = f"<case.{items[0].no}@{domain}>"


def rendered(name: str, told: Told, to: Address, config: Config) -> str:
    """A template of templates/mail/ with what is told; what stands in an .html one is escaped."""
    return text(name, told, to=to, digest=told.daily, url=config.base_url)


def text(name: str, told: Told, **more: object) -> str:
    """The same with whatever else the template names."""
    return _environment().get_template(name).render(_=told.words._, told=told, words=told.words, to_act=anchors, **more)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "mail"),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
