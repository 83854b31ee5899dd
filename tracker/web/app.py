"""The application, put together once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, session
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker import clock
from tracker.config import Config
from tracker.paths import STATIC, TEMPLATES, TRANSLATIONS
from tracker.web import (
    appeals,
    archive,
    callback,
    cards,
    case_pages,
    channels,
    checklists,
    context,
    errors,
    evening,
    features,
    feed,
    firstrun,
    handover,
    health,
    inbox,
    inbox_sent,
    ladder,
    leaders,
    letterhead,
    login,
    me,
    new,
    orders,
    outdoors,
    overdue,
    people,
    reassign,
    replies,
    return_limits,
    revisits,
    roster,
    routes,
    security,
    spot,
    standins,
    streets,
    today,
    units,
    urge,
    view,
    warnings,
)
from tracker.web import clock as clock_pages

BLUEPRINTS = (
    *(firstrun.pages, login.pages, me.pages, people.pages, streets.pages, health.pages),
    *(today.pages, new.pages, overdue.pages, inbox.pages, case_pages.pages),
    urge.pages,
    callback.pages,
    cards.pages,
    orders.pages,
    spot.pages,
    revisits.pages,
    warnings.pages,
    reassign.pages,
    features.pages,
    checklists.pages,
    standins.pages,
    leaders.pages,
    ladder.pages,
    feed.pages,
    inbox_sent.pages,
    channels.pages,
    letterhead.pages,
    clock_pages.pages,
    outdoors.pages,
    evening.pages,
    replies.pages,
    units.pages,
    archive.pages,
    return_limits.pages,
    appeals.pages,
    roster.pages,
    handover.pages,
)


def create_app(config: Config, *, now: Callable[[], datetime] = clock.now) -> Flask:
    """The web application over the registers in ``config.home``; ``now`` gives the instant of each request."""
    app = Flask("tracker", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.config.update(
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
        BABEL_DEFAULT_LOCALE=config.locale,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[context.EXTENSION] = context.Runtime(config, now)
    app.before_request(routes.guard)  # before the forms are checked: a form of yesterday leads to the sign-in
    if config.proxies:
        # Behind a proxy every visitor comes from its address; as many forwarded hops are believed as there are proxies.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies)  # type: ignore[method-assign]
    security.install(app, config)
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # a page of a broken register must not ask it who is there
    manager.session_protection = None  # the session row decides, not the address or the browser
    manager.user_loader(login.load)
    Bootstrap5(app)
    Babel(app, locale_selector=locale)
    view.install(app)
    errors.register(app)
    app.url_map.converters["int"] = routes.Number
    for pages in BLUEPRINTS:
        app.register_blueprint(pages)
    routes.refuse_undeclared(app)
    return app


def locale() -> str:
    """The language of this visitor: their own choice, then the office's, then the configured one."""
    person = context.person()
    if person is not None and person.locale:
        return person.locale
    chosen: str = session.get(context.LANGUAGE, "")
    return chosen or (context.office().locale if context.is_set_up() else context.config().locale)
