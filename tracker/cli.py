"""The ``tracker`` command. Each subcommand is imported only when it is used."""

from __future__ import annotations

import errno
import gettext
import os
import sys
from collections.abc import Callable, Sequence
from copy import copy
from importlib import import_module
from typing import NoReturn, TypeVar

import click
from click.exceptions import NoSuchCommand

from tracker import __version__
from tracker.config import locale_of
from tracker.i18n import translator
from tracker.paths import TRANSLATIONS
from tracker.rule.refusals import N_, Refusal, Refusals, filled

Translate = Callable[[str], str]
C = TypeVar("C", bound=click.Command)

#: Name: where the command lies, and the line that stands for it in ``tracker --help``.
COMMANDS = {
    "run": ("tracker.run:run", N_("启动网页和提醒，Ctrl-C 停止")),
    "web": ("tracker.run:web", N_("只启动网页")),
    "schedule": ("tracker.run:schedule", N_("只启动提醒")),
    "deadlines": ("tracker.cli_rule:deadlines", N_("列出一件投诉的四个办理时限")),
    "rule": ("tracker.cli_versions:rule", N_("列出或新增时限规则")),
    "import": ("tracker.cli_exchange:import_", N_("从工作簿导入信访件")),
    "overdue": ("tracker.cli_overdue:overdue", N_("列出某一时刻的超期件")),
    "remind": ("tracker.cli_remind:remind", N_("列出某一时刻应发的提醒")),
    "repeats": ("tracker.cli_repeats:repeats", N_("重复件的两个数，和同一地点的件")),
    "backup": ("tracker.cli_backup:backup", N_("备份登记库和附件")),
    "restore": ("tracker.cli_restore:restore", N_("把一份备份放回去")),
    "audit": ("tracker.cli_audit:audit", N_("核对审计日志")),
    "sample": ("tracker.cli_sample:sample", N_("建立示例库")),
}

REASONS = {
    errno.ENOENT: N_("文件或文件夹不存在"),
    errno.EACCES: N_("没有权限"),
    errno.EPERM: N_("没有权限"),
    errno.EROFS: N_("所在的磁盘是只读的"),
    errno.ENOSPC: N_("磁盘已满"),
    errno.ENOTDIR: N_("路径中有一段不是文件夹"),
    errno.EISDIR: N_("这是文件夹，不是文件"),
    errno.EIO: N_("磁盘读写出错"),
}


class Commands(click.Group):
    """Subcommands by name; their summaries are known without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        return spoken(getattr(import_module(module), name), translator(locale_of(os.environ)))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        translate = translator(locale_of(os.environ))
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl([(name, translate(summary)) for name, (_, summary) in COMMANDS.items()])


def spoken(command: C, translate: Translate) -> C:
    """``command`` with its help and that of its options and subcommands in the user's language."""
    command = copy(command)
    command.options_metavar = translate(N_("[选项]"))
    command.help = translate(command.help) if command.help else None
    command.params = [copy(parameter) for parameter in command.params]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = translate(parameter.help)
    if isinstance(command, click.Group):
        command.subcommand_metavar = translate(N_("命令 [参数]..."))
        command.commands = {name: spoken(child, translate) for name, child in command.commands.items()}
    return command


@click.command(cls=Commands, help=N_("信访投诉时限跟踪：1-3-10-15 天"))
@click.version_option(__version__, message="tracker %(version)s", help=N_("显示版本号。"))
def tracker() -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run ``tracker`` and exit: 0 done, 1 refused, 2 something is wrong in what was typed or set.

    A mistake of the user is one sentence in the user's language, never a traceback.
    """
    locale = locale_of(os.environ)
    translate = translator(locale)
    _let_click_speak(locale)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        spoken(tracker, translate).main(arguments, prog_name="tracker")
    except Refusals as refusals:
        _refuse(refusals.items, translate)
    except Refusal as refusal:
        _refuse([refusal], translate)
    except OSError as error:
        if error.errno not in REASONS or error.filename is None:
            raise
        reason = translate(REASONS[error.errno])
        _refuse([Refusal(N_("无法读写 %(file)s：%(reason)s"), file=error.filename, reason=reason)], translate)
    raise SystemExit(0)


def _refuse(refusals: Sequence[Refusal], translate: Translate) -> NoReturn:
    for refusal in refusals:
        click.echo(filled(refusal.message, refusal.params, translate), err=True)
    raise SystemExit(2 if any(refusal.field for refusal in refusals) else 1)


def _let_click_speak(locale: str) -> None:
    """click asks the process-wide gettext for its own sentences, which takes the language from LANGUAGE."""
    gettext.bindtextdomain("click", str(TRANSLATIONS))
    gettext.textdomain("click")
    os.environ["LANGUAGE"] = locale
