# Commands of the project; each works from a fresh clone and says what is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= demo
DEMO_HOME ?= $(CURDIR)/demo-home
PORT ?= 8000
POSTGRESQL ?= postgresql://postgres@127.0.0.1/postgres
LANG_REPORT ?= zh

.PHONY: help assets setup demo demo-reset test test-all lint bench docs services clean lock

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

ASSETS := src/anlan/web/assets
BUILT := src/anlan/web/static/anlan/app.js

setup: $(VENV)/.ready assets ## make the environment in .venv and the assets of the pages

assets: $(BUILT) ## build the script, style sheet and icons of the pages (needs node)

$(BUILT): $(wildcard $(ASSETS)/*.json $(ASSETS)/*.mjs $(ASSETS)/css/*.css $(ASSETS)/js/*.js)
	@command -v npm >/dev/null || { echo "The pages' assets need node 20 or newer with npm; found none. Install node, then try again."; exit 1; }
	cd $(ASSETS) && npm ci --silent && node build.mjs

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Anlan needs Python 3.11 or newer; found: $$($(PYTHON) --version 2>&1). Set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
	@echo "Ready. Next: make demo  安装完成，下一步：make demo"

demo: setup ## the report on the bundled real log in ./demo, then the application with a demo organisation
	ANLAN_HOME=$(DEMO_HOME) $(BIN)/python -m anlan demo --lang $(LANG_REPORT) --out $(OUT) --port $(PORT)

demo-reset: ## forget the demo organisation; the next make demo starts over
	rm -rf $(DEMO_HOME)

test: setup ## the test suite on the embedded default, under 10 minutes
	$(BIN)/python -m pytest -n 2 -m "not slow" tests

test-all: setup ## everything: slow checks, a real browser, and PostgreSQL where it answers
	$(BIN)/python -m pytest -n 2 -m slow tests
	@if $(BIN)/python tools/database_answers.py $(POSTGRESQL); then \
	  ANLAN_TEST_DATABASE_URL=$(POSTGRESQL) $(BIN)/python -m pytest -n 2 -m "not slow" tests/web; \
	else echo "PostgreSQL does not answer at $(POSTGRESQL); the web tests ran on SQLite alone. make services starts it."; fi

lint: setup ## formatting, style, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## measure speed as ratios in one run; writes docs/background/benchmarks.md
	$(BIN)/python -m bench

.PHONY: bench-peers
bench-peers: ## install the programs that `make bench` compares with into .bench-venv, apart from Anlan
	@test -x .bench-venv/bin/python || $(PYTHON) -m venv .bench-venv
	.bench-venv/bin/python -m pip install --quiet --disable-pip-version-check -r bench/peers.txt

.PHONY: bench-web
bench-web: setup ## measure the application in a large organisation; writes docs/background/web-speed.md
	$(BIN)/python -m bench.web --postgresql $(POSTGRESQL)

.PHONY: bench-monitor
bench-monitor: setup ## measure readings and alerts; writes docs/background/monitor-speed.md
	$(BIN)/python -m bench.monitor --postgresql $(POSTGRESQL)

docs: setup ## check that the documentation's links, commands and numbers hold
	$(BIN)/python -m pytest -n 2 tests/docs

services: ## start PostgreSQL and the MQTT broker for tests that need them, where installed
	@sh tools/services.sh

clean: ## remove what can be made again
	rm -rf $(VENV) build dist demo demo-home out .pytest_cache .mypy_cache .ruff_cache

lock: ## resolve requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url -o requirements.lock
