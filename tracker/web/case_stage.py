"""Recording on the case page: the four stages, attempts, notes, undo, and the confirmation of late entries."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from flask import abort, request

from tracker.clock import local
from tracker.office import desk, intake, stages
from tracker.office.desk import Folder
from tracker.office.stages import Around
from tracker.rule.conduct import BACKFILL, NEEDS, STAGE_NAMES, STAGE_ORDER
from tracker.rule.facts import CONTACT_OUTCOMES, Attempt, Contact, Resolution, StageFact
from tracker.rule.intake import triage_missing
from tracker.rule.recording import Entry, attempt_problems, judge
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.web import case_files, context, forms_case, view
from tracker.web.case import Answer, Done, act, opened, pages, posted, reader
from tracker.web.case_words import FACTS, JUST_NOW
from tracker.web.forms_case import Form, Reader
from tracker.web.menu import CASE_ROLES
from tracker.web.routes import route
from tracker.web.words import gettext as _

#: How long the second press of a button is taken for the first.
A_MOMENT = timedelta(minutes=1)


@route(pages, "/case/<no>/stage/<key>", roles=CASE_ROLES, methods=("POST",))
def stage(no: str, key: str) -> Answer:
    if key not in STAGE_ORDER:
        abort(404)
    form = posted(key)
    if request.form.get("do") == "note":
        return act(no, form, lambda: _note(no, form))
    return act(no, form, lambda: _record(no, form))


@route(pages, "/case/<no>/note", roles=CASE_ROLES, methods=("POST",))
def note(no: str) -> Answer:
    form = posted("note")
    return act(no, form, lambda: _note(no, form))


@route(pages, "/case/<no>/undo/<key>", roles=CASE_ROLES, methods=("POST",))
def undo(no: str, key: str) -> Answer:
    if key not in STAGE_ORDER:
        abort(404)

    def do() -> Done:
        stages.undo(context.db(), context.actor(), no, key, context.now())
        return Done(_("已撤销“%(stage)s”，该阶段恢复为未完成", stage=_(STAGE_NAMES[key])))

    return act(no, posted("undo"), do)


@route(pages, "/case/<no>/backfill/<key>", roles=CASE_ROLES, methods=("POST",))
def backfill(no: str, key: str) -> Answer:
    if key not in STAGE_ORDER:
        abort(404)
    form = posted(f"backfill-{key}")

    def do() -> Done:
        confirmed = request.form.get("do") == "confirm"
        read = reader(form)
        answer = read.text("answer")
        read.done()
        db, actor = context.db(), context.actor()
        stages.decide_backfill(db, actor, no, form.seen, key, confirmed, answer, context.now())
        return Done(_("已确认补录，按时完成（补录）") if confirmed else _("未予确认，按记录时间算完成"))

    return act(no, form, do)


def _record(no: str, form: Form) -> Done:
    folder = opened(no)
    desk.check_access(folder.case, context.actor(), "contact" if form.key == "contact" else "stage")
    read = reader(form)
    happened_at = read.happened_at(floors(folder, form.key))
    fact = forms_case.STAGES[form.key](read)
    if _twice(folder, form, fact.key if isinstance(fact, StageFact) else "attempt", fact.body()):
        return recorded(folder, fact) if isinstance(fact, StageFact) else _tried(folder, fact)
    around = forms_case.around(read, happened_at, case_files.ticked(folder.case, form))
    read.problems += stages.wrong_files(around.files)
    if isinstance(fact, Attempt):
        read.done(attempt_problems(folder.standing, fact, Entry(around.happened_at, read.now, reason=around.reason)))
        return _attempt(no, form, fact, around)
    fills = form.key == "inspection" and not folder.standing.triaged
    street_id = read.number("street") if fills else None
    if fills and (missing := triage_missing(street_id, form.many("categories"))):
        read.problems.append(missing)
    if isinstance(fact, Contact) and fact.outcome not in CONTACT_OUTCOMES:
        offered = tuple(word for _value, word in forms_case.contact_outcomes(folder.standing))
        read.problems.append(Refusal(N_("请选择联系结果：%(choices)s"), field="outcome", choices=offered))
    read.done(rest(read, folder, fact, around))
    db, home, actor, at = context.db(), context.attachments_folder(), context.actor(), context.now()
    if fills:
        after = intake.triage_and_record(
            db, home, actor, no, form.seen, street_id, form.many("categories"), fact, around, at
        )
    else:
        after = stages.record(db, home, actor, no, form.seen, fact, around, at)
    return recorded(after, fact)


def rest(read: Reader, folder: Folder, fact: StageFact, around: Around) -> tuple[Refusal, ...]:
    """What else the rule will say, so that it is said together with what could not be read."""
    entry = Entry(
        around.happened_at,
        read.now,
        len(around.files) + len(around.tray) + bool(around.note),
        around.reason,
        around.late_cause,
    )
    try:
        judge(folder.standing, fact, entry)
    except Refusal as refusal:
        return (refusal,)
    except Refusals as refusals:
        unread = {problem.field for problem in read.problems}
        # The triage is asked for in the form itself; of an unread time nobody knows yet whether it was late.
        hidden = {"triage", "late_cause"} if "happened_at" in unread else {"triage"}
        return tuple(item for item in refusals.items if item.field not in hidden)
    return ()


def floors(folder: Folder, key: str) -> tuple[datetime, ...]:
    """What a stage cannot have happened before."""
    standing = folder.standing
    stages = (standing.stage(NEEDS.get(key, "")), standing.stage(key))
    done = (stage.happened_at for stage in stages if stage is not None)
    return tuple(at for at in (standing.received_at, standing.since, *done) if at)


def _attempt(no: str, form: Form, tried: Attempt, around: Around) -> Done:
    desk.admit(context.db(), context.actor(), no, "contact")
    kept = stages.keep_evidence(
        context.attachments_folder(), Around(around.happened_at, around.files, tray=around.tray)
    )
    db, actor, at = context.db(), context.actor(), context.now()
    after = stages.attempt(db, actor, no, form.seen, tried, around.happened_at, at, kept, around.reason, around.tray)
    return _tried(after, tried)


def _tried(after: Folder, tried: Attempt) -> Done:
    n = len(after.standing.attempts)
    return Done(_("已记录第%(n)s次联系：%(outcome)s。先行联系还没有完成", n=n, outcome=_(tried.outcome)))


def recorded(after: Folder, fact: StageFact) -> Done:
    """What is said of a stage that was recorded."""
    if after.standing.steps > 1 and isinstance(fact, Resolution):
        return Done(_("已记录后续处理：%(step)s", step=_(fact.next_step)))
    deadline = after.stage(fact.key)
    n = STAGE_ORDER.index(fact.key) + 1
    if deadline.state == BACKFILL or deadline.done_at is None:
        return Done(_("第%(n)s阶段已补录，待督办人员核定", n=n), fact.key)
    used = view.span(deadline.done_at - deadline.starts_at)
    if deadline.done_at >= deadline.due_at:
        late = view.span(deadline.done_at - deadline.due_at)
        return Done(_("已完成第%(n)s阶段（用时%(used)s，超期%(late)s）", n=n, used=used, late=late), fact.key)
    return Done(_("已完成第%(n)s阶段（用时%(used)s）", n=n, used=used), fact.key)


def _note(no: str, form: Form) -> Done:
    read = reader(form)
    text = _typed(read)
    read.done()
    done = Done(_("已记录，没有完成任何阶段"))
    folder = opened(no)
    if _twice(folder, form, "note", {"text": text}):
        return done
    around = Around(context.now(), form.files, tray=case_files.ticked(folder.case, form))
    stages.note(context.db(), context.attachments_folder(), context.actor(), no, text, around, context.now())
    return done


def _twice(folder: Folder, form: Form, kind: str, body: dict[str, Any]) -> bool:
    """Was the button pressed twice? The same person has just recorded the same from the same page."""
    last = next((fact for fact in reversed(folder.facts) if fact.kind == kind and not fact.undone), None)
    if last is None or form.seen >= folder.case.version:
        return False
    just_now = context.now() - last.recorded_at < A_MOMENT
    return just_now and last.recorded_by == context.actor().person_id and last.body == json.loads(json.dumps(body))


def _typed(read: Reader) -> str:
    """Everything that was typed into a stage's form, line by line: 只记录 loses nothing."""
    form = read.form
    if form.key == "note":
        return read.text("note")
    words = {**FACTS[form.key], "record": N_("文字记录"), "reason": N_("原因说明")}
    typed = {word: "、".join(form.many(name)).strip() for name, word in words.items()}
    lines = [f"{word}：{text}" for word, text in typed.items() if text]
    lines += [f"{one.point}：{one.state} {one.note}".strip() for one in forms_case.checks(read)]
    prefilled = {f"{FACTS[form.key].get(name)}：{context.actor().name}" for name in ("who", "officers")}
    told = [line for line in lines if line not in prefilled]
    moment = local(read.happened_at(()), read.zone)
    if told and read.now - moment > JUST_NOW:
        told.insert(0, f"{moment:%Y-%m-%d %H:%M}")
    return "\n".join(told)
