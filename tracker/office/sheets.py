"""Papers for outside the office: a receipt of the inspection, a notice to rectify, an order to the laboratory.

They are made of what the officers found, never of what the citizen said; and what they found is held against who
complained and in which words before it is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlite_utils import Database

from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import phones
from tracker.rule.checklists import Check
from tracker.rule.intake import mask_name
from tracker.rule.refusals import N_, Refusal
from tracker.rule.sheets import Secrets, betrays
from tracker.store import audit, cases, identity, joins, settings
from tracker.store.cases import Case
from tracker.store.database import writing
from tracker.store.facts import Evidence, Fact
from tracker.store.identity import Complainant

RECEIPT, NOTICE, MONITORING = "receipt", "notice", "monitoring"
#: Which fact each paper is made of.
SOURCES = {RECEIPT: "inspection", NOTICE: "inspection", MONITORING: "recheck"}
#: The stages whose photographs show the place, and nothing of the citizen.
ON_SITE = ("inspection", "recheck")
#: What may be withheld, by its word.
FIELDS = {
    "unit": N_("被检查单位"),
    "place": N_("检查地点"),
    "note": N_("检查情况"),
    "demand": N_("整改要求"),
    "items": N_("监测项目"),
    "body_name": N_("监测单位"),
    "checks": N_("检查要点"),
}


@dataclass(frozen=True)
class Paper:
    """What a paper says. ``number`` leads back to the fact, and nobody outside to the case; ``withheld`` are the words
    of what is not printed, because it would tell of the citizen."""

    key: str
    number: str
    unit: str
    place: str
    at: datetime
    officers: tuple[str, ...]
    mode: str
    visit: str
    note: str
    demand: str
    until: date | None
    checks: tuple[Check, ...]
    body_name: str
    items: str
    planned: date | None
    withheld: tuple[str, ...] = ()


def possible(folder: Folder) -> tuple[str, ...]:
    """The papers that the case gives something to print for."""
    inspected, rechecked = _last(folder, "inspection"), _last(folder, "recheck")
    return tuple(
        key
        for key, wanted in (
            (RECEIPT, inspected),
            (NOTICE, inspected and inspected.body.get("demand")),
            (MONITORING, rechecked and rechecked.body.get("body_name")),
        )
        if wanted
    )


def paper(db: Database, folder: Folder, key: str, place: str) -> Paper:
    """The paper for outside, at the ``place`` that the officer says; LookupError where the case has none."""
    fact = _last(folder, SOURCES[key])
    if fact is None or key not in possible(folder):
        raise LookupError(key)
    body, secrets = fact.body, _secrets(db, folder)
    texts = {
        "unit": folder.case.subject_unit,
        "place": place,
        **{name: body.get(name, "") for name in ("note", "demand", "items", "body_name")},
    }
    told = {name: "" if betrays(text, secrets) else text for name, text in texts.items()}
    checks = [Check(**one) for one in body.get("checks", ())]
    shown = tuple(one for one in checks if not betrays(f"{one.point} {one.note}", secrets))
    withheld = [name for name, text in texts.items() if text and not told[name]]
    return Paper(
        key=key,
        number=f"{settings.office(db).prefix}-J{fact.id:06d}",
        at=datetime.fromisoformat(body["truly_at"]) if body.get("truly_at") else fact.happened_at,
        officers=tuple(body.get("officers", ())),
        mode=body.get("mode", ""),
        visit=body.get("visit", ""),
        until=_day(body.get("demand_until")),
        planned=_day(body.get("planned")),
        checks=shown,
        withheld=tuple(FIELDS[name] for name in (*withheld, *(["checks"] if len(shown) < len(checks) else []))),
        **told,
    )


def photographs(folder: Folder) -> tuple[Evidence, ...]:
    """The pictures that were taken on site. What came with the complaint, or with a call, is none of them."""
    facts = {fact.id for fact in folder.facts if fact.kind in ON_SITE and not fact.undone}
    return tuple(one for one in folder.evidence if one.kind in ("jpg", "png") and one.fact_id in facts)


def hiding(db: Database, folder: Folder) -> Callable[[str], str]:
    """For the office's own record: a text with the names of the citizens and every phone number put out of sight."""
    return partial(without, _citizens(db, _together(db, folder)))


def without(citizens: Sequence[Complainant], text: str) -> str:
    """A text with these names and every phone number put out of sight."""
    for citizen in citizens:
        if len(citizen.name) > 1:
            text = text.replace(citizen.name, mask_name(citizen.name))
    return phones.hide(text, tuple(citizen.phone for citizen in citizens))


def head_letters(db: Database, actor: Actor, name: str, at: datetime) -> None:
    """What stands at the head of the papers: "" for the name of the office. Raises Refusals."""
    with writing(db):
        before = settings.office(db).letterhead
        settings.save(db, {"letterhead": name})
        detail = {"letterhead": [before, name]}
        audit.append(db, at=at, person_id=actor.person_id, act="settings.saved", address=actor.address, detail=detail)


def _last(folder: Folder, kind: str) -> Fact | None:
    alive = (fact for fact in reversed(folder.facts) if fact.kind == kind and not fact.undone)
    return next(alive, None)


def _together(db: Database, folder: Folder) -> tuple[Case, ...]:
    """The case and all that share its site work: the joined ones, those of one visit, and where it was cited; each
    with the cases that it is joined with."""
    found: dict[int, Case] = {}
    for case_id in (folder.case.id, *joins.sharing(db, folder.case.id)):
        case = cases.by_id(db, case_id)
        lead = cases.by_id(db, case.lead_case_id) if case.lead_case_id else case
        found.update((one.id, one) for one in (lead, *cases.joined(db, lead.id)))
    return tuple(found.values())


def _citizens(db: Database, together: tuple[Case, ...]) -> list[Complainant]:
    """Who complained, for holding a text against; shown nowhere."""
    try:
        return [identity.get(db, case.id) for case in together]
    except Refusal as broken:
        raise Refusal(N_("投诉人信息打不开，无法核对，不能打印单据。请联系管理员")) from broken


def _secrets(db: Database, folder: Folder) -> Secrets:
    together = _together(db, folder)
    citizens = _citizens(db, together)
    return Secrets(
        names=(*(one.name for one in citizens), *(text for case in together for text in (case.no, case.source_no))),
        phones=tuple(one.phone for one in citizens),
        wordings=tuple(case.content for case in together),
        known=(folder.case.subject_unit, folder.case.place, folder.case.street),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
