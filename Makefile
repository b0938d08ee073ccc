# Fangxian: every task of the workshop, by one word.
#   make demo    set up, play the month, print its bulletins, serve the console
#   make test    set up, pass every test (SQLite, PostgreSQL, browser)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-web test-sqlite test-postgres test-browser check fix serve pictures bench campaign lock system clean

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
# Where the machine has a Node that is new enough, the web need not wait for Python's packages.
NODE_FIRST := $(shell $(PYTHON) tools/node.py node --version >/dev/null 2>&1 || echo .venv/node)
NODE := $(if $(NODE_FIRST),$(BIN)/python,$(PYTHON)) tools/node.py
BUILT := src/fangxian/interfaces/console/static/console/built/ready
# One more than the two cores this is measured on: tests wait for programs, disks and browsers.
WORKERS ?= 3
# A file of tests stays in one process, which makes what its tests share once; they begin in the order of their names.
BY_FILE := --dist loadfile --no-loadscope-reorder
# What is compiled is kept: the tests start some eighty programs.
export PYTHONDONTWRITEBYTECODE :=
export TZ := UTC

help: ## Show these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

setup: ## Prepare .venv and the web assets; run nothing
	@$(MAKE) --no-print-directory -j2 .venv/words $(BUILT)

.venv/ready: requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found. Install it: apt-get install python3 python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/node: .venv/ready requirements/node.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	@touch $@

web/node_modules/ready: web/package-lock.json | $(NODE_FIRST)
	$(NODE) npm --prefix web ci --no-audit --no-fund --loglevel=error
	@touch $@

$(BUILT): web/node_modules/ready $(shell find web/conditions web/console web/field -type f -not -path '*/node_modules/*' 2>/dev/null)
	$(NODE) npm --prefix web run build --workspaces --if-present
	@touch $@

.venv/words: .venv/ready tools/messages.py $(wildcard src/fangxian/interfaces/console/locale/parts/*.po)
	$(BIN)/python tools/messages.py compile
	@touch $@

demo: setup ## Play a district's month on the embedded default, then serve the console
	$(BIN)/fangxian demo

serve: setup ## Serve the installation in FANGXIAN_DATA (default var/)
	$(BIN)/fangxian serve

system: ## Install what the tests need from Debian (as root), or say what is missing
	@tools/system.sh

test: setup system test-web test-sqlite test-postgres test-browser ## Set up and pass every test

test-web: setup
	$(NODE) npm --prefix web --loglevel=error run test --workspaces --if-present

test-sqlite: setup
	FANGXIAN_DATA=$$(mktemp -d) $(BIN)/pytest -q --durations=25 --durations-min=3 -n $(WORKERS) $(BY_FILE) tests --ignore=tests/browser

test-postgres: setup
	FANGXIAN_DATA=$$(mktemp -d) $(BIN)/python tools/with_postgres.py $(BIN)/pytest -q --durations=25 --durations-min=3 -n $(WORKERS) $(BY_FILE) -m "not slow" tests --ignore=tests/browser

test-browser: setup
	rm -rf var/contact-sheet
	FANGXIAN_DATA=$$(mktemp -d) $(BIN)/pytest -q --durations=25 --durations-min=3 -n $(WORKERS) --dist worksteal -m "not sheet" tests/browser
	FANGXIAN_DATA=$$(mktemp -d) $(BIN)/pytest -q -m sheet tests/browser/test_pages.py

check: setup ## Lint, types, import contracts, size budget, licences, texts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src/fangxian
	PYTHONPATH=src $(BIN)/lint-imports
	$(NODE) npm --prefix web --loglevel=error run check --workspaces --if-present
	$(BIN)/python tools/budget.py src
	$(BIN)/python tools/messages.py check
	FANGXIAN_DATA=$$(mktemp -d) $(BIN)/python tools/reference.py --check
	$(BIN)/reuse lint --quiet

fix: setup ## Mend what a machine can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pictures: setup ## Have the browser tests take the pictures of the chapters about people
	rm -rf var/pictures
	FANGXIAN_DATA=$$(mktemp -d) $(BIN)/pytest -q tests/browser/test_day_again.py tests/browser/test_tutorials.py
	$(BIN)/python tools/pictures.py --from-tests

bench: setup ## One table of benchmarks, as ratios in one run
	FANGXIAN_DATA=$$(mktemp -d) $(BIN)/python -m benchmarks

campaign: setup ## A long figure: make campaign NAME=mutation
	FANGXIAN_DATA=$$(mktemp -d) $(BIN)/python -m campaigns.$(NAME)

lock: ## Compile requirements/*.txt with hashes (needs uv on the path)
	for name in runtime dev node; do uv pip compile --quiet --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Remove what set-up and tests made (never var/)
	rm -rf .venv web/node_modules src/fangxian/interfaces/console/static/console/built src/fangxian/interfaces/field/static/field .mypy_cache .ruff_cache .pytest_cache
	find benchmarks campaigns src tests tools -name __pycache__ -prune -exec rm -rf {} +
