"""Any course of acts on a real register, held against a model with a pencil: another clock moves by its own acts alone,
and none of its acts moves a stage."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from chinese_calendar.constants import holidays, workdays
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.factories import NOW
from tests.office.conftest import Team
from tests.office.entries import FACTS, GO_ON
from tests.office.test_moving_courses import ASKING, BESIDES, KEYS, done, undone
from tests.rule import naive
from tests.rule.china import SHANGHAI
from tracker.office import clocking, moving, stages
from tracker.office.desk import Folder
from tracker.office.stages import Around
from tracker.rule import conduct
from tracker.rule.clock_acts import Wanted
from tracker.rule.refusals import Refusal, Refusals
from tracker.store.deadlines import Deadline
from tracker.store.facts import Fact

SHEET = naive.Sheet(set(holidays), set(workdays), set(range(2004, 2027)))
OWN = ("add", "law", "meet", "move", "cancel", "extend", "grant", "go_on")
CONVENTIONS = ("natural", "natural-roll", "working", "hours")

acts = st.tuples(
    st.sampled_from(OWN) | st.sampled_from(("decide", "record", "resume", "finish", *ASKING, *BESIDES)),
    st.sampled_from(KEYS),
    st.integers(1, 9),
    st.integers(0, 40).map(lambda hours: timedelta(hours=hours)),
)


def counted(start: datetime, n: int, convention: str) -> datetime:
    return naive.limit(SHEET, start, n, convention, None, SHANGHAI)[0]


@dataclass
class Pencil:
    """What somebody who only knows the acts of the clocks would write on a sheet: of each clock its due time, whether
    it runs, and how it was counted (start, days, convention), None where the time was given."""

    rows: dict[int, list] = field(default_factory=dict)
    following: set[int] = field(default_factory=set)

    def see(self, team: Team, no: str) -> None:
        """The register holds what the sheet says, clock by clock."""
        held = {one.id: (one.due_at, one.state) for one in team.folder(no).outside}
        assert held == {key: (due, state) for key, (due, state, _how) in self.rows.items()}

    def follow(self, state: str) -> None:
        """What becomes of the clock of 继续整改 that runs."""
        for key in self.following:
            if self.rows[key][1] == "open":
                self.rows[key][1] = state

    def correct(self, before: datetime, after: datetime) -> None:
        for row in self.rows.values():
            if row[2] is not None and row[2][0] == before and row[1] != "ended":
                _start, n, convention = row[2]
                row[0], row[2] = counted(after, n, convention), (after, n, convention)


def own(team: Team, no: str, pencil: Pencil, act: str, n: int, at: datetime) -> None:
    """Try one act of the clocks; the sheet follows what was done."""
    db, who, boss, seen = team.db, team.handler, team.supervisor, team.version(no)
    running = [key for key, row in pencil.rows.items() if row[1] == "open"]
    one = running[n % len(running)] if running else 0
    if act in OWN:
        event(f"tried {act}")
    if act == "add":
        how = CONVENTIONS[n % 4]
        given_at = at + timedelta(days=n, minutes=n) if n % 3 == 0 else None
        days = None if given_at else n
        label = f"专项{n % 3}"
        wanted = Wanted("own", label, "来函", given_at, days, how, None if given_at else at, "理由")
        folder = clocking.add(db, who, no, seen, wanted, at)
        (fresh,) = {one.id for one in folder.outside} - pencil.rows.keys()
        pencil.rows[fresh] = [given_at or counted(at, n, how), "open", None if given_at else (at, n, how)]
    elif act == "law":
        folder = clocking.add(db, who, no, seen, Wanted(("tell", "settle")[n % 2], reason="信访"), at)
        (fresh,) = {one.id for one in folder.outside} - pencil.rows.keys()
        start, days = folder.case.received_at, (15, 60)[n % 2]
        pencil.rows[fresh] = [counted(start, days, "natural"), "open", (start, days, "natural")]
    elif act == "meet":
        clocking.meet(db, team.home, who, no, seen, one, Around(at, note="已办"), at)
        pencil.rows[one][1] = "done"
    elif act == "move":
        clocking.move(db, boss, no, seen, one, at + timedelta(days=n, seconds=n), "改期", at)
        pencil.rows[one][0], pencil.rows[one][2] = at + timedelta(days=n, seconds=n), None
    elif act == "cancel":
        clocking.cancel(db, boss, no, seen, one, "撤回", at)
        pencil.rows[one][1] = "ended"
    elif act == "extend":
        law = next(
            (limit.id for limit in team.folder(no).outside if limit.clock == "settle" and limit.state == "open"), one
        )
        clocking.ask_extension(db, who, no, seen, law, n, "复杂", False, at)
        event("asked for more days")
        if n % 2:
            grant(team, no, pencil, at)
    elif act == "grant":
        grant(team, no, pencil, at)
    elif act == "go_on":
        go_on(team, no, pencil, n, at)


def grant(team: Team, no: str, pencil: Pencil, at: datetime) -> None:
    asked = team.folder(no).open_request
    if asked is None or asked.kind != "extension" or asked.deadline_id not in pencil.rows:
        return
    event("granted more days")
    moving.decide_extension(team.db, team.supervisor, no, team.version(no), True, "", False, at)
    row = pencil.rows[asked.deadline_id]
    if row[2] is None:  # a given day, moved by whole days to their end
        last = (row[0] - timedelta(microseconds=1)).astimezone(SHANGHAI).date() + timedelta(days=asked.days)
        row[0] = naive.first_late(last, None, SHANGHAI)
    else:
        start, n, convention = row[2]
        row[0], row[2] = counted(start, n + asked.days, convention), (start, n + asked.days, convention)


def go_on(team: Team, no: str, pencil: Pencil, n: int, at: datetime) -> None:
    """Work up to stage 4 and beyond it: two of three next steps are 继续整改."""
    for key in ("inspection", "recheck"):
        if key in conduct.recordable(team.folder(no).standing):
            team.record(no, FACTS[key], at, late_cause="人手不足")
    until: date = at.astimezone(SHANGHAI).date() + timedelta(days=n)
    fact = replace(GO_ON, until=until) if n % 3 else FACTS["resolution"]
    folder = team.record(no, fact, at, late_cause="人手不足")
    pencil.follow("done")
    if n % 3:
        (fresh,) = {one.id for one in folder.outside} - pencil.rows.keys()
        pencil.rows[fresh] = [naive.first_late(until, None, SHANGHAI), "open", None]
        pencil.following.add(fresh)
    if n in (4, 5):
        stages.undo(team.db, team.handler, no, "resolution", at)
        event("undid a next step")
        pencil.follow("ended")


def stage_limits(team: Team, no: str) -> list[tuple]:
    return [(s.key, s.round, s.due_at, s.first_due_at, s.due_version) for s in team.folder(no).deadlines if stage(s)]


def stage(limit: Deadline) -> bool:
    return limit.kind == "stage"


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(course=st.lists(acts, min_size=6, max_size=25))
def test_any_course_of_acts_moves_a_clock_by_its_own_acts_alone(team, course):
    with undone(team):
        no, at = team.case(source_due_at=NOW + timedelta(days=20)).no, NOW
        pencil = Pencil({one.id: [one.due_at, "open", None] for one in team.folder(no).outside})
        own(team, no, pencil, "law", 1, at)
        for act, key, n, wait in course:
            at += wait
            before, received = stage_limits(team, no), team.folder(no).case.received_at
            had = len(steps(team.folder(no)))
            with suppress(Refusal, Refusals, StopIteration):
                if act in OWN:
                    own(team, no, pencil, act, n, at)
                    event(f"did {act}")
                elif act == "decide" and asked_of_a_clock(team, no, pencil):
                    own(team, no, pencil, "grant", n, at)
                else:
                    done(team, no, act, key, n, at)
            beside(team, no, pencil, act, received, had)
            pencil.see(team, no)
            if act in OWN:
                assert stage_limits(team, no) == before, act


def asked_of_a_clock(team: Team, no: str, pencil: Pencil) -> bool:
    asked = team.folder(no).open_request
    return asked is not None and asked.deadline_id in pencil.rows


def beside(team: Team, no: str, pencil: Pencil, act: str, received: datetime, had: int) -> None:
    """What the other acts of a case do to its clocks: a reply handed back, a next step, a corrected receipt."""
    after = team.folder(no)
    if act == "correct":
        pencil.correct(received, after.case.received_at)
    handed_back = any(fact.kind == "reply" and fact.body.get("handed_back") for fact in after.facts)
    for one in after.outside:
        if one.clock == "reply" and handed_back and pencil.rows[one.id][1] == "open":
            pencil.rows[one.id][1] = "done"
    if act in ("record", "finish") and len(steps(after)) > had:
        pencil.follow("done")
    if act == "undo" and len(steps(after)) < had:
        pencil.follow("ended")


def steps(folder: Folder) -> list[Fact]:
    """The next steps that stand."""
    return [fact for fact in folder.facts if fact.kind == "resolution" and not fact.undone]


def test_the_model_is_no_copy_of_the_register(team):
    """Moved behind the back of its acts, a clock is seen to have moved."""
    no = team.case(source_due_at=NOW + timedelta(days=20)).no
    pencil = Pencil({one.id: [one.due_at + timedelta(seconds=1), "open", None] for one in team.folder(no).outside})
    try:
        pencil.see(team, no)
    except AssertionError:
        return
    raise AssertionError("the model saw nothing")
