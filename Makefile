# make run: the program · make test: everything · make check: what is quick · make bench, make faults: the long measurements
.DEFAULT_GOAL := run
.PHONY: run test check browser bench faults translations docs

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

run: $(VENV)/installed
	@$(BIN)/tracker run

# Installed again only when what is to be installed has changed.
$(VENV)/installed: setup.cfg pyproject.toml constraints.txt
	@[ -n "$(PYTHON)" ] || { echo "需要 Python 3.11 或更新的版本 · Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(INSTALL) -e '.[test]'
	@touch $@

test: $(VENV)/installed-test browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy tracker
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy tracker
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow and not browser"

# Chromium and Chinese fonts from the system where this may install them, else Playwright's own Chromium. Where there is
# Chromium without the frame of its windows, that: a third of the time is saved.
APT := DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-noto-cjk fontconfig
HAS_CHROMIUM := command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null
browser: $(VENV)/installed-test
	@{ $(HAS_CHROMIUM); } && fc-list :lang=zh 2>/dev/null | grep -q . \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& { $(APT) chromium-headless-shell >/dev/null 2>&1 || $(APT) chromium >/dev/null; }; } \
	|| { $(HAS_CHROMIUM); } || $(BIN)/playwright install chromium

# Ratios of one run on this machine, printed as a table; best on one that does nothing else.
bench: $(VENV)/installed-test
	@command -v wrk >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wrk >/dev/null; } \
	|| { echo "请先安装 wrk · Install wrk first" >&2; exit 1; }
	$(BIN)/python -m pytest tests/bench -o python_files='bench_*.py' -s

# Run it as root: one fault mounts a small disk of its own.
faults: $(VENV)/installed-test
	@command -v strace >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace >/dev/null; } \
	|| { echo "请先安装 strace · Install strace first" >&2; exit 1; }
	$(BIN)/python -m pytest tests/faults -o python_files='test_*.py fault_*.py' -s

# Chinese is the source; the English catalogue is updated from the code and compiled. Both files are committed.
translations: $(VENV)/installed-test
	$(BIN)/pybabel -q extract -F babel.cfg --no-default-keywords -k N_ -k _ -k ngettext:1,2 --no-location --sort-output --project=petition-tracker -o $(VENV)/messages.pot .
	$(BIN)/pybabel -q update --init-missing -l en -i $(VENV)/messages.pot -d tracker/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d tracker/translations
	$(BIN)/pybabel -q compile -D click -d tracker/translations

# The table of acts and roles, from what the code declares.
docs: $(VENV)/installed-test
	$(BIN)/python -m tests.acts_table
