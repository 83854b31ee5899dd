"""On the page of a closed case: until when it is kept, and its bundle."""

from __future__ import annotations

from datetime import date

from tracker.clock import local
from tracker.rule.archive import keep_until
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web import context
from tracker.web.case_sentences import Told
from tracker.web.case_topic import Part, Sentence
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _


def kept_until(shown: Shown) -> date | None:
    """The last day of the retention, of a case that is closed, for those who may take the bundle."""
    closed_at = shown.case.closed_at
    if closed_at is None or not shown.may("archive"):
        return None
    office = context.office()
    return keep_until(local(closed_at, office.zone).date(), office.retention_years)


def _archived(record: Record, _fact: Fact | None) -> Told:
    return Told(_("下载归档包"), ((_("校验值"), record.detail["sha256"][:16]),))


PARTS = (Part("case/archive.html", kept_until, feature="archive"),)
SENTENCES: dict[str, Sentence] = {"archived": _archived}
