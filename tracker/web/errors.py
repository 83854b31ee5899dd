"""How a refusal becomes words on a page: translated once, shown beside the field or on a page of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from flask import Flask, current_app, render_template, request, session
from flask_babel import force_locale
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from tracker.rule.refusals import N_, Refusal, Refusals
from tracker.store import people
from tracker.web import context, view
from tracker.web.words import gettext as _

#: status → (heading, what to do)
PAGES = {
    400: (N_("无法处理这个请求"), N_("请返回上一页重试。")),
    403: (N_("没有权限"), N_("您没有这个权限。")),
    404: (N_("没有这个页面"), N_("没有这个编号或页面。请核对编号，或从今日待办重新打开。")),
    405: (N_("不能这样打开"), N_("这个地址不能直接打开。请返回上一页，用页面上的按钮操作。")),
    409: (N_("没有保存"), N_("请返回上一页核对后再试。")),
    413: (N_("文件太大"), N_("一次上传的内容不能超过 100 MB、1000 项，文字不能超过 1.5 MB，没有保存。请分几次上传。")),
}


class Forbidden(Exception):
    """The page is for other roles."""

    def __init__(self, roles: Iterable[str]) -> None:
        super().__init__("forbidden")
        self.roles = frozenset(roles)


def said(refusal: Refusal) -> str:
    """The sentence of a refusal in the reader's language; instants in it stand in the office's zone."""
    params = {key: view.stamp(it) if isinstance(it, datetime) else it for key, it in refusal.params.items()}
    return _(refusal.message, **params)


#: Fields that stand for several things, each of which may be wrong: all of it is said.
TOGETHER = frozenset({"", "files", "checks", "late_cause", "others", "lines"})


def by_field(error: Refusal | Refusals) -> dict[str, str]:
    """For the form: the name of each field at fault and the sentence to show there; under "" all that is wrong with
    the whole, of the files and the points, of each line that was pasted and of each case of a visit."""
    items = error.items if isinstance(error, Refusals) else (error,)
    found: dict[str, str] = {}
    for item in items:
        if item.field not in found:
            found[item.field] = said(item)
        elif item.field in TOGETHER:
            found[item.field] = _("%(one)s；%(other)s", one=found[item.field], other=said(item))
    return found


def register(app: Flask) -> None:
    """Give the application its one handler of each kind of error."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(Refusals, _refused)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def page(status: int, heading: str, *lines: str) -> tuple[str, int]:
    """An error page with what happened and what to do next."""
    return render_template("error.html", heading=heading, lines=lines), status


def _refused(error: Refusal | Refusals) -> tuple[str, int]:
    return page(409, _("没有保存"), *by_field(error).values())


def _forbidden(error: Forbidden) -> tuple[str, int]:
    me, wanted = context.person(), view.roles(error.roles)
    if me is not None and "admin" in me.roles:  # they need ask nobody
        line = _("您没有%(roles)s的权限。需要的话，可在“用户”里给自己加上这个角色，并须重新登录", roles=wanted)
        return page(403, _("没有权限"), line)
    helpers = people.with_role(context.db(), "admin") or people.with_role(context.db(), "supervisor")
    helpers = tuple(one for one in helpers if me is None or one.id != me.id)
    if not helpers:
        return page(403, _("没有权限"), _("您没有%(roles)s的权限", roles=wanted))
    line = _("您没有%(roles)s的权限，可联系 %(name)s", roles=wanted, name=helpers[0].name)
    return page(403, _("没有权限"), line)


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    if request.mimetype == "multipart/form-data" and not request.form:
        return page(
            400, _("表单没有读出来，没有保存"), _("文件名可能不是文字，或没有传完。请把文件改名，返回上一页重新提交。")
        )
    return page(400, _("页面已过期，没有保存"), _("请返回上一页，刷新后重新提交。"))


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    if status >= 500:
        return _broken(error)
    heading, line = PAGES.get(status, PAGES[400])
    return page(status, _(heading), _(line))


def _broken(error: Exception) -> tuple[str, int]:
    """What nobody foresaw: nothing of it on the page but a number, all of it in the log under that number.

    The page asks the register for nothing, not even for the language: the register may be what broke.
    """
    number = f"E-{secrets.token_hex(3).upper()}"
    current_app.logger.error("%s", number, exc_info=error)
    language = session.get(context.LANGUAGE) or context.config().locale
    with force_locale(language):
        return render_template("error_broken.html", number=number), 500
