"""Test messages: asked for on the page of a channel, sent by the one sender, answered with the server's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sqlite_utils import Database

from tracker.config import Config
from tracker.i18n import translator
from tracker.notify import posts
from tracker.notify.mail import Postman
from tracker.notify.outcome import Fate, Outcome, plain
from tracker.notify.outgoing import Resolve
from tracker.rule.refusals import N_, Refusal
from tracker.store import channel_log, channels, choosing, deliveries, settings
from tracker.store.channel_log import Trial
from tracker.store.channels import MAIL_ID
from tracker.store.database import writing

#: Each takes seconds at worst, and the reminders wait behind them.
MOST = 3
NO_SERVER = N_("没有设置邮件服务器（TRACKER_SMTP_HOST）")
NO_ADDRESS = N_("您的账号没有电子邮箱，请先填写")
NO_NUMBER = N_("请先在“我的设置”里填写您在这个渠道的接收号码")


def send_all(
    db: Database, config: Config, postman: Postman, now: Callable[[], datetime], resolve: Resolve
) -> Iterator[int]:
    """Try what was asked for, each once; the channels that took theirs."""
    for _ in range(MOST):
        at = now()
        with writing(db):
            asked = channel_log.claim(db, at)
        if asked is None:
            return
        try:
            outcome = _tried(db, asked, config, postman, at, resolve)
        except (ValueError, MessageError, Refusal) as error:
            outcome = Outcome(Fate.REFUSED, plain(error))
        with writing(db):
            channel_log.answered(db, asked.id, outcome.fate, outcome.answer)
            if outcome.fate is not Fate.SENT:
                channel_log.fail(db, asked.channel_id, None, now(), outcome.fate, outcome.answer)
        if outcome.fate is Fate.SENT:
            yield asked.channel_id


def _tried(db: Database, asked: Trial, config: Config, postman: Postman, at: datetime, resolve: Resolve) -> Outcome:
    office, who = settings.office(db), deliveries.address(db, asked.asked_by)
    _ = translator(who.locale or office.locale)
    channel = channels.one(db, asked.channel_id)
    assert channel is not None
    if channel.id == MAIL_ID:
        if not config.smtp_host or not who.email:
            return Outcome(Fate.REFUSED, _(NO_ADDRESS if config.smtp_host else NO_SERVER))
        return postman.deliver(
            who.email, _letter(config, office.name, who.email, _(posts.TESTED) % {"name": who.name}, at)
        )
    kept = channels.settings(db, channel.id)
    to = choosing.chosen(db, asked.asked_by).get(channel.id, choosing.Choice()).address
    if channel.personal and not to:
        return Outcome(Fate.REFUSED, _(NO_NUMBER))
    request = posts.trial(channel, kept, who.name, to, at, office, config.base_url)
    return posts.deliver(channel, kept, request, resolve)


def _letter(config: Config, office: str, to: str, said: str, at: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = said
    message["From"] = f"{config.mail_from}"
    message["To"] = to
    message["Date"] = format_datetime(at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{office}\n{said}\n{config.base_url}\n", cte="base64")
    return message
