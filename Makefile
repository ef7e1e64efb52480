SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
# A newer one may be named: make setup PYTHON=python3.13
PYTHON ?=
# On how many cores the suite runs: make test CORES=1
CORES ?= auto
# More arguments for pytest: make test ARGS="-k straddle"
ARGS ?=

.PHONY: help setup demo test surfaces sweep-chains check format evals fuzz bench reference lock clean

help: ## What can be asked here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.ready ## Create .venv from the hash-pinned lock; the second run needs no network

demo: setup ## Advice on the bundled example book
	@$(BIN)/oracle advise

test: setup ## The whole suite, with the reason for every skip
	@$(BIN)/python -m pytest -n $(CORES) --maxprocesses 4 --dist worksteal $(ARGS)

surfaces: setup ## Fit the volatility surface of every recorded option chain
	@ORACLE_SURFACES=all $(BIN)/python -m pytest tests/pricing/test_surface.py -s -k real_chains -o faulthandler_timeout=900 $(ARGS)

sweep-chains: setup ## Advise on every recorded option chain with a made-up book, every strategy and persona
	@ORACLE_CHAINS=all $(BIN)/python -m pytest tests/desk/test_chain_sweep.py tests/hedging/test_optimiser.py -s -o faulthandler_timeout=3600 $(ARGS)

check: setup ## Lint, format, types and the floors of the house (make format mends the first two)
	@failed=; \
	step() { echo "== $$1"; name="$$1"; shift; "$$@" || failed="$$failed [$$name]"; }; \
	step "ruff check" $(BIN)/ruff check --quiet .; \
	step "ruff format" $(BIN)/ruff format --check .; \
	step "basedpyright, strict" $(BIN)/basedpyright --warnings; \
	step "import-linter" $(BIN)/lint-imports --no-logo; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi; echo "all checks pass"

format: setup ## Put the code into shape
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format --quiet .

evals: setup ## Replay the recorded model conversations, grade and score them
	@$(BIN)/python -m pytest evals $(ARGS)

fuzz: setup ## A million generated model outputs through the check of replies
	@$(BIN)/python -m evals.fuzz $(ARGS)

bench: setup ## Time what the README promises
	@$(BIN)/python -m benchmarks $(ARGS)

reference: setup ## Write docs/reference from the tests' own markers
	@$(BIN)/python tests/requirements_page.py

lock: setup ## Pin requirements.in again, with hashes (needs the network)
	@$(BIN)/python -m venv $(VENV)/uv && $(VENV)/uv/bin/python -m pip install --quiet uv
	@$(VENV)/uv/bin/uv pip compile requirements.in --output-file requirements.lock --quiet --upgrade \
		--universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-header --no-annotate
	@echo "requirements.lock: $$(grep -c '==' requirements.lock) packages; 'make setup' installs them"

clean: ## Remove what was built; state in .oracle stays
	@rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
		if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Creating $(VENV) with $$("$$python" --version)"; \
			exec "$$python" -m venv $(VENV); \
		fi; \
	done; \
	echo "error: found no Python 3.11 or newer with venv (tried $(or $(PYTHON),python3, python3.11 to python3.14))"; \
	echo "hint: install one and name it, as in 'make setup PYTHON=python3.12' (on Debian also python3-venv)"; \
	exit 1

$(VENV)/.locked: requirements.lock | $(VENV)/bin/python
	@total=$$(grep -c '==' requirements.lock); \
	echo "Installing up to $$total pinned packages, hashes checked (a minute or two, once)"; \
	set -o pipefail; \
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --no-input \
		--require-hashes -r requirements.lock 2>&1 | tee $(VENV)/setup.log | \
		awk '/^(Collecting|Processing) / {if (++n % 20 == 0) {print "  " n " packages fetched"; fflush()}} \
		     /^Installing collected/ {print "  " n + 0 " packages fetched, unpacking"; fflush()}' || \
		{ echo "error: the packages could not be installed; the end of $(VENV)/setup.log:"; tail -n 15 $(VENV)/setup.log; exit 1; }
	@touch $@

$(VENV)/.ready: $(VENV)/.locked pyproject.toml hatch_build.py
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-input --no-index \
		--no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Ready: $(BIN)/oracle"
