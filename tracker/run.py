"""``tracker run`` keeps the web pages and the scheduler up; ``tracker web`` and ``tracker schedule`` are one alone."""

from __future__ import annotations

import errno
import logging
import os
import socket
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

from tracker import __version__
from tracker.clock import now
from tracker.config import Config
from tracker.i18n import translator
from tracker.office.firstrun import setup_code
from tracker.rule.refusals import N_, Refusal
from tracker.store.occupied import occupy
from tracker.store.register import DATABASE, STAGED, open_register
from tracker.supervise import Service, follow_parent, supervise

if TYPE_CHECKING:
    from tracker.web.reception import Reception

#: Seconds that a request may still take when the server is told to stop; the supervisor waits a little longer.
GRACE = 3

BUSY = N_("端口 %(port)s 已被占用。请停止占用它的程序，或换一个端口，例如 TRACKER_PORT=%(other)s")
NOT_ALLOWED = N_("没有权限使用端口 %(port)s。请改用 1024 以上的端口，例如 TRACKER_PORT=8000")
NOT_HERE = N_("TRACKER_HOST 的值“%(host)s”不是本机地址。请改为 127.0.0.1（仅本机可用）或 0.0.0.0（全网可用）")


@click.command(help=N_("启动网页和提醒。按 Ctrl-C 一并停止；其中一个意外退出时会自动重新启动。"))
def run() -> None:
    config = Config.from_environ(os.environ)
    address = listening_address(config)
    services = [Service("web", serve_web, (config, address)), Service("schedule", serve_schedule, (config,))]
    with closing(occupy(config.home)):
        _greet(config, address)
        _log()
        supervise(services, translator(config.locale))


@click.command(help=N_("只启动网页。提醒由另外启动的 tracker schedule 发送。"))
def web() -> None:
    config = Config.from_environ(os.environ)
    address = listening_address(config)
    with closing(occupy(config.home)):
        _greet(config, address)
        serve_web(config, address)


@click.command(help=N_("只启动提醒：到时间的提醒由它发出。"))
def schedule() -> None:
    config = Config.from_environ(os.environ)
    with closing(occupy(config.home)):
        open_register(config.home, now()).close()
        serve_schedule(config)


def serve_web(config: Config, address: str) -> None:
    """Serve the pages until told to stop: in each worker one thread makes them (docs/decisions.md)."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from tracker.web.reception import SENDERS

    follow_parent()
    _log()
    server = Server(
        "tracker",
        address=address,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=SENDERS,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    )
    # The threads wait for slow senders; one at a time makes pages. Who starts the program need not review that.
    logging.getLogger("_granian").addFilter(lambda record: "quite high" not in str(record.msg))
    server.serve(target_loader=partial(_application, config), wrap_loader=False)


def _application(config: Config) -> Reception:
    """What a worker serves. It runs in the worker's process, which ends with the server even when that is killed."""
    from tracker.web.app import create_app
    from tracker.web.reception import Reception
    from tracker.web.security import LARGEST_BODY

    follow_parent()
    app = create_app(config)
    app.extensions["register.lock"] = occupy(config.home)  # its own: a worker outlives a killed server for a moment
    return Reception(app, LARGEST_BODY)


def serve_schedule(config: Config) -> None:
    """Send what falls due until told to stop."""
    from tracker.schedule import main

    follow_parent()
    _log()
    main(config)


def listening_address(config: Config) -> str:
    """The IP address of ``config.host``, on which ``config.port`` is free at this moment; Refusal when it is not.

    The server shares its port among its workers, so that it would silently share it with another server too.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            if os.name == "posix":  # elsewhere this option lets two listen on one port
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
    except OSError as error:
        raise _why_not(error, config) from None
    return str(where[0])


def _why_not(error: OSError, config: Config) -> Refusal:
    if error.errno == errno.EADDRINUSE:
        other = config.port + 1 if config.port < 65535 else 8000
        return Refusal(BUSY, field="TRACKER_PORT", port=config.port, other=other)
    if error.errno == errno.EACCES:
        return Refusal(NOT_ALLOWED, field="TRACKER_PORT", port=config.port)
    return Refusal(NOT_HERE, field="TRACKER_HOST", host=config.host)


def _greet(config: Config, address: str) -> None:
    """Bring the register up to date, and print where the pages are, where they are really listened for, and, before the
    first person, the one-time code."""
    _ = translator(config.locale)
    db = open_register(config.home, now())
    code = setup_code(config.home, db)
    db.close()
    click.echo(_(N_("信访投诉时限跟踪")) + f" {__version__}")
    click.echo(_(N_("网址：%(url)s")) % {"url": config.base_url})
    click.echo(_(N_("监听：%(address)s 端口 %(port)s")) % {"address": address, "port": config.port})
    if code:
        click.echo(_(N_("安装码：%(code)s（首次打开网页时填写，只用一次）")) % {"code": code})
    click.echo(_(N_("数据：%(home)s")) % {"home": config.home})
    if (config.home / STAGED / DATABASE).exists():
        click.echo(_(N_("上次恢复备份时中断，现在用的仍是恢复之前的数据。要恢复，请停止后重新运行 tracker restore")))
    click.echo(_(N_("按 Ctrl-C 停止")))


def _log() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("tracker").setLevel(logging.INFO)
