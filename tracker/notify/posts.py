"""A reminder through another channel than mail: what it says, handed over, and how that ended."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from tracker.config import Config
from tracker.i18n import translator
from tracker.notify import envelope, letters, outgoing, robots, template
from tracker.notify.envelope import Item, Told
from tracker.notify.letters import Unneeded
from tracker.notify.outcome import Fate, Outcome
from tracker.notify.outgoing import Forbidden, Request, Resolve, Unreachable, Unsure
from tracker.notify.template import Content
from tracker.rule.channels import TEMPLATE, Settings
from tracker.rule.holding import EMPTY, NO_ADDRESS
from tracker.rule.refusals import N_
from tracker.store import channels, choosing, deliveries
from tracker.store.board import Board
from tracker.store.channels import Channel
from tracker.store.deliveries import Delivery
from tracker.store.holding import Holding
from tracker.store.settings import Office

TESTED = N_("这是一条测试消息，由 %(name)s 发出")


def compose(
    db: Database, delivery: Delivery, channel: Channel, at: datetime, office: Office, config: Config, board: Board
) -> Request:
    """The request of a delivery at ``at``; Unneeded when there is nothing left to say or nobody to say it to."""
    reader = deliveries.address(db, delivery.recipient_id)
    choice = choosing.chosen(db, delivery.recipient_id).get(channel.id, choosing.Choice())
    if channel.personal and not (reader.active and choice.address):
        raise Unneeded(NO_ADDRESS)
    locale = (reader.locale if channel.personal else "") or office.locale
    holding = Holding(db, at, board, channel.unit_id)
    told = letters.tell(db, delivery, at, office, locale, holding, to_group=not channel.personal)
    if not told.items:
        raise Unneeded(EMPTY)
    settings = channels.settings(db, channel.id)
    if channel.kind == TEMPLATE:
        key = delivery.message_id.strip("<>").partition("@")[0]
        return template.request(settings, content(told, config.base_url), choice.address, key, inside=channel.inside)
    text = fitting(told, config.base_url, robots.MANNERS[channel.kind].longest)
    return robots.request(channel.kind, settings, text, at, inside=channel.inside)


def content(told: Told, url: str) -> Content:
    """The worst case of a message, for a template. With several cases the link leads to them all."""
    first, n = told.items[0], len(told.items)
    more = told.words._(N_(" 等%(n)s项")) % {"n": n} if n > 1 else ""
    link = f"{url}/inbox" if n > 1 else url + first.path
    return Content(first.no + more, f"{first.mark} {first.limit}".strip(), first.due, link)


def fitting(told: Told, url: str, longest: int) -> str:
    """As many cases, the worst first, as the group takes in one message; the others are counted."""
    items = told.items
    while True:
        text = _text(told, items, url)
        if len(text.encode()) <= longest or len(items) == 1:
            return text
        items = items[: max(1, len(items) * longest // (len(text.encode()) + 1))]


def _text(told: Told, items: tuple[Item, ...], url: str) -> str:
    return envelope.text("group.txt", told, items=items, left=len(told.items) - len(items), url=url).strip()


def trial(
    channel: Channel, settings: Settings, asked_by: str, to: str, at: datetime, office: Office, url: str
) -> Request:
    """A message that tries the channel out. It names no case."""
    _ = translator(office.locale)
    said = _(TESTED) % {"name": asked_by}
    if channel.kind == TEMPLATE:
        content = Content(no=said, limit=office.name, due=f"{at.astimezone(office.zone):%m-%d %H:%M}", link=url)
        return template.request(settings, content, to, f"test-{int(at.timestamp())}", inside=channel.inside)
    text = f"{office.name}\n{said}\n{url}"
    return robots.request(channel.kind, settings, text, at, inside=channel.inside)


def deliver(channel: Channel, settings: Settings, request: Request, resolve: Resolve) -> Outcome:
    """Hand it over; never raises for anything that a server or a network does."""
    try:
        reply = outgoing.send(request, resolve)
    except Forbidden as error:
        return Outcome(Fate.REFUSED, f"not allowed: {error}")
    except Unreachable as error:
        return Outcome(Fate.UNREACHABLE, f"{error}"[:500])
    except Unsure as error:
        return Outcome(Fate.UNSURE, f"{error}"[:500])
    if channel.kind == TEMPLATE:
        return template.outcome(settings, reply)
    return robots.outcome(channel.kind, reply)
