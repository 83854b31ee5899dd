"""What every answer and every cookie carries to keep others out."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from tracker.config import Config
from tracker.store.keys import load_key

SECRET = "secret"
LARGEST_BODY = 100 * 1024 * 1024
#: All text fields of a form together.
LARGEST_TEXT = 4 * 1024 * 1024
#: The same of a form without files, which is decoded in one go and takes fifty times its size in memory; 100,000
#: characters of Chinese are nine times as many bytes when sent so.
LARGEST_FORM = 1536 * 1024
FORM = "application/x-www-form-urlencoded"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",  # Bootstrap draws its ticks and arrows from data: pictures in its own style sheet
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
}
ONE_YEAR = 365 * 24 * 3600
csrf = CSRFProtect()


class Bounded(Request):
    """A request whose form cannot fill the memory."""

    def __init__(self, environ: dict[str, Any], populate_request: bool = True, shallow: bool = False) -> None:
        super().__init__(environ, populate_request, shallow)
        if self.mimetype == FORM:
            self.max_content_length = LARGEST_FORM


def install(app: Flask, config: Config) -> None:
    """Sign cookies with the secret of this home, and put the headers on every answer."""
    https = config.base_url.startswith("https://")
    config.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    app.config.update(
        SECRET_KEY=load_key(config.home / SECRET),
        SESSION_COOKIE_NAME="tracker",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_TEXT,
        # The form may lie open for a working day; the session it belongs to decides.
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=ONE_YEAR,
    )
    app.request_class = Bounded
    csrf.init_app(app)

    @app.after_request
    def protect(answer: Response) -> Response:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if request.endpoint not in ("static", "bootstrap.static"):
            answer.headers.setdefault("Cache-Control", "no-store")
        if https:
            answer.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}")
        return answer
