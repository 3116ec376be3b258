# urna: two commands do everything on a fresh Debian with Python 3.11: `make demo` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
ELECTION := demo

.PHONY: help demo station day night night-encrypted test check lint kernels bench tamper clean lock words

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

demo: $(VENV)/.ready-run ## run a whole small election, verify it, and name the pages to open
	$(BIN)/urna demo $(ELECTION)

station: $(VENV)/.ready-run ## a practice station on screen: poll book and booths in your browser
	[ -d practice ] || $(BIN)/urna station practice practice
	$(BIN)/urna station serve practice --reader folder:practice/reader

day: $(VENV)/.ready-test ## a whole day in a browser, forty voters, with its pictures in day/
	$(BIN)/python -m tests.day day
	$(BIN)/python -m tests.day.gallery day/gallery

night: $(VENV)/.ready-test ## a centre on PostgreSQL receives 2,000 stations while it is killed and its database restarted
	$(BIN)/python -m tests.night

night-encrypted: $(VENV)/.ready-test kernels ## the same with guardians: 200 stations, each sheet proven from its encrypted ballots
	$(BIN)/python -m tests.night --encrypted

# Twice as many workers as processors: much of the suite waits for browsers, disks and other processes.
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell echo $$((2 * $$(nproc))))

# What is compiled is kept: hundreds of processes start in the suite, and each would compile all that it imports.
export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/.ready-test kernels $(VENV)/.rewritten ## set up what tests need and run the whole suite
	$(BIN)/python -m pytest -n auto --dist worksteal

# TESTS=later where `make test` follows: the fast tests are part of it, and need not run twice; what it needs is set up
# meanwhile.
ifeq ($(TESTS),later)
check: $(VENV)/.ready-test
endif

check: lint kernels $(VENV)/.rewritten ## lint, types, import contracts and fast tests
ifneq ($(TESTS),later)
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m "not slow" --durations=5
endif

lint: $(VENV)/.ready-dev ## lint, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Compiled once: several processes of pytest would each compile them.
kernels: $(VENV)/.ready-dev
	$(BIN)/python -m compileall -q src
	$(BIN)/python -m tests.kernels

# Tests are rewritten by pytest before they are compiled, once: each of its processes would do all of them.
$(VENV)/.rewritten: $(VENV)/.ready-dev $(shell find tests -name '*.py') | kernels
	$(BIN)/python -m pytest --collect-only -q >$@.txt || { cat $@.txt; exit 1; }
	mv $@.txt $@

bench: $(VENV)/.ready-test ## print every figure that README and docs quote
	$(BIN)/python -m bench

tamper: $(VENV)/.ready-run ## change one number in one tally sheet of the demo and watch verification name it
	$(BIN)/urna demo --tamper $(ELECTION)

words: $(VENV)/.ready-dev ## collect sentences for translators and compile the catalogues
	$(BIN)/pybabel -q extract -F babel.cfg -k say -k Sentence -k N_ -o src/urna/locale/urna.pot --no-location --sort-output src/urna
	$(BIN)/pybabel -q update -i src/urna/locale/urna.pot -d src/urna/locale -D urna --no-fuzzy-matching --ignore-obsolete
	$(BIN)/pybabel -q compile -d src/urna/locale -D urna

lock: ## resolve the dependencies again (needs uv)
	uv pip compile -q --upgrade --extra biometrics --extra station --extra center --extra interop --python-version 3.11 --generate-hashes pyproject.toml -o lock/run.txt
	uv pip compile -q --upgrade --all-extras --group dev --python-version 3.11 --generate-hashes pyproject.toml -o lock/dev.txt

clean: ## remove what make made
	rm -rf $(VENV) demo practice day .pytest_cache .mypy_cache .ruff_cache .hypothesis .bench
	find src tests bench -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.ready-run: lock/run.txt pyproject.toml scripts/setup
	scripts/setup run

$(VENV)/.ready-dev: lock/dev.txt pyproject.toml scripts/setup
	scripts/setup dev

$(VENV)/.ready-test: lock/dev.txt pyproject.toml scripts/setup | $(VENV)/.ready-dev
	scripts/setup test
