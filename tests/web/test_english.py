"""Every page in English: an office whose own data are English shows no Chinese anywhere."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests import factories
from tests.conftest import LOOPBACK
from tests.factories import NOW
from tracker.office import accepting, classifying, clocking, closing, deciding, moving, raising, returning, stages
from tracker.office import register as registering
from tracker.office.actors import actor_for
from tracker.office.desk import read
from tracker.office.history import Source, bring_in, office_of
from tracker.office.register import NewCase
from tracker.office.stages import Around
from tracker.rule.clock_acts import Wanted
from tracker.rule.facts import Attempt, Contact, Inspection, Recheck, Reply, Resolution
from tracker.rule.history import Letter
from tracker.rule.returning import Answer as Said
from tracker.store import checklists, features
from tracker.store.database import execute
from tracker.store.register import attachments
from tracker.web.routes import FILES

CHINESE = re.compile(r"[一-鿿、。（）：，；？！]+")
#: The values behind choices are the words of the register, and the other language is offered in its own name.
#: What is itself written in Chinese says so (lang).
BEHIND = re.compile(
    r'value="[^"]*"|lang="zh-CN">中文</button>|<span lang="zh-CN">[^<]*</span>'
    r'|<option value="zh_Hans_CN"[^>]*>中文</option>'
)
HOUR = timedelta(hours=1)
CONTACT = Contact("电话", "已联", "Ann", "Told how it goes on")
INSPECTION = Inspection(("Ben", "Cid"), "现场", "属实", "Smell at the fence", "Close the doors", NOW.date())
RECHECK = Recheck(("Ben",), "已整改", "Doors closed", "County lab", NOW.date(), "VOC")
RESOLUTION = Resolution("Ben", "达标", "R-1", NOW.date(), "部分属实", "办结")
TOLD = Around(NOW, note="By letter")
LETTER = Letter(
    row=2,
    source_no="2549",
    received_at=NOW - timedelta(days=400),
    received_from="letter",
    channel="来信",
    title="Night works",
    content="Piling at two in the morning.",
    place="Quay 1",
    reply="Stopped.",
    replied_at=NOW - timedelta(days=380),
)


def chinese(page: str) -> list[str]:
    """Where a page speaks Chinese, with what stands around it."""
    seen = BEHIND.sub("", page)
    return [seen[max(0, found.start() - 60) : found.end() + 30] for found in CHINESE.finditer(seen)]


class Bureau:
    """An office that works in English, and one case in every state."""

    def __init__(self, db, home) -> None:
        self.db, self.home = db, attachments(home)
        factories.set_up_office(db, name="Lakeside Bureau")
        self.people = {
            name: factories.add_person(db, roles=roles, name=name, unit="Team 2", at=NOW - timedelta(days=30))
            for name, roles in (
                ("Ann", ("clerk",)),
                ("Ben", ("handler",)),
                ("Cid", ("handler",)),
                ("Eve", ("supervisor",)),
                ("Sue", ("supervisor",)),
                ("Max", ("admin",)),
                ("Aud", ("auditor",)),
            )
        }
        execute(db, "UPDATE person SET locale = 'en'")
        features.switch(db, ("clocks", "checklists", "sheets"))
        checklists.put(db, {code: (f"Point {code}",) for code in checklists.every(db)})
        self.street = factories.add_street(db, "Harbour", "hb")
        self.cases = {name: getattr(self, name)() for name in STATES}

    def actor(self, name: str):
        return actor_for(self.people[name], LOOPBACK)

    def case(self, at=NOW - timedelta(hours=2), **changes) -> str:
        told = {
            "channel": "12345热线",
            "received_at": at,
            "content": "A smell at night. Worse after ten",
            "place": "Quay 8",
            "subject_unit": "Plastics Ltd",
            "name": "Dora",
            "phone": "13800000000",
            "street_id": self.street,
            "categories": ("11", "23"),
            "handler_id": self.people["Ben"].id,
        }
        return registering.register(self.db, self.actor("Ann"), NewCase(**{**told, **changes}), at).no

    def act(self, act, who: str, no: str, *rest) -> str:
        act(self.db, self.actor(who), no, read(self.db, no).case.version, *rest)
        return no

    def record(self, no: str, fact, happened_at, at, **around) -> str:
        entry = Around(happened_at, note="Record", **around)
        return self.act(
            lambda db, who, no, seen: stages.record(db, self.home, who, no, seen, fact, entry, at), "Ben", no
        )

    def new(self) -> str:
        return self.case(source_no="A-1", source_due_at=NOW + timedelta(days=9))

    def bare(self) -> str:
        return self.case(handler_id=None, street_id=None, categories=(), phone="", channel="来信", grade="紧急")

    def late(self) -> str:
        return self.case(NOW - timedelta(days=5), lead_no="", source_no="A-2", source_due_at=NOW - timedelta(days=1))

    def joined(self) -> str:
        return self.case(lead_no=self.bare())

    def tried(self) -> str:
        tried = Attempt("电话", "未接通", "Rang twice")
        return self.act(stages.attempt, "Ben", self.case(), tried, NOW - HOUR, NOW)

    def entered_late(self) -> str:
        no = self.case(NOW - timedelta(days=4))
        happened = NOW - timedelta(days=3)
        return self.record(no, INSPECTION, happened, NOW, reason="No network", late_cause="人手不足")

    def done_late(self) -> str:
        no = self.case(NOW - timedelta(days=4))
        return self.record(no, INSPECTION, NOW - HOUR, NOW, late_cause="其他", reason="Flood")

    def undone(self) -> str:
        no = self.record(self.case(), CONTACT, NOW - HOUR, NOW)
        stages.undo(self.db, self.actor("Ben"), no, "contact", NOW)
        return no

    def through(self) -> str:
        no = self.case(NOW - timedelta(hours=8))
        for n, fact in enumerate((CONTACT, INSPECTION, RECHECK, RESOLUTION)):
            self.record(no, fact, NOW - timedelta(hours=6 - n), NOW - timedelta(hours=6 - n))
        return self.act(closing.reply, "Ben", no, Reply("电话答复", "It has stopped", True), NOW - HOUR, "", NOW)

    def goes_on(self) -> str:
        no = self.case(NOW - timedelta(hours=8))
        going_on = replace(RESOLUTION, next_step="继续整改", until=(NOW + timedelta(days=9)).date())
        for n, fact in enumerate((CONTACT, INSPECTION, RECHECK, going_on)):
            self.record(no, fact, NOW - timedelta(hours=6 - n), NOW - timedelta(hours=6 - n))
        return no

    def to_review(self) -> str:
        return self.act(closing.apply_close, "Ben", self.through(), "All done", NOW)

    def closed(self) -> str:
        return self.act(closing.close, "Eve", self.to_review(), "Agreed", NOW)

    def sent_back(self) -> str:
        return self.act(closing.send_back, "Eve", self.to_review(), ("recheck",), "Look again", NOW)

    def to_end(self) -> str:
        to = partial(closing.ask_end, receiver="County")
        return self.act(to, "Ben", self.case(), "not_ours", "For the county", NOW)

    def ended(self) -> str:
        return self.act(closing.decide_end, "Eve", self.to_end(), True, "Agreed", NOW)

    def accepted(self) -> str:
        return self.act(accepting.accept, "Ann", self.case(channel="12345热线"), accepting.Filled(), NOW)

    def order_returned(self) -> str:
        return self.act(returning.send, "Ann", self.case(channel="12345热线"), "area", "Next district", NOW)

    def order_confirmed(self) -> str:
        return self.act(returning.answered, "Eve", self.order_returned(), Said("confirmed", NOW, "Agreed"), NOW)

    def to_reclassify(self) -> str:
        return self.act(classifying.ask, "Ben", self.case(), "咨询", "一般", "Only a question", NOW)

    def reclassified(self) -> str:
        return self.act(classifying.decide, "Eve", self.to_reclassify(), True, "Agreed", NOW)

    def rerouted(self) -> str:
        return self.act(classifying.set_route, "Ben", self.case(), "信访事项", "Wants a letter", NOW)

    def to_refuse(self) -> str:
        return self.act(deciding.ask_refusal, "Ben", self.case(), "unclear", "No such address", NOW)

    def refused(self) -> str:
        return self.act(deciding.decide_refusal, "Eve", self.to_refuse(), True, "Agreed", NOW)

    def notified(self) -> str:
        return self.act(deciding.notify, "Ben", self.refused(), Reply("电话答复", "Told by phone"), NOW, "", NOW)

    def back_again(self) -> str:
        return self.act(deciding.come_back, "Eve", self.ended(), ("inspection",), "The county says it is ours", NOW)

    def to_extend(self) -> str:
        return self.act(moving.ask_extension, "Ben", self.case(), "inspection", 2, "Storm", True, NOW)

    def paused(self) -> str:
        no = self.act(moving.ask_suspension, "Ben", self.case(), "case", "Owner away", NOW)
        return self.act(moving.decide_suspension, "Eve", no, True, "", NOW)

    def clocks(self) -> str:
        no = self.case()
        law, own = Wanted("settle", reason="A petition"), Wanted("own", label="Letter", source="City", reason="Asked")
        for wanted in (law, replace(own, days=3, convention="working"), replace(own, due_at=NOW + HOUR)):
            self.act(clocking.add, "Ben", no, wanted, NOW)
        first, second, third = sorted(one.id for one in read(self.db, no).outside)
        self.act(clocking.move, "Eve", no, second, NOW + 2 * HOUR, "Later", NOW)
        self.act(clocking.cancel, "Eve", no, third, "Withdrawn", NOW)
        self.act(lambda db, who, no, seen: clocking.meet(db, self.home, who, no, seen, second, TOLD, NOW), "Ben", no)
        return self.act(clocking.ask_extension, "Ben", no, first, 30, "Complex", False, NOW)

    def inquiry(self) -> str:
        return self.case(kind="咨询")

    def past(self) -> str:
        bring_in(self.db, Source("old.xlsx", (LETTER,)), to=office_of(self.db), at=NOW)
        return "XH2025-000001"


STATES = (
    *("new", "bare", "late", "joined", "tried", "entered_late", "done_late", "undone", "through", "goes_on"),
    *("to_review", "closed", "sent_back", "to_end", "ended", "to_extend", "paused", "clocks", "inquiry", "past"),
    *("accepted", "order_returned", "order_confirmed", "to_reclassify", "reclassified", "rerouted"),
    *("to_refuse", "refused", "notified", "back_again"),
)
PEOPLE = ("Ann", "Ben", "Eve", "Max")
#: Forms that would end the walk: they sign out, or leave English.
KEPT = ("login.sign_out", "me.language", "me.settings", "firstrun.start_sample", "firstrun.end_sample")
#: What no field takes: days that are not, choices that are none, texts that are too long.
NONSENSE = {
    f"{form}-{field}": "x" * 300
    for form in ("contact", "inspection", "recheck", "resolution", "reply", "end", "assign", "triage", "close")
    for field in ("happened_at", "outcome", "method", "officers", "mode", "finding", "demand_until", "planned", "place")
} | dict.fromkeys(
    ("phone", "place", "received_at", "categories", "street", "content", "account", "password"), "x" * 300
)
#: What a page is asked for by its key, where it is no stage.
KEYS = {"case.sheet": ("record", "receipt", "notice", "monitoring")}
#: Pages with something in their address that changes what they say.
ASKED = (
    *("/overdue?group=stage", "/overdue?group=who", "/overdue?group=street", "/overdue?light=near", "/overdue?q=none"),
    *("/overdue?light=normal&sort=recent", "/overdue?at=2026-06-16+09:00", "/overdue?at=tomorrow", "/nowhere"),
    *("/overdue/print?light=normal", "/case/XH2026-999999", "/today?scope=team", "/new?lead_no=XH2026-000001"),
    *("/outdoors/print?no=XH2026-000001&no=XH2026-000004&matter=1",),
)


@pytest.fixture
def bureau(register, home):
    found = Bureau(register, home)
    raising.tick(register, NOW)
    return found


@pytest.fixture
def enter(bureau, client, sign_in):
    """``enter("Eve")``: from now on Eve sits at the browser."""
    return lambda name: sign_in(client, bureau.people[name])


def pages(app, bureau) -> list[str]:
    """Every address that can be opened."""
    found = list(ASKED)
    with app.app_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods or rule.endpoint in FILES:
                continue
            for no in bureau.cases.values() if "no" in rule.arguments else [""]:
                for key in KEYS.get(rule.endpoint, ("contact", "inspection")) if "key" in rule.arguments else [""]:
                    values = {"no": no, "key": key, "person_id": 1, "evidence_id": 1, "notice_id": 1}
                    values["deadline_id"] = next((one.id for one in read(bureau.db, no).outside), 1) if no else 1
                    found.append(rule.build({k: values.get(k, 1) for k in rule.arguments}, append_unknown=False)[1])
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_speaks_chinese(app, bureau, client, enter, name):
    enter(name)
    said = {}
    for path in pages(app, bureau):
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype == "text/html" and (found := chinese(answer.text)):
            said[path] = found
    assert said == {}


def test_nor_does_what_stands_before_the_sign_in(bureau, client):
    client.post("/language", data={"language": "en"})
    assert chinese(client.get("/login").text) == []
    assert chinese(client.post("/login", data={"account": "nobody", "password": "no"}).text) == []


def test_the_workbook_is_english_too(bureau, client, enter):
    enter("Eve")
    book = CalamineWorkbook.from_filelike(BytesIO(client.get("/overdue.xlsx?light=normal").data))
    said = [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert len(said) > 30
    assert [cell for cell in (*said, *book.sheet_names) if CHINESE.search(cell)] == []


@pytest.mark.parametrize("name", ["Ben", "Eve", "Max"])
def test_what_is_refused_is_refused_in_english(app, bureau, client, enter, name):
    """Every form of the product, sent empty and sent with nonsense."""
    enter(name)
    said, refused = {}, 0
    with app.app_context():
        forms = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods and rule.endpoint not in KEPT]
    for rule in forms:
        for state in ("new", "entered_late", "to_review", "to_end") if "no" in rule.arguments else ("new",):
            no = bureau.cases[state]
            values = {"no": no, "key": "inspection"}
            path = rule.build({key: values.get(key, 1) for key in rule.arguments}, append_unknown=False)[1]
            for fields in ({}, NONSENSE):
                answer = client.post(path, data={**fields, "seen": str(read(bureau.db, no).case.version)})
                assert answer.status_code < 500, path
                refused += answer.status_code >= 400
                if answer.mimetype == "text/html" and (found := chinese(answer.text)):
                    said[path] = found
    assert said == {}
    assert refused > 20
