"""Recording what was done: attempts, the four stages, late entries and their confirmation, undo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.office import clocks, desk, joining, moving, reminding, requesting, sharing, visits
from tracker.office.actors import Actor
from tracker.office.desk import Folder
from tracker.rule import conduct
from tracker.rule.facts import Attempt, Resolution, StageFact, check_arranged, complete
from tracker.rule.recording import Entry, attempt_problems, judge
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.rule.sharing import SHARED, Why
from tracker.rule.standing import DONE, OPEN
from tracker.store import attachments, deadlines, facts, standins, uploads


@dataclass(frozen=True)
class Upload:
    """A file as it came in: its name, its bytes, and what the browser said of a photograph (pictures.said)."""

    name: str
    data: bytes
    said: str = ""


@dataclass(frozen=True)
class Around:
    """What surrounds a fact: when it happened (aware), its evidence, and the one field of reasons. ``tray`` are files
    that came in before and have waited for this fact."""

    happened_at: datetime
    files: tuple[Upload, ...] = ()
    note: str = ""  # a written record, kept as evidence
    reason: str = ""
    late_cause: str = ""
    tray: tuple[uploads.Upload, ...] = ()
    others: tuple[str, ...] = ()  # numbers of the other cases that the same visit was for


def record(
    db: Database,
    home: Path,
    actor: Actor,
    no: str,
    seen: int,
    fact: StageFact,
    around: Around,
    at: datetime,
    kept: tuple[attachments.Stored, ...] = (),
) -> Folder:
    """Record a stage with all its facts; the case afterwards.

    ``home`` is the attachments folder, ``kept`` evidence that lies there already. Raises Refusals that name every
    missing fact, Changed, NotAllowed.
    """
    act = "contact" if fact.key == "contact" else "stage"
    desk.admit(db, actor, no, act)
    complete_or_raise(fact)
    conduct.refuse_too_long(note=around.note, reason=around.reason)
    kept = (*kept, *keep_evidence(home, around))
    with desk.acting(db, actor, no, act, at, seen) as folder:
        entry = Entry(around.happened_at, at, len(kept), around.reason, around.late_cause)
        outcome = judge(folder.standing, fact, entry)
        if isinstance(fact, Resolution) and _report_awaited(folder):
            check_arranged(fact)
        fact_id = facts.add(
            db,
            case_id=folder.case.id,
            round_=folder.case.round,
            kind=fact.key,
            happened_at=outcome.happened_at,
            recorded_at=at,
            recorded_by=actor.person_id,
            body=fact.body(),
            reason=around.reason,
            late_cause=around.late_cause if outcome.late else "",
            backfilled=outcome.backfilled,
        )
        if principal := desk.stands_for(folder.case, actor):
            standins.recorded_for(db, fact_id, principal.id)
        _add(db, actor, folder, fact_id, kept, around.tray, at)
        stage = folder.stage(fact.key)
        if stage.state == OPEN:  # what follows 继续整改 is a fact beside the one that completed the stage
            deadlines.settle(
                db,
                stage.id,
                outcome.state,
                done_at=outcome.done_at,
                fact_id=fact_id,
                backfilled=outcome.backfilled,
            )
        desk.log(db, actor, folder, "stage", at, stage=fact.key, fact=fact_id, late=outcome.late, state=outcome.state)
        if isinstance(fact, Resolution):
            clocks.follow_up(db, actor, folder.case, fact, fact_id, outcome.happened_at, at)
        why = Why(around.late_cause, around.reason)
        joining.share_to_joined(db, actor, folder.case, fact.key, at, why)
        if around.others and fact.key in SHARED:
            visits.enter(db, actor, no, fact_id, around.others, why, at)
    return desk.read(db, no)


def _report_awaited(folder: Folder) -> bool:
    """Was a monitoring arranged of which no report has been recorded yet?"""
    reported = any(fact.body.get("report_no") for fact in folder.facts if fact.kind == "resolution" and not fact.undone)
    return moving.monitored(folder) and not reported


def complete_or_raise(fact: StageFact | Attempt) -> None:
    """Over-long texts are refused before any file is kept; what is missing is said with the rest of the entry."""
    try:
        complete(fact)
    except Refusals as refusals:
        too_long = [item for item in refusals.items if "limit" in item.params]
        if too_long:
            raise Refusals(too_long) from None


def wrong_files(files: Iterable[Upload]) -> tuple[Refusal, ...]:
    """Every file that may not be kept, by name."""
    return tuple(wrong for upload in files if (wrong := attachments.refused(upload.name, upload.data)))


def keep_evidence(home: Path, around: Around) -> tuple[attachments.Stored, ...]:
    """Write files and note to disk, whole, before the transaction that speaks of them. All wrong files are named."""
    if wrong := wrong_files(around.files):
        raise Refusals(wrong)
    waited = {one.file.sha256: one.file for one in around.tray}
    fresh = (attachments.save(home, upload.name, upload.data, upload.said) for upload in around.files)
    kept = [*waited.values(), *(file for file in fresh if file.sha256 not in waited)]
    if around.note:
        kept.append(attachments.save_text(home, N_("文字记录"), around.note))
    return tuple(kept)


def attempt(
    db: Database,
    actor: Actor,
    no: str,
    seen: int,
    tried: Attempt,
    happened_at: datetime,
    at: datetime,
    kept: tuple[attachments.Stored, ...] = (),
    reason: str = "",
    tray: tuple[uploads.Upload, ...] = (),
) -> Folder:
    """Log a contact that failed, with the evidence ``kept`` of it. It does not complete stage 1.

    ``reason`` is asked for when it is 补录.
    """
    complete_or_raise(tried)
    conduct.refuse_too_long(reason=reason)
    entry = Entry(happened_at, at, reason=reason)
    with desk.acting(db, actor, no, "contact", at, seen) as folder:
        conduct.check_stage(folder.standing, "contact")
        wrong = tuple(attempt_problems(folder.standing, tried, entry))
        if wrong:
            raise Refusals(wrong)
        body, late = tried.body(), entry.backfilled
        fact_id = _fact(db, actor, folder, "attempt", happened_at, at, body, reason=reason, backfilled=late)
        _add(db, actor, folder, fact_id, kept, tray, at)
        desk.log(db, actor, folder, "attempt", at, fact=fact_id)
    return desk.read(db, no)


def note(db: Database, home: Path, actor: Actor, no: str, text: str, around: Around, at: datetime) -> Folder:
    """只记录,不完成: a line in the case's record, with or without files, that completes nothing."""
    desk.admit(db, actor, no, "note")
    if not text and not (around.files or around.tray):
        raise Refusal(N_("请填写办理记录"), field="note")
    conduct.refuse_too_long(note=text)
    kept = keep_evidence(home, around)
    with desk.acting(db, actor, no, "note", at, None) as folder:
        if folder.case.historic:
            conduct.check_open(folder.standing)
        fact_id = _fact(db, actor, folder, "note", at, at, {"text": text})
        _add(db, actor, folder, fact_id, kept, around.tray, at)
        desk.log(db, actor, folder, "note", at, fact=fact_id)
    return desk.read(db, no)


def undo(db: Database, actor: Actor, no: str, key: str, at: datetime) -> Folder:
    """撤销 of a stage within 10 minutes, by whom recorded it: a recorded counter-act, never a deletion."""
    with desk.acting(db, actor, no, "undo", at, None) as folder:
        conduct.check_undo(folder.standing, key, actor.person_id, at)
        fact = folder.fact(folder.stage(key).fact_id)
        if fact is None:
            raise Refusal(N_("没有可以撤销的记录"))
        sharing.check_take_back(db, fact)
        if key == Resolution.key:
            clocks.take_back_follow_up(db, actor, folder.case.id, at)
        sharing.undo_fact(db, actor, folder.case, fact, at)
        sharing.take_back(db, actor, fact, at)
    return desk.read(db, no)


def decide_backfill(
    db: Database, actor: Actor, no: str, seen: int, key: str, confirmed: bool, answer: str, at: datetime
) -> Folder:
    """补录待核: another person holds the late entry against its evidence.

    Confirmed, the stage was done when it happened; refused, when it was recorded.
    """
    conduct.refuse_too_long(answer=answer)
    with desk.acting(db, actor, no, "backfill", at, seen) as folder:
        conduct.check_backfill_decision(folder.standing, key, actor.person_id)
        if not confirmed:
            conduct.check_refusal(answer)
        stage = folder.stage(key)
        fact = folder.fact(stage.fact_id)
        if fact is None:
            raise Refusal(N_("没有待核的补录，可能已由他人处理"))
        acting = requesting.authority(folder, actor, (fact.recorded_by, fact.recorded_for))
        done_at = fact.happened_at if confirmed else fact.recorded_at
        facts.add(
            db,
            case_id=folder.case.id,
            round_=stage.round,
            kind="backfill_decision",
            happened_at=at,
            recorded_at=at,
            recorded_by=actor.person_id,
            body={"stage": key, "confirmed": confirmed, "answer": answer},
            undoes=fact.id,
        )
        deadlines.settle(db, stage.id, DONE, done_at=done_at, fact_id=fact.id, backfilled=confirmed)
        said = {"stage": key, "fact": fact.id, "confirmed": confirmed, "answer": answer, **acting}
        desk.log(db, actor, folder, "backfill", at, **said)
        if fact.recorded_by is not None:
            detail = {
                "act": "backfill",
                "stage": key,
                "decision": "approved" if confirmed else "refused",
                "answer": answer,
            }
            reminding.tell(db, folder.case.id, (fact.recorded_by,), "decided", at, detail)
        joining.share_to_joined(db, actor, folder.case, key, at)
    return desk.read(db, no)


def _add(
    db: Database,
    actor: Actor,
    folder: Folder,
    fact_id: int,
    kept: Iterable[attachments.Stored],
    tray: tuple[uploads.Upload, ...],
    at: datetime,
) -> None:
    """The evidence of a fact; what has waited for it waits no longer."""
    for file in kept:
        facts.add_evidence(db, case_id=folder.case.id, fact_id=fact_id, file=file, at=at, by=actor.person_id)
    uploads.settle(db, actor.person_id, [one.id for one in tray], at)


def _fact(
    db: Database,
    actor: Actor,
    folder: Folder,
    kind: str,
    happened_at: datetime,
    at: datetime,
    body: dict[str, object],
    *,
    reason: str = "",
    backfilled: bool = False,
) -> int:
    return facts.add(
        db,
        case_id=folder.case.id,
        round_=folder.case.round,
        kind=kind,
        happened_at=happened_at,
        recorded_at=at,
        recorded_by=actor.person_id,
        body=body,
        reason=reason,
        backfilled=backfilled,
    )
