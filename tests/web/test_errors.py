"""Error pages: what happened, what to do next, and nothing of the inside."""

from __future__ import annotations

import re

import pytest
from flask import Blueprint

from tests.factories import NOW
from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.web.errors import by_field, said
from tracker.web.routes import route
from tracker.web.security import LARGEST_FORM

trouble = Blueprint("trouble", __name__)


@route(trouble, "/trouble/<kind>", roles=("any",), methods=("GET", "POST"))
def make_trouble(kind):
    if kind == "refusal":
        raise Refusal(N_("没有这个人"))
    if kind == "refusals":
        raise Refusals([Refusal(N_("请填写姓名"), field="name"), Refusal(N_("请填写账号"), field="account")])
    raise ZeroDivisionError("the secret of the inside")


@pytest.fixture
def app(app):
    app.register_blueprint(trouble)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def desk(client, make_person, sign_in):
    return sign_in(client, make_person(roles=("clerk",)))


def test_a_refusal_outside_a_form_gets_a_page_with_its_words(desk):
    page = desk.get("/trouble/refusal")
    assert page.status_code == 409
    assert "没有这个人" in page.text


def test_several_refusals_are_all_said(desk):
    page = desk.get("/trouble/refusals").text
    assert "请填写姓名" in page
    assert "请填写账号" in page


def test_what_nobody_foresaw_shows_a_number_and_logs_the_rest_under_it(desk, caplog):
    page = desk.get("/trouble/surprise")
    assert page.status_code == 500
    number = re.search(r"E-[0-9A-F]{6}", page.text).group()
    assert f"请记下错误号 {number} 并联系管理员" in page.text
    assert "secret of the inside" not in page.text
    assert "ZeroDivisionError" not in page.text
    assert number in caplog.text
    assert "secret of the inside" in caplog.text


def test_the_page_of_a_broken_register_needs_no_register(desk, monkeypatch, caplog):
    def broken(*_args):
        raise RuntimeError("disk gone")

    monkeypatch.setattr("tracker.web.context.Runtime.connection", broken)
    page = desk.get("/me")
    assert page.status_code == 500
    assert "系统出错，内容未保存" in page.text


def test_a_page_that_is_not_there_says_so(desk):
    page = desk.get("/nowhere")
    assert page.status_code == 404
    assert "没有这个编号或页面" in page.text
    assert "回到首页" in page.text


def test_a_page_that_is_only_for_buttons_says_so(desk):
    page = desk.get("/logout")
    assert page.status_code == 405
    assert "请返回上一页" in page.text


def test_an_upload_that_is_too_large_says_how_much_is_allowed(app, desk):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    page = desk.post("/me", data={"locale": "x" * 2000}, content_type="multipart/form-data")
    assert page.status_code == 413
    assert "不能超过 100 MB" in page.text


def test_a_form_without_files_is_bounded_by_what_it_takes_to_decode_it(desk):
    page = desk.post("/me", data=b"locale=" + b"%" * LARGEST_FORM, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 413
    assert "文字不能超过" in page.text


def test_a_form_whose_file_is_called_by_no_text_says_so_and_not_that_it_is_old(app, desk):
    app.config["WTF_CSRF_ENABLED"] = True
    body = b'--x\r\nContent-Disposition: form-data; name="note-files"; filename="\xff.jpg"\r\n\r\nx\r\n--x--\r\n'
    page = desk.post("/me", data=body, content_type="multipart/form-data; boundary=x")
    assert page.status_code == 400
    assert "文件名可能不是文字" in page.text


def test_a_text_of_a_hundred_thousand_characters_is_no_upload(desk):
    assert desk.post("/me", data={"locale": "长" * 100_000}).status_code == 302


def test_an_instant_in_a_refusal_stands_on_the_clock_of_the_office(app, register):
    with app.test_request_context():
        assert said(Refusal(N_("请在 %(until)s 之后再试"), until=NOW)) == "请在 06-17 10:24 之后再试"


def test_the_first_word_about_a_field_counts(app, register):
    with app.test_request_context():
        errors = Refusals([Refusal("甲", field="a"), Refusal("乙", field="a"), Refusal("丙")])
        assert by_field(errors) == {"a": "甲", "": "丙"}
