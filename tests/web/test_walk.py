"""Five hundred acts at random, lawful and unlawful, sent through the pages by people of every role: each is let through
or refused just as tracker/rule says when it is asked directly, and what is refused changes nothing."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.conftest import LOOPBACK
from tests.web import walk_acts
from tests.web.case_desk import Desk, problems, upload
from tests.web.walk_acts import Try, Walk
from tracker.office.actors import Actor, actor_for
from tracker.office.desk import Folder
from tracker.rule import access
from tracker.rule.callback import UNHAPPY
from tracker.rule.refusals import Refusal
from tracker.store import callback
from tracker.store.database import value
from tracker.store.people import Person
from tracker.store.register import attachments

STEPS, CASES = 500, 6
#: Another seed walks another way: TRACKER_TEST_SEED=7 make test.
SEED = int(os.environ.get("TRACKER_TEST_SEED", "20261122"))
EVERYTHING = "SELECT count(*) || '|' || coalesce(max(seq), 0) FROM audit"


@pytest.fixture
def crowd(desk: Desk) -> dict[str, Person]:
    """Five roles; two supervisors, one of whom also handles cases, and a clerk who is a handler as well."""
    more = {
        "孙敏": ("supervisor", "handler"),
        "许多": ("clerk", "handler"),
        "吴管理": ("admin",),
        "郑审计": ("auditor",),
    }
    return {**desk.people, **{name: desk.make_person(name=name, roles=roles) for name, roles in more.items()}}


def test_every_refusal_is_the_rules_own(
    desk: Desk, crowd: dict[str, Person], capsys: pytest.CaptureFixture[str]
) -> None:
    random, counted = Random(SEED), Counter[str]()
    handlers = tuple(one.id for one in crowd.values() if "handler" in one.roles)
    nos = [_register(desk, random, n) for n in range(CASES)]
    for step in range(STEPS):
        desk.clock.forward(minutes=random.choice((1, 7, 30, 120, 600) if random.random() < 0.7 else (1,)))
        no = random.choice(nos)
        folder = desk.folder(no)
        who = _who(random, crowd, folder)
        calls = tuple(one for one in callback.of_case(desk.db, folder.case.id) if one.round == folder.case.round)
        walk = Walk(random, desk.clock(), folder, who.id, handlers, desk.street_id, calls)
        tried = _drawn(walk)
        outcome = _send(desk, who, no, tried, stale=tried.seen and random.random() < 0.03, where=f"step {step}")
        counted[outcome] += 1
        if folder.case.state == "closed" and not calls and random.random() < 0.5:
            _unhappy(desk, no)
        if all(desk.folder(one).case.state == "closed" for one in nos) or step % 100 == 99:
            nos.append(_register(desk, random, len(nos)))
    with capsys.disabled():
        print(f"\n{STEPS} acts: {dict(counted)}, seed {SEED}")
    assert min(counted[kind] for kind in ("done", "refused", "forbidden")) >= STEPS // 20, counted
    assert counted["done"] >= STEPS // 5


def _drawn(walk: Walk) -> Try:
    """An act at random; half of the time one that the rule has nothing against, if a few draws find it."""
    drawn = [walk.random.choice(walk_acts.ACTS)(walk) for _ in range(6 if walk.random.random() < 0.5 else 1)]
    return next((one for one in drawn if not one.refused), drawn[0])


def _register(desk: Desk, random: Random, n: int) -> str:
    changes: dict[str, object] = {
        "place": f"港南路{n}号",
        "received_at": desk.clock() - timedelta(hours=random.choice((0, 2, 30))),
    }
    if n % 4 == 1:
        changes |= {"anonymous": True, "phone": "", "name": ""}
    if n % 4 == 3:
        changes |= {"channel": "12345热线"}
    if n % 4 == 2:
        changes |= {"street_id": None, "categories": (), "channel": "来访"}
    return desk.case(**changes).no


def _who(random: Random, crowd: dict[str, Person], folder: Folder) -> Person:
    """Mostly those whose case it is."""
    near = [one for one in crowd.values() if one.id == folder.case.handler_id or "supervisor" in one.roles]
    return random.choice(near if near and random.random() < 0.75 else list(crowd.values()))


def _send(desk: Desk, who: Person, no: str, tried: Try, *, stale: bool, where: str) -> str:
    """Send the act as this person, and hold the answer against the rule's; what came of it, in a word."""
    before, count = desk.folder(no), value(desk.db, EVERYTHING)
    desk.sign_in(desk.client, who)
    answer = desk.send(no, tried.path, tried.key, seen=before.case.version - 1 if stale else None, **tried.fields)
    after, about = desk.folder(no), f"{where}: {who.name} {tried.name} on {no} ({before.case.state}): {tried.fields}"
    kind, status = _expected(actor_for(who, LOOPBACK), before, tried, stale=stale)
    assert answer.status_code == status, f"{about}\nexpected {kind}: {tried.refused}\n{problems(answer.text)}"
    if kind == "refused":
        _same_words(tried.refused, problems(answer.text), about)
    if kind != "done":
        assert value(desk.db, EVERYTHING) == count, f"{about}: refused, and yet on record"
        assert after == before, f"{about}: refused, and yet changed"
    elif not tried.moves:
        assert _dues(before).items() <= _dues(after).items(), f"{about}: moved a due time"
    return kind


def _expected(actor: Actor, folder: Folder, tried: Try, *, stale: bool) -> tuple[str, int]:
    roles, case = actor.roles, folder.case
    # Whoever works on cases may be named a deputy, so that the pages of decisions are open to them all.
    page_open = access.reach(roles, tried.right) or (tried.right in access.DEPUTISED and roles - {"admin", "auditor"})
    if not page_open:
        return "forbidden", 403
    own = case.handler_id == actor.person_id
    entered = case.registered_by == actor.person_id

    def may(act: str) -> bool:
        return access.may(roles, act, own=own) or (entered and access.may(roles & {"clerk"}, act, own=True))

    if not may("see"):
        return "hidden", 404
    if not may(tried.right):
        return "forbidden", 403
    if tried.refused:
        # A form that was filled in for an older page says so before the rule is asked; what it lacks in itself, first.
        return ("stale", 409) if stale and not _typed(tried) else ("refused", 400)
    return ("stale", 409) if stale else ("done", 303)


def _typed(tried: Try) -> bool:
    """Is the form refused for what was typed, before the case is opened for the act?"""
    by_form = {"triage": ("place",), "reply": ("form", "text"), "notify": ("form", "text")}
    return any(one.field in by_form.get(tried.key, ()) for one in tried.refused)


def _same_words(refused: tuple[Refusal, ...], shown: dict[str, str], about: str) -> None:
    fields = {one.field for one in refused}
    assert len(shown) == len(fields), f"{about}\nrule: {refused}\npage: {shown}"
    words = "\n".join(shown.values())
    for field in fields:
        found = next(one for one in refused if one.field == field)
        assert re.search(_pattern(found.message), words), f"{about}\nrule: {found}\npage: {shown}"


def _pattern(message: str) -> str:
    return ".+".join(re.escape(part) for part in re.split(r"%\(\w+\)s", message))


def _dues(folder: Folder) -> dict[int, tuple[object, ...]]:
    return {one.id: (one.due_at, one.first_due_at) for one in folder.deadlines}


def _unhappy(desk: Desk, no: str) -> None:
    """The citizen is called, is not satisfied, and the case may be done over."""
    desk.sign_in(desk.client, desk.people["林涛"])
    data = {"outcome": UNHAPPY, "reason": "还有异味", "redo": "1"}
    assert desk.client.post(f"/callback/{no}", data=data).status_code in (303, 409)


def test_whoever_may_not_act_on_a_case_leaves_no_file_behind(desk: Desk) -> None:
    no = desk.case().no
    for name, key, path, status in (("林涛", "inspection", "stage/inspection", 403), ("周明", "note", "note", 404)):
        desk.enter(name)
        answer = desk.send(no, path, key, note="看了", files=upload("a.jpg"))
        assert answer.status_code == status
    home = attachments(Path(desk.db.conn.execute("PRAGMA database_list").fetchone()[2]).parent)
    assert not home.exists() or not [one for one in home.rglob("*") if one.is_file()]
