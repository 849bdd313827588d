# Postroom. `make run` starts it with demo data, `make test` runs every test.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
NEEDS := apt-get install make python3-venv ca-certificates git
# What the tests drive besides Python: a browser, a mail server, web servers, unit files, another PostgreSQL.
TEST_PACKAGES := chromium postfix nginx caddy systemd postgresql
DATA ?= data
T ?= tests
ONLY ?=
PG ?=

.PHONY: help setup run test check bench lock docs types clean

help:
	@echo "make setup   install everything into .venv and build the front end"
	@echo "make run     set-up, demo data, all processes (data in ./$(DATA))"
	@echo "make test    set-up and every check and test; make test T=tests/forms for some"
	@echo "make check   the fast lane: lint, format, types, floors, licences"
	@echo "make bench   measurements; make bench ONLY=send for one"
	@echo "make types   renew the front end's types of /api/1 after a change of its shapes"
	@echo "make lock    renew requirements.lock after a change in pyproject.toml"
	@echo "Plain Debian needs first: $(NEEDS)"

setup: .postroom-setup
	@$(PY) hatch_build.py

.postroom-setup: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or newer is missing. On Debian: $(NEEDS) (or set PYTHON=)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python's venv is missing. On Debian: $(NEEDS)"; exit 1; }
	@[ -x $(PY) ] || $(PYTHON) -m venv $(VENV)
	@echo "Installing Python packages (about a minute the first time)."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@POSTROOM_SKIP_FRONTEND=1 $(PY) -m pip install --quiet --disable-pip-version-check \
	  --no-deps --no-build-isolation -e .
	@touch $@

run: setup
	@POSTROOM_DATA="$${POSTROOM_DATA:-$(CURDIR)/$(DATA)}" exec $(VENV)/bin/postroom serve --demo

check: .postroom-setup
	@bash .ci/check

test: setup
	@bash .ci/packages $(TEST_PACKAGES)
	@$(MAKE) check
	@$(PY) hatch_build.py npm run --silent test
	@pg=; case "$(PG)" in \
	  "") ;; \
	  debian) pg=$$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1) ;; \
	  *) echo "PG=$(PG) is unknown: leave it out, or say PG=debian."; exit 1 ;; \
	esac; POSTROOM_TEST_PG_BIN="$$pg" $(PY) -m pytest $(T)

bench: setup
	@$(PY) -m bench $(ONLY)

lock: .postroom-setup
	@$(VENV)/bin/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --quiet -o requirements.lock

types: setup
	@$(PY) hatch_build.py npm run --silent gen

docs: .postroom-setup
	@$(PY) -m postroom.settings.reference > docs/settings.md

clean:
	rm -rf $(VENV) .postroom-setup frontend/node_modules src/postroom/_assets
