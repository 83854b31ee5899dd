"""登录已过期，草稿已保存: what was typed into the page of a case goes through the sign-in, without JavaScript too."""

from __future__ import annotations

from flask import current_app, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict

from tracker.office import kept
from tracker.store.kept_forms import KeptForm
from tracker.web import context
from tracker.web.security import csrf

#: The forms of these blueprints hold nothing of who complained. Why somebody wants to see them is not kept.
BLUEPRINTS = frozenset({"case", "evening"})
NOT_KEPT = frozenset({"case.who", "case.drop_kept", "evening.drop_kept"})
#: What belongs to the page that is gone.
OF_THE_PAGE = frozenset({"csrf_token", "seen", "do", "from", "then"})


def save_refused() -> str:
    """Keep the form of a visitor whose session has run out; the page where it will be again, "" for none kept.

    The form must be one of ours (its token is looked at) and the session one that was simply left too long.
    """
    token = str(session.get("_user_id", ""))
    endpoint = request.endpoint or ""
    if request.method != "POST" or request.blueprint not in BLUEPRINTS or endpoint in NOT_KEPT or not token:
        return ""
    person_id = kept.whose_was(context.db(), token, context.now())
    if person_id is None or not _ours():
        return ""
    page = _page()
    fields = ((name, text) for name, text in request.form.items(multi=True) if _typed(name))
    return page if kept.keep(context.db(), person_id, page, fields, context.now()) else ""


def _typed(name: str) -> bool:
    return name not in OF_THE_PAGE and not name.endswith(("-seen", "-told", "-tray")) and not name.startswith("photo-")


def of_page() -> KeptForm | None:
    """What is kept for the page that is shown."""
    return kept.of_page(context.db(), context.actor(), _page(), context.now())


def fields_of(found: KeptForm | None, key: str) -> MultiDict[str, str] | None:
    """The fields of one form among what is kept."""
    if found is None or not any(name.startswith(f"{key}-") for name, _text in found.fields):
        return None
    return MultiDict(found.fields)


def drop() -> None:
    """What was kept for this page was sent, or is not wanted."""
    kept.drop(context.db(), context.actor(), _page())


def _page() -> str:
    no = (request.view_args or {}).get("no")
    return url_for("case.show", no=no) if no else url_for("evening.show")


def _ours() -> bool:
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return True
    try:
        csrf.protect()
    except CSRFError:
        return False
    return True
