"""The only way to add a page, and the guard before each: no route without a declared role."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, redirect, request, session, url_for
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response

from tracker.rule.access import ROLES
from tracker.rule.features import FEATURES
from tracker.web import context, kept
from tracker.web.errors import Forbidden

PUBLIC = "public"  # anybody who reaches the server
ANY = "any"  # anybody who is signed in
KNOWN = frozenset({PUBLIC, ANY, *ROLES})
#: Files that come with the program; they tell nothing about anybody.
FILES = frozenset({"static", "bootstrap.static"})
#: Where a person who must change the password first may go.
BEFORE_PASSWORD = frozenset({"me.password", "login.sign_out", "me.language", "health.healthz"})
#: What a register without its first person shows.
BEFORE_SETUP = frozenset({"firstrun.setup", "firstrun.start_sample", "me.language", "health.healthz"})
#: What answers even when the register does not.
WITHOUT_REGISTER = frozenset({"health.readyz"})


class Number(IntegerConverter):
    """The number of a row in an address; what no row can have is no address."""

    regex = r"\d{1,18}"


View = TypeVar("View", bound=Callable[..., Any])


def route(
    blueprint: Blueprint,
    rule: str,
    *,
    roles: Iterable[str],
    methods: Iterable[str] = ("GET",),
    feature: str = "",
    **options: Any,
) -> Callable[[View], View]:
    """Add a page that only these roles may open: names of roles, "any" (signed in) or "public". While its
    ``feature`` is switched off nobody finds it."""
    allowed = frozenset(roles)
    if not allowed or not allowed <= KNOWN:
        raise ValueError(f"{rule}: roles {sorted(allowed)} are not among {sorted(KNOWN)}")
    if feature and feature not in FEATURES:
        raise ValueError(f"{rule}: there is no feature {feature}")

    def declare(view: View) -> View:
        view.roles, view.feature = allowed, feature  # type: ignore[attr-defined]
        blueprint.add_url_rule(rule, view_func=view, methods=list(methods), **options)
        return view

    return declare


def roles_of(endpoint: str) -> frozenset[str]:
    """The roles that were declared for a page; AttributeError when none were."""
    view: Any = current_app.view_functions[endpoint]
    allowed: frozenset[str] = view.roles
    return allowed


def refuse_undeclared(app: Flask) -> None:
    """Stop the start-up when a page was added without saying who may open it."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in FILES and not hasattr(app.view_functions[rule.endpoint], "roles"):
            raise RuntimeError(f"the route {rule.rule} declares no role")


def guard() -> Response | None:
    """Before each request: the first run comes first, then the sign-in, then the role."""
    endpoint = request.endpoint
    if endpoint in FILES or endpoint in WITHOUT_REGISTER:
        return None
    if context.is_sample() and not context.sample_exists():
        session.clear()  # the sample was ended, perhaps in another window
    if not context.is_set_up() and endpoint not in BEFORE_SETUP:
        return redirect(url_for("firstrun.setup"))
    if endpoint is None:
        return None  # no such page: the error handler says so
    return _check_role(endpoint)


def _check_role(endpoint: str) -> Response | None:
    allowed: frozenset[str] = roles_of(endpoint)
    if PUBLIC in allowed:
        return None
    person = context.person()
    if person is None:
        kept_at = kept.save_refused()
        return redirect(url_for("login.sign_in", next=kept_at or came_from() or None, kept=bool(kept_at) or None))
    if person.must_change_password and endpoint not in BEFORE_PASSWORD:
        return redirect(url_for("me.password"))
    if ANY not in allowed and person.roles.isdisjoint(allowed):
        raise Forbidden(allowed)
    view: Any = current_app.view_functions[endpoint]
    feature: str = view.feature
    if feature and feature not in context.features():
        abort(404)
    return None


def came_from() -> str:
    """Where to go on after signing in: the page asked for, or the page that a form was sent from."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    page = urlsplit(request.referrer or "")
    return local_path(page.path) if page.netloc == request.host else ""


def local_path(wanted: str) -> str:
    """``wanted`` when it is a path on this server, else "": a link never leads a signed-in person elsewhere."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if plain and "\\" not in wanted else ""
