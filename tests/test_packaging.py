"""What is installed is whole: versions, packages, catalogues, the wheel, and the program started from it alone."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import BinaryIO

import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.patience import PATIENCE, free_port
from tracker.paths import STATIC, TEMPLATES, TRANSLATIONS

TOP = Path(__file__).resolve().parent.parent
SETUP = ConfigParser()
SETUP.read(TOP / "setup.cfg", encoding="utf-8")
CATALOGUES = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))


def lines(section: str, key: str) -> list[str]:
    return SETUP[section][key].split("\n")[1:]


def pinned() -> dict[str, str]:
    found = re.findall(
        r"^([A-Za-z0-9._-]+)==(\S+)$", (TOP / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    return {canonicalize_name(name): number for name, number in found}


def needed() -> set[str]:
    """Every distribution that this installation needs on this machine, the tests included."""
    todo = [
        Requirement(line) for line in lines("options", "install_requires") + lines("options.extras_require", "test")
    ]
    found: set[str] = set()
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        todo += [Requirement(line) for line in requires(name) or []]
    return found - {"pip"}  # it comes with Python


def test_every_version_is_locked():
    assert needed() <= set(pinned())


def test_the_tests_run_with_the_locked_versions():
    def installed(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    locked = pinned()
    assert {name: installed(name) for name in needed()} == {name: locked[name] for name in needed()}


def test_every_package_is_named_for_the_wheel():
    packages = {
        path.parent.relative_to(TOP).as_posix().replace("/", ".") for path in TOP.glob("tracker/**/__init__.py")
    }
    assert packages | {"tracker.templates"} == set(lines("options", "packages"))


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: "-".join(path.parts[-3::2]))
def test_a_compiled_catalogue_is_that_of_its_source(catalogue):
    fresh = io.BytesIO()
    with catalogue.open("rb") as source:
        write_mo(fresh, read_po(source))
    fresh.seek(0)
    assert messages(catalogue.with_suffix(".mo").open("rb")) == messages(fresh)


def messages(compiled: BinaryIO) -> dict[str, object]:
    with compiled:
        return {str(message.id): message.string for message in read_mo(compiled) if message.id}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy without leftovers: setuptools would pack what an old build/ still holds."""
    folder = tmp_path_factory.mktemp("wheel")
    leftovers = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "var")
    shutil.copytree(TOP, folder / "source", ignore=leftovers)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), str(folder / "source")],
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_the_program_whole_and_nothing_else(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    code = {path.relative_to(TOP).as_posix() for path in TOP.glob("tracker/**/*.py")}
    static = {path.relative_to(TOP).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    pages = {f"tracker/templates/{path.relative_to(TEMPLATES).as_posix()}" for path in TEMPLATES.rglob("*.*")}
    compiled = {path.with_suffix(".mo").relative_to(TOP).as_posix() for path in CATALOGUES}
    ours = {name for name in packed if ".dist-info/" not in name}
    assert ours == code | static | pages | compiled


@pytest.mark.slow
def test_the_wheel_installs_no_module_but_tracker_and_carries_the_licence(wheel):
    packed = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in packed if ".dist-info/" not in name} == {"tracker"}
    assert any(name.endswith("licenses/LICENSE") for name in packed)


@pytest.mark.slow
def test_the_program_starts_from_an_installed_wheel_in_an_empty_folder(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    program = tmp_path / "venv" / "bin"
    subprocess.run(
        [program / "python", "-m", "pip", "install", "--quiet", "-c", TOP / "constraints.txt", wheel], check=True
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "PYTHON"))}
    running = subprocess.Popen(
        [program / "tracker", "run"],
        cwd=empty,
        env={**environ, "TRACKER_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    try:
        page = fetch(f"http://127.0.0.1:{port}/", seconds=PATIENCE)
        style = re.search(r'href="(/static/[^"]+\.css)', page)
        assert style
        assert fetch(f"http://127.0.0.1:{port}{style[1]}", seconds=PATIENCE)
    finally:
        running.send_signal(signal.SIGINT)
        printed, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, printed
    assert "Traceback" not in printed
    assert "安装码" in page
    assert (empty / "var" / "tracker.db").is_file()


def fetch(url: str, seconds: float) -> str:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=20) as reply:
                return io.TextIOWrapper(reply, encoding="utf-8").read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
