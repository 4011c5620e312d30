# Brug. Needs Python 3.11 or newer and make; `make demo` brings the rest.

PYTHON := $(shell for one in python3.11 python3.12 python3.13 python3; do \
	command -v $$one >/dev/null 2>&1 && $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$one; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
TESTS ?= -m "not browser and not contract and not kafka and not keycloak and not compose"
export BRUG_HOME ?= $(CURDIR)/.brug
export BRUG_PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo story test test-api bench test-kafka test-keycloak test-compose lint types contracts asyncapi docs translations \
	assets install install-dev lock clean
.DELETE_ON_ERROR:

help: ## This list
	@echo "Brug links schools, welfare organisations and neighbourhoods around a family. Start with: make demo"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

demo: install ## Start everything with made-up data on http://127.0.0.1:8000 (BRUG_PORT, BRUG_HOME for a second stack)
	@exec $(BIN)/brug up --demo

story: install ## Play one family's story against the running demo, from outside
	@$(BIN)/brug story

test: install-dev ## All tests on a real PostgreSQL and a real broker; with TESTS="-m browser" those in a real browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -q $(TESTS)

test-api: install-dev ## Thousands of requests that nobody thought of, at every API as every role
	@$(BIN)/python -m pytest -n $(WORKERS) --dist load -q -m contract tests/api

bench: install-dev ## How long pages take on a city's worth of rows, beside their bare query; TURNS=25 times each
	@$(BIN)/python -m tests.bench

test-compose: install-dev ## docker-compose.yml as docs/install.md says, played, killed and rolled; root on Debian, or an engine
	@$(BIN)/python -m pytest -n0 -q -m compose --durations 8 tests/compose

test-kafka: install-dev ## Event tests, story, loss and access on Apache Kafka itself; needs Java and Maven
	@$(BIN)/python -m tests.kafka

test-keycloak: install-dev ## Staff at a real Keycloak: sign-in, second factor, invitations; needs Java, Maven and Chromium
	@$(BIN)/python -m pytest -n0 -q -m keycloak tests/keycloak

lint: install-dev types ## Style, types, arrows between modules, dependencies, known faults
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry .
	@$(BIN)/python -m deploy.audit

types: install-dev ## Types alone
	@$(BIN)/mypy

contracts: install ## Write shared/contracts anew from the events in the code
	@$(BIN)/python -m deploy.contracts

asyncapi: install-dev ## Read shared/contracts/asyncapi.json as everyone else's tools would
	@PATH="$$PATH:$(CURDIR)/$(BIN)" node deploy/asyncapi.mjs

docs: install ## Write the pages in docs/ that follow from the code
	@$(BIN)/python -m deploy.docs

translations: install ## Bring the catalogs up to date, and list what is not translated yet
	@$(BIN)/python -m deploy.translations

assets: $(VENV)/assets.stamp ## Fonts, icons and htmx from npm to shared/static/vendor

install: $(VENV)/packages.stamp $(BIN)/brug $(VENV)/assets.stamp ## Everything that running needs
install-dev: $(VENV)/packages-dev.stamp $(BIN)/brug $(VENV)/node-dev.stamp $(VENV)/assets.stamp ## Everything that tests and checks need

lock: install-dev ## Pin the newest packages that pyproject.toml allows
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --upgrade $(LOCK) --extra demo -o requirements-demo.lock
	@$(BIN)/uv pip compile pyproject.toml $(LOCK) -c requirements-demo.lock -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml $(LOCK) --extra demo --extra dev -c requirements-demo.lock -o requirements-dev.lock

clean: ## Throw away packages, assets and caches; the data in .brug stay
	rm -rf $(VENV) node_modules shared/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache tests/output
	find . -name __pycache__ -not -path './node_modules/*' -prune -exec rm -rf {} +

LOCK := --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Brug needs Python 3.11 or newer; install it and try again."; exit 1; }
	@echo "== virtual environment in $(VENV), with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "This Python cannot make virtual environments; on Debian: apt-get install python3-venv"; exit 1; }

# The project itself is not installed: one line in a .pth file makes it importable from every folder.
$(BIN)/brug: Makefile | $(BIN)/python
	@$(BIN)/python -c 'import pathlib, sysconfig; \
		pathlib.Path(sysconfig.get_path("purelib"), "brug.pth").write_text("$(CURDIR)\n")'
	@printf '#!/bin/sh\nexec "%s" -m deploy.cli "$$@"\n' "$(CURDIR)/$(BIN)/python" > $@
	@chmod +x $@

# requirements.lock is what the image has; with the embedded stack's own parts it is requirements-demo.lock.
$(VENV)/packages.stamp: requirements-demo.lock | $(BIN)/python
	@echo "== pinned packages (the first time: about a minute)"
	@$(BIN)/python -m pip install --require-hashes -r requirements-demo.lock
	@touch $@

$(VENV)/packages-dev.stamp: requirements-dev.lock $(VENV)/packages.stamp
	@echo "== pinned packages for tests and checks"
	@$(BIN)/python -m pip install --require-hashes -r requirements-dev.lock
	@touch $@

# npm of this machine, or the one that came with the packages. No scripts of packages run.
$(VENV)/node.stamp: package.json package-lock.json | $(VENV)/packages.stamp
	@echo "== fonts, icons and htmx from npm (the first time: about half a minute)"
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --omit=dev --no-audit --no-fund --loglevel error
	@touch $@

# With what only tests and checks need; running needs no more than the assets.
$(VENV)/node-dev.stamp: package.json package-lock.json | $(VENV)/packages.stamp
	@echo "== the same, with what checks need"
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --no-audit --no-fund --loglevel error
	@touch $(VENV)/node.stamp $@

$(VENV)/assets.stamp: $(VENV)/node.stamp shared/static/assets.json deploy/assets.py
	@$(BIN)/python -m deploy.assets
	@touch $@
