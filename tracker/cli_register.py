"""Opening the register for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from tracker.config import Config
from tracker.rule.refusals import N_, Refusal
from tracker.store.occupied import occupy
from tracker.store.register import DATABASE, open_register


@contextmanager
def register(config: Config, at: datetime) -> Iterator[Database]:
    """The register in ``TRACKER_HOME``, made there if there is none."""
    with closing(occupy(config.home)), closing(open_register(config.home, at)) as db:
        yield db


@contextmanager
def existing(config: Config, at: datetime) -> Iterator[Database]:
    """The register that is already there: a question does not make one."""
    if not (config.home / DATABASE).exists():
        raise Refusal(
            N_("%(home)s 中还没有登记库。请用 TRACKER_HOME 指定它所在的文件夹，或先运行 tracker run"), home=config.home
        )
    with register(config, at) as db:
        yield db


@contextmanager
def rehearsal(config: Config, at: datetime) -> Iterator[Database]:
    """The register for a dry run: where there is none yet, an empty one that is thrown away."""
    if (config.home / DATABASE).exists():
        with register(config, at) as db:
            yield db
        return
    with TemporaryDirectory() as folder:
        db = open_register(Path(folder), at)
        yield db
        db.close()
