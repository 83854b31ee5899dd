"""What the page of a case offers of the acts that move a due time, and why something is not offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tracker.office import clocking, moving
from tracker.rule import asking
from tracker.rule.asking import EXTENSION, GROUNDS, SUSPENSION
from tracker.rule.conduct import STAGE_NAMES
from tracker.rule.refusals import Refusal, Refusals
from tracker.rule.stages import CONVENTION_WORDS
from tracker.store.moving import Pause
from tracker.store.requests import Request
from tracker.web import context, errors, view
from tracker.web.case_moved import running_pause
from tracker.web.case_view import Shown
from tracker.web.words import gettext as _


def why_not(check: Callable[..., Any], *arguments: object) -> tuple[str, ...]:
    """What the rule answers to an act now: nothing when it may be done."""
    try:
        check(*arguments)
    except Refusals as error:
        return tuple(errors.said(item) for item in error.items)
    except Refusal as error:
        return (errors.said(error),)
    return ()


class Moving:
    """Extension, suspension and resumption, for one person on one case."""

    def __init__(self, shown: Shown) -> None:
        self.shown, self.folder, self.standing = shown, shown.folder, shown.folder.standing

    @property
    def extendable(self) -> list[tuple[str, str]]:
        """The stages for which an extension may be asked now, with their due times."""
        return [
            (key, f"{_(STAGE_NAMES[key])} · {view.due_short(self.folder.stage(key).due_at)}")
            for key in asking.extendable(self.standing, self.shown.at)
        ]

    @property
    def not_extendable(self) -> tuple[str, ...]:
        """Why none of the stages that are not done may be extended."""
        keys = [stage.key for stage in self.standing.stages if not self.standing.settled(stage.key)]
        ask = asking.check_ask_extension
        return tuple(text for key in keys for text in why_not(ask, self.standing, key, 1, "-", self.shown.at))

    @property
    def grounds(self) -> list[tuple[str, str]]:
        """What may be suspended now."""
        return [(key, _(name)) for key, name in GROUNDS.items() if not self._unlawful(key)]

    @property
    def not_grounds(self) -> tuple[str, ...]:
        """Why the rest may not be."""
        return tuple(_("%(word)s：", word=name) + text for key, name in GROUNDS.items() for text in self._unlawful(key))

    def _unlawful(self, ground: str) -> tuple[str, ...]:
        def check() -> None:
            asking.check_stands(self.standing, ground, monitored=moving.monitored(self.folder))

        return why_not(check)

    @property
    def waiting(self) -> Request | None:
        """The extension or suspension that waits for its decision."""
        asked = self.folder.open_request
        return asked if asked is not None and asked.kind in (EXTENSION, SUSPENSION) else None

    @property
    def preview(self) -> tuple[tuple[str, datetime, datetime], ...]:
        """What the extension that waits would move: the limit, its due time now and then."""
        found = moving.preview(context.db(), self.folder)
        return tuple((view.limit_name(key), before, after) for key, before, after in found)

    @property
    def asked_of(self) -> str:
        """Of which limit an extension is asked, by how much and how that is counted."""
        asked = self.folder.open_request
        if asked is None or asked.days is None:
            return ""
        clock = clocking.asked_of(self.folder, asked)
        how = CONVENTION_WORDS[clock.convention or "natural"] if clock else ""
        return " · ".join(
            (view.limit_name(asked.stage), view.days(asked.days), _(how) if how else self.shown.convention)
        )

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that stand on the page beside those that are folded away."""
        offered = (("resume", self.may_resume), ("withdraw", self.may_withdraw), ("told", self.untold))
        return tuple(name for name, on in offered if on)

    @property
    def pause(self) -> Pause | None:
        return running_pause(self.folder)

    @property
    def may_resume(self) -> bool:
        return self.shown.may("resume") and not why_not(asking.check_resume, self.standing)

    @property
    def may_withdraw(self) -> bool:
        me = self.shown.actor.person_id
        return self.shown.may("ask_move") and not why_not(asking.check_withdraw, self.standing, me)

    @property
    def untold(self) -> bool:
        """Is the citizen still to be told of an extension?"""
        live = self.standing.under_way and self.shown.may("ask_move")
        return live and moving.untold(self.folder) is not None
