"""The settings from outside."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from tracker.config import KEYS, NEEDS, WRONG, Config, ConfigError, locale_of


def refused(**environ: str) -> dict[str, str]:
    """The sentences that the environment is refused with, by key."""
    with pytest.raises(ConfigError) as caught:
        Config.from_environ({"TRACKER_" + name.upper(): value for name, value in environ.items()})
    return {item.field: str(item) for item in caught.value.items}


def test_an_empty_environment_gives_a_register_in_var_on_this_machine_alone():
    config = Config.from_environ({})
    assert config.home == Path.cwd() / "var"
    assert (config.host, config.port, config.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert config.locale == "zh_Hans_CN"
    assert config.smtp_host == ""


def test_every_key_is_read(tmp_path):
    wanted = {
        "TRACKER_HOME": str(tmp_path),
        "TRACKER_HOST": "0.0.0.0",
        "TRACKER_PORT": "8080",
        "TRACKER_LOCALE": "en",
        "TRACKER_SMTP_HOST": "mail.example.gov.cn",
        "TRACKER_SMTP_PORT": "2525",
        "TRACKER_SMTP_USER": "xinfang",
        "TRACKER_SMTP_PASSWORD": "a b,c",
        "TRACKER_SMTP_SECURITY": "starttls",
        "TRACKER_MAIL_FROM": "xinfang@example.gov.cn",
        "TRACKER_BASE_URL": "https://xinfang.example.gov.cn/",
        "TRACKER_TICK_SECONDS": "5",
        "TRACKER_WORKERS": "1",
        "TRACKER_PROXIES": "1",
    }
    assert wanted.keys() == {f"TRACKER_{name.upper()}" for name in KEYS}
    assert Config.from_environ(wanted) == Config(
        home=tmp_path,
        host="0.0.0.0",
        port=8080,
        locale="en",
        smtp_host="mail.example.gov.cn",
        smtp_port=2525,
        smtp_user="xinfang",
        smtp_password="a b,c",
        smtp_security="starttls",
        mail_from="xinfang@example.gov.cn",
        base_url="https://xinfang.example.gov.cn",
        tick_seconds=5,
        workers=1,
        proxies=1,
    )


@pytest.mark.parametrize(
    ("name", "value", "way_out"),
    [
        ("home", __file__, "./var"),
        ("host", "my host", "127.0.0.1"),
        ("host", "127.0.0.1:80/", "127.0.0.1"),
        ("port", "80a", "1 到 65535"),
        ("port", "0", "1 到 65535"),
        ("port", "65536", "1 到 65535"),
        ("port", "８０００", "1 到 65535"),
        ("port", "9" * 5000, "1 到 65535"),
        ("locale", "zh_CN", "zh_Hans_CN / en"),
        ("smtp_host", "smtp://mail", "127.0.0.1"),
        ("smtp_port", "-25", "1 到 65535"),
        ("smtp_security", "tls", "none / starttls / ssl"),
        ("mail_from", "信访科", "xinfang@example.gov.cn"),
        ("base_url", "tracker.local", "http://"),
        ("tick_seconds", "0", "1 到 300"),
        ("tick_seconds", "1.5", "1 到 300"),
        ("workers", "many", "1 到 64"),
    ],
)
def test_a_wrong_value_is_refused_by_key_value_and_way_out(name, value, way_out):
    key = "TRACKER_" + name.upper()
    sentence = refused(**{name: value})[key]
    assert key in sentence
    assert value in sentence
    assert way_out in sentence


def test_every_wrong_key_is_named_at_once():
    assert set(refused(port="x", locale="fr", workers="0")) == {"TRACKER_PORT", "TRACKER_LOCALE", "TRACKER_WORKERS"}


def test_an_unknown_key_is_refused_with_the_nearest_known_one():
    assert "TRACKER_SMTP_PASSWORD" in refused(smtp_pasword="x")["TRACKER_SMTP_PASWORD"]


def test_a_password_never_stands_in_an_error_or_a_log():
    assert "hunter2" not in str(refused(smtp_password="hunter2"))
    assert "hunter2" not in repr(Config(home=Path("/x"), smtp_password="hunter2"))


@pytest.mark.parametrize(("given", "needed"), NEEDS)
def test_a_key_that_needs_another_names_it(given, needed):
    sentence = refused(**{given: "mail"})[f"TRACKER_{needed.upper()}"]
    assert f"TRACKER_{given.upper()}" in sentence


def test_an_empty_value_is_no_value():
    assert Config.from_environ({"TRACKER_PORT": " ", "TRACKER_LOCALE": ""}).port == 8000


def test_other_peoples_variables_are_left_alone():
    assert Config.from_environ({"PORT": "x", "MY_TRACKER_PORT": "x"}).port == 8000


@pytest.mark.parametrize(("security", "port"), [("none", 25), ("starttls", 587), ("ssl", 465)])
def test_the_mail_port_follows_the_security(security, port):
    assert Config.from_environ({"TRACKER_SMTP_SECURITY": security}).smtp_port == port


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8000"), ("::", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")],
)
def test_the_url_is_one_that_a_browser_on_this_machine_can_open(host, url):
    assert Config.from_environ({"TRACKER_HOST": host}).base_url == url


def test_the_language_is_known_even_while_another_key_is_wrong():
    assert locale_of({"TRACKER_LOCALE": "en", "TRACKER_PORT": "x"}) == "en"
    assert locale_of({"TRACKER_LOCALE": "klingon"}) == "zh_Hans_CN"


def test_settings_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Config(home=Path("/x")).port = 1  # type: ignore[misc]


def test_every_sentence_names_its_key():
    assert all(re.search(r"%\(key\)s", sentence) for sentence in WRONG.values())
