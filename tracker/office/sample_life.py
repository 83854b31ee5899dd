"""The steps of a case of the sample: each says when the next one is due, and is taken when that time has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from tracker.office import closing, intake, sample_asking, stages
from tracker.office import sample_facts as facts
from tracker.office.actors import Actor
from tracker.office.sample_acts import Desk
from tracker.office.sample_plan import LIMITS, Plan
from tracker.rule.facts import LATE_CAUSES, Contact, Inspection

#: In how many of a hundred closed cases the citizen is called.
CALLED_BACK = 12
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


class Case:
    """One case on its way: what is planned, who has it, and what the next step has to know of the last one."""

    def __init__(self, desk: Desk, plan: Plan, lead: str) -> None:
        self.desk, self.plan, self.lead, self.draw = desk, plan, lead, desk.draw
        self.no = ""
        chance = desk.any_of("handler")
        self.handler = desk.named(plan) or chance
        self.due: dict[str, datetime] = {}
        self.day = self.draw.day_of(plan.received_at)  # day 0 of the round
        self.happened = plan.received_at  # the last thing on site
        self.ended = ""  # on which ground
        self.monitored = False
        self.result = ""
        self.followed_up = self.day

    def open(self) -> None:
        clerk = self.desk.any_of("clerk")
        handler = None if "undispatched" in self.plan.traits else self.handler
        self.no = self.desk.register(self.plan, clerk, handler, self.lead)
        self._look_up_limits()
        plain = self.plan.fate == "through" and not (self.plan.stuck or self.plan.late or self.plan.backfill)
        if plain and not self.lead and self.plan.kind == "投诉举报" and not self.plan.going_on:
            self.desk.leads = [*self.desk.leads[-12:], (self.desk.at, self.no, self.plan)]
        if handler is None and self.plan.kind != "投诉举报":
            self.desk.assign(self.no, self.handler)

    def _look_up_limits(self) -> None:
        self.due = {stage.key: stage.due_at for stage in self.desk.standing(self.no).stages}

    def prepare(self) -> Iterator[datetime]:
        """What registration left open is filled in; the case is given to somebody, now and then to somebody else."""
        if "undispatched" in self.plan.traits:
            yield self.desk.at + self.draw.dice.randint(5, 45) * _MINUTE
            self.desk.assign(self.no, self.handler)
        if "untriaged" in self.plan.traits:
            yield self.desk.at + self.draw.dice.randint(5, 30) * _MINUTE
            self.desk.triage(self.no, self.plan)
        if "reassigned" in self.plan.traits:
            yield self.desk.at + self.draw.dice.randint(10, 40) * _MINUTE
            others = [actor for actor in self.desk.of("handler") if actor != self.handler]
            self.handler = self.draw.dice.choice(others)
            self.desk.assign(self.no, self.handler, "原承办人外出培训")
        if "reveal" in self.plan.traits and not self.plan.anonymous:
            yield self.desk.at + self.draw.dice.randint(2, 12) * _MINUTE
            intake.reveal(self.desk.db, self.handler, self.no, "联系投诉人", self.desk.at)

    def contact(self) -> Iterator[datetime]:
        if self.plan.stuck == "contact" or "contact" not in self._open():
            return
        for _ in range(self.plan.attempts):
            yield self.desk.calling_hour(self.desk.at + self.draw.dice.uniform(1.1, 3) * _HOUR)
            self.desk.attempt(self.no, self.handler)
        if self.plan.backfill == "contact":
            yield from self._days_later("contact", facts.contact(self.draw, self.handler))
            return
        if not self.plan.reached:
            yield self.desk.at + 20 * _MINUTE
        elif self.plan.late == "contact":
            yield self._late("contact")
        else:
            yield self.desk.calling_hour(self.desk.at + self.draw.dice.uniform(0.2, 2.5) * _HOUR)
        self.happened = self.desk.at
        fact = facts.contact(self.draw, self.handler)
        if self.plan.anonymous and not self.plan.phone:
            fact = Contact(outcome="不适用", cause="匿名，没有留下联系方式")
        elif not self.plan.reached:
            cause = self.draw.dice.choice(("始终未接", "始终关机"))
            fact = replace(fact, method="电话", outcome="未联系上", cause=cause)
        self._record(fact)
        if "undo" in self.plan.traits and self.plan.reached:
            yield self.desk.at + 3 * _MINUTE
            stages.undo(self.desk.db, self.handler, self.no, "contact", self.desk.at)
            yield self.desk.at + _MINUTE
            self._record(fact)

    def site_work(self) -> Iterator[datetime]:
        """Inspection and re-check; a joined case waits for those of its lead case."""
        if self.lead:
            while self.desk.standing(self.no).stage("recheck").state == "open":  # type: ignore[union-attr]
                yield self.desk.at + 12 * _HOUR
            return
        if self.plan.backfill == "inspection":
            yield from self._days_later("inspection", self._inspected("属实"))
        else:
            yield self._at_day("inspection", self.draw.dice.choice((0, 1, 1, 2, 2, 3)), night=self.plan.night)
            finding = "不属实" if self.plan.fate == "unfounded" else ""
            self._record(self._inspected(finding))
        if self.plan.fate in ("withdrawn", "unfounded"):
            yield from self.end_early(self.plan.fate)
            return
        if "note" in self.plan.traits:
            yield self.desk.calling_hour(self.desk.at + 20 * _HOUR)
            self.desk.say(self.no, self.handler)
        if self.plan.stuck == "recheck":
            return
        self.monitored = self.draw.chance(45) or self.plan.asks == "suspension"
        yield self._at_day("recheck", self.draw.dice.choice((4, 5, 6, 6, 7, 7, 8, 9)))
        self._record(facts.recheck(self.draw, self.desk.today(), self.handler, self.monitored))

    def resolution(self) -> Iterator[datetime]:
        if self.plan.stuck == "resolution":
            return
        yield self._at_day("resolution", self.draw.dice.choice((9, 10, 11, 11, 12, 13)))
        fact = facts.resolution(self.draw, self.desk.today(), self.handler, self.monitored, self.plan.going_on)
        self.result = fact.result if self.monitored else ""
        self.followed_up = fact.until or self.desk.today()
        self._record(fact)

    def end_early(self, ground: str) -> Iterator[datetime]:
        yield self.desk.calling_hour(self.desk.at + self.draw.dice.uniform(1, 5) * _HOUR)
        asker = self.handler
        self.desk.ask_end(self.no, asker, ground)
        if self.plan.pending_end:
            return
        yield self.desk.calling_hour(self.desk.at + self.draw.dice.uniform(2, 18) * _HOUR)
        approved = self.plan.fate != "end_refused"
        self.desk.decide_end(self.no, asker, approved)
        if approved:
            self.ended = ground
        else:
            yield from self.site_work()

    def answer_and_close(self, at: datetime) -> Iterator[datetime]:
        yield self.desk.calling_hour(at)
        self.desk.reply(self.no, self.handler, self.plan, self.ended or self.result)
        if self.plan.going_on:
            yield self.draw.on(self.followed_up)
            self.plan = replace(self.plan, going_on=False)
            self._record(facts.resolution(self.draw, self.desk.today(), self.handler, False, False))
        while self.desk.standing(self.no).lead_open:
            yield self.desk.at + 12 * _HOUR
        yield self.desk.calling_hour(self.desk.at + self.draw.dice.uniform(0.5, 30) * _HOUR)
        asker = self.handler
        closing.apply_close(self.desk.db, asker, self.no, self.desk.version(self.no), "", self.desk.at)
        yield self.desk.office_hour(self.desk.at + self.draw.dice.uniform(8, 90) * _HOUR)
        supervisor = self.desk.supervisor_beside(asker)
        if self.plan.fate == "sent_back" and not self.lead:
            yield from self._second_round(supervisor)
            return
        closing.close(self.desk.db, supervisor, self.no, self.desk.version(self.no), "", self.desk.at)
        if self.plan.phone and not self.plan.anonymous and self.draw.chance(CALLED_BACK):
            yield self.desk.calling_hour(self.desk.at + self.draw.dice.uniform(20, 60) * _HOUR)
            sample_asking.call_back(self.desk, self.no)

    def _second_round(self, supervisor: Actor) -> Iterator[datetime]:
        again = ("inspection", "recheck", "resolution")
        closing.send_back(
            self.desk.db,
            supervisor,
            self.no,
            self.desk.version(self.no),
            again,
            "投诉人反映异味仍在，请再查",
            self.desk.at,
        )
        self.plan = replace(self.plan, fate="through", late="", backfill="", traits=frozenset(), going_on=False)
        self.day, self.happened = self.draw.day_of(self.desk.at), self.desk.at
        self._look_up_limits()
        yield from self.site_work()
        yield from self.resolution()
        yield from self.answer_and_close(self.desk.at + self.draw.dice.uniform(1, 20) * _HOUR)

    def _open(self) -> tuple[str, ...]:
        return tuple(stage.key for stage in self.desk.standing(self.no).stages if stage.state == "open")

    def _at_day(self, key: str, offset: int, *, night: bool = False) -> datetime:
        """On that day of the round, or days after its limit where this stage is to be late."""
        if self.plan.late == key:
            return self._late(key)
        last = self.day + LIMITS[key] * _DAY
        day: date = self.draw.work(self.day + offset * _DAY, last)
        at = self.draw.on(day, 21.2, 23.5) if night and offset < LIMITS[key] else self.draw.on(day)
        return max(at, self.desk.at + self.draw.dice.randint(20, 90) * _MINUTE)

    def _late(self, key: str) -> datetime:
        day = self.day + (LIMITS[key] + 1 + self.plan.late_days) * _DAY
        return max(self.draw.on(day, 8.6, 16), self.desk.at + 30 * _MINUTE)

    def _days_later(self, key: str, fact: object) -> Iterator[datetime]:
        """Done in time and written down after the limit: 补录, held against its evidence by a supervisor."""
        self.happened = self.desk.at + self.draw.dice.randint(30, 120) * _MINUTE
        yield max(self.draw.on(self.day + (LIMITS[key] + 1) * _DAY, 9, 12), self.happened + 25 * _HOUR)
        handler = self.handler
        self.desk.record(self.no, handler, fact, self.happened, "", "外勤期间系统不通，回单位后补录。")  # type: ignore[arg-type]
        if not self.plan.backfill_judged:
            return
        yield self.desk.office_hour(self.desk.at + self.draw.dice.uniform(2, 30) * _HOUR)
        confirmed = "refused" not in self.plan.traits
        answer = "" if confirmed else "通话记录与所填时间不符。"
        stages.decide_backfill(
            self.desk.db,
            self.desk.supervisor_beside(handler),
            self.no,
            self.desk.version(self.no),
            key,
            confirmed,
            answer,
            self.desk.at,
        )

    def _inspected(self, finding: str) -> Inspection:
        handlers = self.desk.of("handler")
        return facts.inspection(self.draw, self.desk.today(), self.handler, handlers, self.plan, finding)

    def _record(self, fact: object) -> None:
        """Written down a while after it happened, with the cause where it is late."""
        lag = self.draw.dice.randint(0, 90) * _MINUTE
        happened = max(self.desk.at - lag, self.happened)
        self.happened = happened
        overdue = happened >= self.due[fact.key]  # type: ignore[attr-defined]
        late = self.draw.dice.choice(LATE_CAUSES[:-1]) if overdue else ""
        self.desk.record(self.no, self.handler, fact, happened, late)  # type: ignore[arg-type]
