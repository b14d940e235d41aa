# Everything runs in .venv, which the first target makes; a machine needs Python 3.11 or newer, make and git.
PYTHON ?= $(shell for v in python3.13 python3.12 python3.11 python3; do command -v $$v >/dev/null 2>&1 \
	&& $$v -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$v; break; }; done)
BIN := .venv/bin

.PHONY: help demo test test-long judges lint coverage fuzz bench bench-diff clean

help:
	@echo "make demo        the main job on the shipped archive: verify, diff, cite, export, a changed byte caught; a saved page and a PDF"
	@echo "make test        the tests"
	@echo "make test-long   the same, where some go through a part of what there is to try: all of it"
	@echo "make judges      the validator of RO-Crate and a server of Azure, for make test"
	@echo "make lint        ruff and mypy"
	@echo "make coverage    the tests with branch coverage"
	@echo "make fuzz        every parser fuzzed: SECONDS of CPU, SEED, STATE a folder that runs add to"
	@echo "make bench       ratios, measured side by side"
	@echo "make bench-diff  the differ beside git word diff, difflib and rapidfuzz"

.venv/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# What reads pages and PDF files.
.venv/media: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[html,pdf]'
	@touch $@

.venv/tested: .venv/installed
	$(BIN)/python -m pip install --quiet --group test
	@touch $@

.venv/linted: .venv/tested
	$(BIN)/python -m pip install --quiet --group lint
	@touch $@

# An environment of its own: what the validator of RO-Crate needs would hold back what we use ourselves.
.venv/judges/installed: .venv/tested
	$(PYTHON) -m venv .venv/judges
	.venv/judges/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv/judges/bin/python -m pip install --quiet --group judges
	@touch $@

# Azure Blob Storage on this machine.
.venv/azurite/installed: .venv/tested
	npm install --prefix .venv/azurite --no-save --no-package-lock --no-audit --no-fund --silent azurite@3
	@touch $@

judges: .venv/judges/installed .venv/azurite/installed

demo: .venv/media
	@sh scripts/demo.sh $(BIN)/archive

test: .venv/tested
	$(BIN)/python -m pytest -n auto

# Tests that read MUNIMENT_LONG: every accident with the folder before every writer, every byte before every verb.
test-long: .venv/tested
	MUNIMENT_LONG=1 $(BIN)/python -m pytest -n auto

lint: .venv/linted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

coverage: .venv/tested
	$(BIN)/python -m pytest -n auto --cov --cov-report=term --cov-branch

SECONDS ?= 600
SEED ?= 1
STATE ?= .fuzz
fuzz: .venv/tested
	nice -n 19 $(BIN)/python tests/fuzz/run.py --seconds $(SECONDS) --seed $(SEED) --state $(STATE)

bench: .venv/tested
	$(BIN)/python bench/verify.py
	$(BIN)/python bench/batches.py
	$(BIN)/python bench/imports.py
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/naming.py
	$(BIN)/python bench/ocfl_root.py
	$(BIN)/python bench/timestamps.py
	$(BIN)/python bench/history.py
	$(BIN)/python bench/export.py
	$(BIN)/python bench/parsers.py
	$(BIN)/python bench/site.py --releases 400
	$(BIN)/python bench/cluster.py --releases 400

bench-diff: .venv/tested
	$(BIN)/python bench/diff.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz dist build
