"""The template channel: a request as the office wrote it, with a case number, a limit, a due time and a link in it.

``Idempotency-Key`` is the same on every try of one message (draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tracker.notify.outcome import Fate, Outcome
from tracker.notify.outgoing import Reply, Request
from tracker.notify.robots import by_status, said
from tracker.rule.channels import FORM, SECRET, TO, Settings, filled, headers


@dataclass(frozen=True)
class Content:
    """All that a template may say. ``link`` opens the act that is owed."""

    no: str
    limit: str
    due: str
    link: str


def request(settings: Settings, content: Content, to: str, key: str, *, inside: bool) -> Request:
    """The request for one message: ``to`` is the colleague's number at the gateway, ``key`` that of the message."""
    values = {**vars(content), TO: to, SECRET: settings.secret}
    form = settings.is_form
    given = {name: value.replace(f"%({SECRET})s", settings.secret) for name, value in headers(settings.headers)}
    kind = FORM if form else "application/json; charset=utf-8"
    if not any(name.lower() == "content-type" for name in given):
        given["Content-Type"] = kind
    given["Idempotency-Key"] = f'"{key}"'
    body = filled(settings.body, values, form=form)
    return Request(settings.method, settings.url, tuple(given.items()), body.encode(), inside)


def outcome(settings: Settings, reply: Reply) -> Outcome:
    """A status from 200 to 299, and the body field as expected, where one is."""
    if not 200 <= reply.status < 300:
        return by_status(reply)
    if not settings.field:
        return Outcome(Fate.SENT, said(reply))
    try:
        found = _at(json.loads(reply.body), settings.field)
    except (ValueError, LookupError, TypeError, RecursionError):
        return Outcome(Fate.UNSURE, said(reply))  # not the answer that was described: nobody knows whether it was taken
    if found == settings.value:
        return Outcome(Fate.SENT, said(reply))
    return Outcome(Fate.FAILED if found in settings.again.split() else Fate.REFUSED, said(reply))


def _at(body: Any, path: str) -> str:
    for name in path.split("."):
        body = body[int(name)] if isinstance(body, list) else body[name]
    return body if isinstance(body, str) else json.dumps(body)
