"""The reminders of a person, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tracker.clock import from_text, local
from tracker.rule.channels import KINDS, MAIL
from tracker.rule.ladder import UNDISPATCHED, family, reason
from tracker.rule.refusals import N_
from tracker.rule.reminders import DECISIONS, DIGESTS, PUNCTUAL, QUESTIONS, RAISED, REASONS, UNDELIVERABLE
from tracker.store import digest
from tracker.store.digest import Digest
from tracker.store.outbox import Notice
from tracker.web import context, lines, notices_supervision, view
from tracker.web.words import gettext as _


def question(kind: str, limit: str = "") -> str:
    """What is asked, in words."""
    words = _(QUESTIONS.get(kind, NEWS))
    return f"{words} {lines.limit_name(limit)}" if limit else str(words)


@dataclass(frozen=True)
class Entry:
    """One reminder as the page shows it. ``href`` opens its case and takes it as read; the digest is unfolded instead,
    and what an alarm ``says`` leads to the place where it is mended (``mend``).

    ``owed_at`` is given when it came late.
    """

    id: int
    unread: bool
    why: str
    no: str
    href: str
    title: str
    says: str
    mend: str
    shown_at: datetime
    owed_at: datetime | None
    digest: Digest | None


#: What is said of a notice whose kind has no words of its own.
NEWS = N_("通知")
CHANNEL_FAILS = N_("提醒渠道发送失败")


def entries(found: tuple[Notice, ...]) -> Iterator[Entry]:
    """The reminders in words."""
    for one in found:
        late = one.shown_at - one.owed_at > PUNCTUAL
        yield Entry(
            id=one.id,
            unread=one.read_at is None,
            why=_why(one),
            no=one.case_no,
            href=f"/inbox/{one.id}/{one.case_no}" if one.case_no else "",
            title=one.title,
            says=_says(one),
            mend=_mend(one),
            shown_at=one.shown_at,
            owed_at=one.owed_at if late else None,
            digest=digest.read(json.dumps(one.body)) if one.rung in DIGESTS else None,
        )


def _mend(one: Notice) -> str:
    """What was not delivered on the day of an alarm, and goes again from there."""
    if one.rung != UNDELIVERABLE:
        return ""
    return f"/inbox/sent?day={local(one.shown_at, context.office().zone).date()}&state=failed"


def _why(one: Notice) -> str:
    if "channel" in one.body:
        return str(_(CHANNEL_FAILS))
    if one.rung == "dispatch" and one.body.get("handler", 0) is None:
        return str(_(UNDISPATCHED))
    return reason(one.rung, _) or str(_(REASONS.get(one.rung, NEWS)))


def _says(one: Notice) -> str:
    if one.rung == UNDELIVERABLE and "channel" in one.body:
        name = _(KINDS[MAIL]) if one.body["kind"] == MAIL else one.body["channel"]
        return str(_("%(name)s：%(answer)s", name=name, answer=one.body["answer"]))
    if one.rung == UNDELIVERABLE and "since" in one.body:
        since = view.stamp(from_text(one.body["since"]))
        told = {"name": one.body["name"], "answer": one.body["answer"], "since": since}
        return str(_("%(name)s 自 %(since)s 起的邮件一直没有送达，仍在重试：%(answer)s", **told))
    if one.rung == UNDELIVERABLE:
        return str(_("%(name)s 的邮件无法送达：%(answer)s", **one.body))
    if one.rung == "co_handler":
        return str(_("%(name)s 添加您为协办人", name=one.body["by"]))
    if one.rung == RAISED:
        return str(_("%(name)s 将本件升为紧急", name=one.body["by"]))
    if one.rung == "lead":
        return str(_("%(name)s 指定您为责任领导", name=one.body["by"]))
    if family(one.rung) == "decide":
        return question(one.body.get("kind", ""), one.limit_key)
    if one.rung == "decided":
        decision = DECISIONS.get(one.body.get("decision", ""), "")
        said = (question(one.body.get("act", ""), one.body.get("stage", "")), decision and _(decision))
        return "　".join(part for part in (*said, one.body.get("answer", "")) if part)
    if one.rung in notices_supervision.RUNGS:
        return notices_supervision.says(one.rung, one.body)
    if one.limit_key and one.due_at:
        limit = lines.limit_name(one.limit_key)
        about = str(_("%(limit)s　应完成 %(due)s", limit=limit, due=view.due(one.due_at)))
        by = _("%(name)s 催办", name=one.body["by"]) if "by" in one.body else ""
        stead = _("代 %(name)s", name=one.body["for"]) if "for" in one.body else ""
        return "　".join(part for part in (about, by, one.body.get("note", ""), stead) if part)
    stead = _("代 %(name)s", name=one.body["for"]) if "for" in one.body else ""
    return "　".join(part for part in (_nearest(one), str(stead)) if part)


#: Of no limit: what they ask for begins with the one that is due first.
OF_THE_CASE = ("dispatch", "late_entry", "unsigned")


def _nearest(one: Notice) -> str:
    if family(one.rung) not in OF_THE_CASE or one.next_due_at is None:
        return ""
    limit = lines.limit_name(one.next_limit)
    return str(_("最近时限 %(limit)s　应完成 %(due)s", limit=limit, due=view.due(one.next_due_at)))
