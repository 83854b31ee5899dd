"""What keeps others out: headers, cookies, forms of strangers, the cost of a password."""

from __future__ import annotations

import re
import stat

import argon2
import pytest

from tests.factories import PASSWORD
from tracker.config import Config
from tracker.paths import STATIC, TEMPLATES
from tracker.web.app import create_app

PUBLIC_PAGES = ("/login", "/healthz", "/nowhere", "/static/tracker.css")


@pytest.fixture
def strict(app, make_person):
    """A browser at an application that checks its forms."""
    make_person(account="zhou", roles=("admin",))
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_every_answer_carries_the_headers(strict, path):
    with strict.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_pages_are_kept_by_no_cache_but_files_are(strict):
    assert strict.get("/login").headers["Cache-Control"] == "no-store"
    with strict.get("/static/tracker.css") as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_form_from_elsewhere_changes_nothing(strict):
    page = strict.post("/login", data={"account": "zhou", "password": PASSWORD})
    assert page.status_code == 400
    assert "页面已过期，没有保存" in page.text


def token_in(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)


def test_a_form_of_ours_is_taken(strict):
    token = token_in(strict.get("/login").text)
    answer = strict.post("/login", data={"account": "zhou", "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 302


def test_every_form_that_is_sent_carries_the_token():
    for file in TEMPLATES.rglob("*.html"):
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", file.read_text(encoding="utf-8"), re.S):
            assert "csrf" in form or "hidden()" in form, f"{file.name}: {form[:80]}"


def test_no_page_holds_a_script_or_a_style_of_its_own():
    for file in TEMPLATES.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*src=)", text), file.name
        assert "|safe" not in text, file.name
        assert "autoescape" not in text, file.name


def cookie_of(answer):
    return next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("tracker="))


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(strict):
    cookie = cookie_of(strict.get("/login"))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_goes_no_other_way(home, clock, make_person):
    make_person()
    app = create_app(Config(home=home, base_url="https://tracker.example.gov.cn"), now=clock)
    answer = app.test_client().get("/login")
    assert "Secure" in cookie_of(answer)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_cookie_signed_elsewhere_opens_nothing(app, client, make_person, sign_in, tmp_path, clock):
    sign_in(client, make_person(roles=("admin",)))
    with client.session_transaction() as cookie:
        contents = dict(cookie)
    other = create_app(Config(home=tmp_path / "other"), now=clock)
    forged = other.session_interface.get_signing_serializer(other).dumps(contents)
    thief = app.test_client()
    thief.set_cookie("tracker", forged)
    assert thief.get("/people").status_code == 302


def test_the_secret_is_readable_by_its_owner_alone(app, home):
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert len(app.config["SECRET_KEY"]) == 32


def test_what_people_type_is_text_on_the_page(app, client, make_person, sign_in):
    evil = '<img src=x onerror="alert(1)">'
    sign_in(client, make_person(name=evil, roles=("admin",)))
    page = client.get("/people").text
    assert evil not in page
    assert "&lt;img" in page


def test_passwords_are_kept_by_argon2id_at_its_recommended_cost():
    """RFC 9106, the second recommended option: 64 MiB, 3 passes, 4 lanes."""
    usual = argon2.PasswordHasher()
    assert usual.type is argon2.Type.ID
    assert (usual.memory_cost, usual.time_cost, usual.parallelism) == (65536, 3, 4)


def test_our_scripts_are_small():
    sizes = {path.name: path.stat().st_size for path in STATIC.glob("*.js")}
    assert sizes["tracker.js"] <= 8 * 1024
    assert sizes["site.js"] <= 6 * 1024
    assert set(sizes) == {"tracker.js", "site.js"}


def test_our_style_holds_in_chromium_90():
    style = (STATIC / "tracker.css").read_text(encoding="utf-8")
    late = r":has\(|color-mix|@layer|oklch|@container|\binset\s*:|\bdvh\b|&\s*[.:#]|@starting-style|light-dark\("
    assert not re.search(late, style)


def test_no_type_is_under_13_pixels():
    style = (STATIC / "tracker.css").read_text(encoding="utf-8")
    for size, unit in re.findall(r"font-size:\s*([0-9.]+)(rem|px)", style):
        assert float(size) * (16 if unit == "rem" else 1) >= 13, size
