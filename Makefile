# Two commands: `make demo` runs the main job and leaves a report; `make test` runs every check.
# `make serve` builds and runs the demo of the platform side, and says where it is.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Tests run in a process more than there are cores, for some wait for what they started; four at most, each takes about
# a gigabyte of memory.  `make tests WORKERS=0`: in one.
WORKERS ?= $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")
PORT    ?= 8080

.PHONY: demo serve test lint types arrows tests install clean
demo: install
	$(BIN)/similarity demo --out demo-output

serve: install
	$(BIN)/similarity serve --demo --data demo-service --port $(PORT)

test: lint
	$(MAKE) --no-print-directory --jobs=3 types arrows tests

install: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	touch $@

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

arrows: install
	$(BIN)/lint-imports

tests: export PYTHONDONTWRITEBYTECODE =  # processes by the hundred read what the first of them compiled
tests: install
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --maxprocesses=4 --dist=worksteal --durations=20

clean:
	rm -rf $(VENV) demo-output demo-service .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
