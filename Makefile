# SecureCare needs Python 3.11 and make; everything else is fetched into .venv by the first target.
# Settings are environment variables: see the README. `make run PORT=9000` is short for one of them.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
            command -v $$p >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV := $(abspath $(or $(SECURECARE_VENV),.venv))
BIN := $(VENV)/bin
ifdef PORT
export SECURECARE_PORT := $(PORT)
endif
TESTS ?= tests

.DEFAULT_GOAL := help
.PHONY: help run test bench check screens setup setup-dev clean

help:  ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: setup  ## start the product with its demo organization (Ctrl-C stops it)
	@exec $(BIN)/python -m securecare.running.start

test: setup-dev  ## every test, browser tests included, on every core
	@exec $(BIN)/python -m pytest -n auto $(TESTS)

bench: setup-dev  ## measure speed and size against the agreed limits
	@exec $(BIN)/python -m tests.benchmarks

check: setup-dev  ## style, types and import directions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/basedpyright --level error --pythonpath $(BIN)/python
	@$(BIN)/lint-imports

screens: setup-dev  ## pictures of every page into ./screens
	@exec $(BIN)/python -m tests.browser.screens

setup:  ## the virtual environment with what the product needs
	@command -v "$(PYTHON)" >/dev/null || { echo "Python 3.11 is needed; there is no '$(or $(PYTHON),python3)'." >&2; exit 1; }
	@$(PYTHON) securecare/running/prepare.py $(VENV)

setup-dev:  ## ... and with what its tests need
	@command -v "$(PYTHON)" >/dev/null || { echo "Python 3.11 is needed; there is no '$(or $(PYTHON),python3)'." >&2; exit 1; }
	@$(PYTHON) securecare/running/prepare.py $(VENV) --dev

clean:  ## remove what was built (never the data)
	rm -rf .web .pytest_cache .ruff_cache .import_linter_cache screens
