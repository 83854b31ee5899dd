"""No reminder without a way: what is added wants its line in the tables, and a course that follows it."""

from __future__ import annotations

from tests.web.test_ways import COURSES
from tracker.rule import anchors, reminders
from tracker.rule.clocks import KINDS
from tracker.rule.ladder import ANCHORS, ENDING, SUBJECTS, Rung, family
from tracker.rule.stages import STAGE_WORDS
from tracker.web import case_way

#: Not about a case: the digests, whose lines are followed one by one, and what the app alone says.
NO_CASE = {*reminders.DIGESTS, reminders.UNDELIVERABLE}
#: Told no more; who was told opens the notice still (tests/web/test_ways_rights.py).
FORMER = {"revisit", "revisit_late"}


def known_steps():
    """The families of all steps: those of any ladder that an office can make, and those of acts."""
    rungs = (
        Rung(subject, name, offset, ("handler",)).key
        for name, anchor in ANCHORS.items()
        for subject in set(anchor.subjects) & set(SUBJECTS)
        for offset in range(anchor.lowest, anchor.highest + 1)
    )
    return {family(key) for key in (*rungs, *ENDING, *reminders.REASONS)} - NO_CASE


def test_no_step_limit_question_or_list_is_without_a_way():
    assert set(anchors.STEPS) == known_steps()
    assert set(anchors.QUESTIONS) == set(reminders.QUESTIONS)
    assert set(case_way.FORMS) == anchors.ACTS
    assert set(case_way.CLOCKS) == set(KINDS)
    told = set().union(*COURSES.values())
    # A step of days before or ahead is the same as the eve with another number.
    asked = {f"step:{one}" for one in known_steps() - {"before", "ahead"} - FORMER}
    asked |= {f"limit:{one}" for one in (*STAGE_WORDS, *KINDS)}
    asked |= {f"question:{one}" for one in reminders.QUESTIONS}
    asked |= {f"digest:{one}" for one in ("overdue", "today", "tomorrow", "waiting", "unsigned")}
    assert told == asked
