"""Supervision in English: no page of it shows Chinese, with every feature of it on and something of each in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.web.test_english import Bureau, chinese
from tracker.office import cards, orders, raising, redo, revisits, spot
from tracker.office.stages import Around
from tracker.store import features
from tracker.store.database import writing

DAY = timedelta(days=1)
AT = NOW + DAY


@pytest.fixture
def bureau(register, home):
    """A case with cards and a 督办 at each step, a closed one that was drawn and visited, one done over, an alert."""
    found = Bureau(register, home)
    with writing(register):
        features.switch(register, {"supervision", "warnings", "spot_checks", "revisits"})
    late, closed = found.cases["late"], found.cases["closed"]

    def answer(no, text):
        def act(db, who, no, seen):
            orders.answer(db, found.home, who, no, seen, text, Around(AT), AT)

        found.act(act, "Ben", no)

    found.act(cards.give, "Eve", late, "yellow", "Urged twice", AT)
    found.act(cards.give, "Eve", late, "red", "Still nothing", AT)
    found.act(cards.take_back, "Sue", late, "yellow", "By mistake", AT)
    for accepted, reason in ((True, ""), (False, "No photograph")):
        found.act(orders.give, "Eve", late, "Say why it is late", AT + DAY, AT)
        answer(late, "It has stopped")
        found.act(orders.judge, "Eve", late, accepted, reason, AT)
    found.act(orders.withdraw, "Eve", late, "Not wanted", AT)
    found.act(orders.give, "Eve", late, "Say why it is late", AT + DAY, AT)
    answer(late, "It has stopped")
    again = found.closed()
    day = NOW.date()
    spot.draw(register, found.actor("Eve"), day, day, 100, "7", AT)
    found.act(spot.judge, "Sue", closed, "failed", "No photograph", AT)
    found.act(spot.judge, "Sue", again, "passed", "", AT)
    found.act(revisits.set_day, "Eve", closed, AT.date(), AT)
    found.act(revisits.set_day, "Eve", closed, (AT + DAY).date(), AT)
    found.act(revisits.record, "Ben", closed, "rebound", "It smells again", AT)
    found.act(revisits.set_day, "Eve", again, AT.date(), AT)
    found.act(redo.reopen, "Eve", again, "other", ("inspection",), "Another complaint", AT)
    raising.tick(register, AT)
    raising.tick(register, AT + 5 * DAY)
    found.case(AT)  # the one that makes it so many about this place
    raising.tick(register, AT + 5 * DAY)
    found.shown = (late, closed, again)
    return found


PAGES = (
    *("/cards", "/orders", "/orders?state=ended", "/orders?state=waits", "/warnings", "/spot-checks", "/spot-checks/1"),
    *("/spot-checks/1/pool", "/revisits", "/revisits?state=done", "/overdue?card=any", "/today", "/inbox"),
)


@pytest.mark.parametrize("name", ["Ben", "Eve", "Sue"])
def test_no_page_of_supervision_speaks_chinese(bureau, client, clock, sign_in, name):
    clock.at = AT + 5 * DAY
    sign_in(client, bureau.people[name])
    said, opened = {}, 0
    for path in (*PAGES, *(f"/case/{no}" for no in bureau.shown)):
        answer = client.get(path)
        opened += answer.status_code == 200
        if found := chinese(answer.text):
            said[path] = found
    assert said == {}
    assert opened == len(PAGES) + 3 if name != "Ben" else opened > 8
