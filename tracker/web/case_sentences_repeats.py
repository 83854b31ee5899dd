"""The sentences of the timeline for repeats: joined, linked, and the site work that came from another case."""

from __future__ import annotations

from collections.abc import Callable

from tracker.clock import from_text
from tracker.rule.refusals import N_
from tracker.rule.sharing import CITED, VISIT
from tracker.rule.standing import BACKFILL, STAGE_NAMES
from tracker.store.audit import Record
from tracker.store.facts import Fact
from tracker.web import view
from tracker.web.case_sentences import BAD, GOOD, PLAIN, WARN, Told
from tracker.web.words import gettext as _
from tracker.web.words import listed

FROM_LEAD = N_("%(stage)s：引用首件 %(no)s 的记录")
#: How site work came into the case.
HOW = {VISIT: N_("%(stage)s：与 %(no)s 同一次检查"), CITED: N_("%(stage)s：引用 %(no)s 的此前检查")}


def _join(record: Record, _fact: Fact | None) -> Told:
    return Told(_("并入 %(no)s", no=record.detail["lead"]))


def _unjoin(record: Record, _fact: Fact | None) -> Told:
    return Told(_("撤销并入 %(no)s", no=record.detail["lead"]), tone=WARN)


def _link(record: Record, _fact: Fact | None) -> Told:
    note = record.detail.get("note")
    return Told(_("关联 %(no)s", no=record.detail["other"]), ((_("说明"), note),) if note else (), PLAIN)


def _unlink(record: Record, _fact: Fact | None) -> Told:
    return Told(_("撤销关联 %(no)s", no=record.detail["other"]), tone=WARN)


def _shared(record: Record, _fact: Fact | None) -> Told:
    words = _(HOW.get(record.detail.get("how", ""), FROM_LEAD))
    late, waits = bool(record.detail.get("late")), record.detail.get("state") == BACKFILL
    marks = (_("补录待核"),) if waits else (_("超期完成"),) if late else ()
    key = record.detail["stage"]
    return Told(
        words % {"stage": _(STAGE_NAMES[key]), "no": record.detail["lead"]}, (), BAD if late or waits else GOOD, marks
    )


def _group(record: Record, _fact: Fact | None) -> Told:
    before, after = record.detail["heads"]
    if not after:
        return Told(_("取消群体件标记"), ((_("原人数"), str(before)),), WARN)
    title = _("群体件：%(before)s人 → %(after)s人", before=before, after=after) if before else _("群体%(n)s人", n=after)
    return Told(title)


def _reorder(record: Record, _fact: Fact | None) -> Told:
    detail = record.detail
    stages = listed(_(STAGE_NAMES[key]) for key in detail["stages"])
    dispatched = (_("派单时间"), view.stamp(from_text(detail["dispatched_at"])))
    lines = (dispatched, *(((_("重新办理"), stages),) if stages else ()), (_("理由"), detail["reason"]))
    return Told(_("重新交办，第%(n)s轮", n=detail["round"]), lines, WARN)


SENTENCES: dict[str, Callable[[Record, Fact | None], Told]] = {
    "join": _join,
    "unjoin": _unjoin,
    "link": _link,
    "unlink": _unlink,
    "shared": _shared,
    "group": _group,
    "reorder": _reorder,
}
