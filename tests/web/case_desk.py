"""A case on the desk of the tests: people who sign in, and forms that are sent as the page would send them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.conftest import LOOPBACK, Clock
from tests.factories import NOW
from tracker.office import desk
from tracker.office.actors import Actor, actor_for
from tracker.office.desk import Folder
from tracker.office.register import NewCase, register
from tracker.store import streets
from tracker.store.cases import Case
from tracker.store.database import writing
from tracker.store.people import Person

NAME, PHONE = "张守密", "13812345678"
JPG = b"\xff\xd8\xff\xe0" + b"jpeg"

#: What completes each stage, as its form sends it.
CONTACT = {"outcome": "已联", "method": "电话", "who": "林涛", "record": "已告知受理情况"}
INSPECTION = {
    "officers": "王建国、周明",
    "mode": "现场",
    "finding": "属实",
    "note": "夜间挤出工序生产，车间未密闭",
    "demand": "立即密闭车间",
    "demand_until": "06-22",
    "reason": "设备故障，没有照片",
}
RECHECK = {"officers": "王建国", "rectified": "已整改", "no_monitoring": "已停产", "reason": "口头核实"}
RESOLUTION = {"who": "王建国", "result": "无监测", "finding": "属实", "next_step": "办结", "reason": "无文书"}
FORMS = {"contact": CONTACT, "inspection": INSPECTION, "recheck": RECHECK, "resolution": RESOLUTION}


@dataclass
class Desk:
    """The register, the client and the people of one test."""

    db: Database
    client: FlaskClient
    clock: Clock
    sign_in: Callable[[FlaskClient, Person], FlaskClient]
    make_person: Callable[..., Person]
    people: dict[str, Person] = field(default_factory=dict)
    street_id: int = 0
    browser: str = ""

    def __post_init__(self) -> None:
        for name, roles in (
            ("林涛", ("clerk",)),
            ("王建国", ("handler",)),
            ("周明", ("handler",)),
            ("李处", ("supervisor",)),
            ("赵科", ("supervisor",)),
        ):
            self.people[name] = self.make_person(name=name, roles=roles, at=NOW - timedelta(days=30))
        with writing(self.db):
            self.street_id = streets.add(self.db, "新港街道", "xg")

    def actor(self, name: str) -> Actor:
        return actor_for(self.people[name], LOOPBACK)

    def enter(self, name: str) -> Desk:
        """From now on this person sits at the browser."""
        self.sign_in(self.client, self.people[name])
        self.browser = name
        return self

    def later(self, **span: float) -> Desk:
        """So much time goes by; whoever sat at the browser signs in again."""
        self.clock.forward(**span)
        return self.enter(self.browser)

    def case(self, **changes: Any) -> Case:
        """A case received an hour ago, registered by 林涛 for 王建国."""
        fields: dict[str, Any] = {
            "channel": "电话",
            "received_at": self.clock() - timedelta(hours=1),
            "content": "塑料制品厂异味扰民，夜间更明显。窗户不能开",
            "place": "港南路88号",
            "name": NAME,
            "phone": PHONE,
            "handler_id": self.people["王建国"].id,
            "street_id": self.street_id,
            "categories": ("11",),
        }
        return register(self.db, self.actor("林涛"), NewCase(**{**fields, **changes}), self.clock())

    def folder(self, no: str) -> Folder:
        return desk.read(self.db, no)

    def page(self, no: str, path: str = "") -> str:
        """The page as text; fails when it does not open."""
        answer = self.client.get(f"/case/{no}{path}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, no: str, path: str, key: str, *, seen: int | None = None, **fields: Any) -> TestResponse:
        """A form of the page: ``send(no, "reply", "reply", text="…")``. ``do`` is the button."""
        version = self.folder(no).case.version if seen is None else seen
        data = {f"{key}-{name}": value for name, value in fields.items() if name != "do"}
        data.update({"seen": str(version), **({"do": fields["do"]} if "do" in fields else {})})
        answer = self.client.post(f"/case/{no}/{path}", data=data)
        answer.request.environ["wsgi.input"].close()  # the client leaves the body of a large upload open
        return answer

    def record(self, no: str, key: str, *, seen: int | None = None, **changes: Any) -> TestResponse:
        """A stage's form with all its facts, and ``changes``."""
        fields = {"happened_at": self.local(), **FORMS[key], **changes}
        return self.send(no, f"stage/{key}", key, seen=seen, **fields)

    def answer(self, **changes: Any) -> dict[str, Any]:
        """The form of a reply."""
        return {"happened_at": self.local(), "form": "电话答复", "text": "已停产整改", **changes}

    def local(self, **back: float) -> str:
        """The time on the office's clock as the form shows it, so far back."""
        return (self.clock() - timedelta(**back) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")

    def finish(self, no: str, *keys: str) -> None:
        """Record these stages, one minute after another."""
        for key in keys:
            assert self.record(no, key).status_code == 303, key
            self.clock.forward(minutes=1)


def problems(page: str) -> dict[str, str]:
    """The error summary of a page: the field that each line leads to ("" for the whole form), and its words."""
    box = re.search(r'<div class="es".*?</div>', page, re.DOTALL)
    found = re.findall(r'<li>(?:<a href="#f-([\w-]+)">)?([^<]+)', box[0]) if box else []
    return {name: text.strip() for name, text in found}


def upload(name: str, data: bytes = JPG) -> tuple[BytesIO, str]:
    """A file as a form sends it."""
    return BytesIO(data), name
