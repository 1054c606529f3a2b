# `make run` and `make test` need Python 3.11 or later and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test check bench picture lock clean

run: $(VENV)/run.stamp
	@$(BIN)/python -m bot run

test: check
	$(BIN)/python -m pytest -n 2

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.pipeline
	$(BIN)/python -m benchmarks.matching
	$(BIN)/python -m benchmarks.fetching
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.drain

# Pins and hashes every dependency for all platforms and Python versions; no address of an index is written.
lock:
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links requirements.in -o requirements.txt
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Namewatch needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/run.stamp: $(VENV)/python.stamp requirements.txt pyproject.toml
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

picture: $(VENV)/run.stamp
	$(BIN)/python docs/draw_alert.py
	-$(BIN)/python docs/draw_slack.py
	-$(BIN)/python docs/draw_discord.py

# The matcher beside its exhaustive oracle: 100 million pairs of a name and a window (make oracle PAIRS=1_000_000 SEED=7).
.PHONY: oracle
oracle: $(VENV)/dev.stamp
	$(BIN)/python -m tests.matching.oracle $(or $(PAIRS),100_000_000) $(SEED)

# Attacks, races and faults at their full size, which the tests run shortened; the figures are printed as a table.
.PHONY: torture
torture: export NAMEWATCH_PAIRED_EDITS = 10000
torture: export NAMEWATCH_PRIVACY_COMMANDS = 10000
torture: export NAMEWATCH_DROPS = 100
torture: export NAMEWATCH_MATCHES = 10000
torture: export NAMEWATCH_TORTURE_KILLS = 1000
torture: export NAMEWATCH_TORTURE_UPGRADES = 100
torture: export NAMEWATCH_TORTURE_LOST_REPLIES = 1000
torture: export NAMEWATCH_TORTURE_SEEDS = 10
torture: export NAMEWATCH_TORTURE_TICKS = 10000
torture: export NAMEWATCH_TORTURE_PAGES = 1000
torture: export NAMEWATCH_TORTURE_RESTARTS = 50
torture: export NAMEWATCH_TORTURE_EVERY_DAYS = 1
torture: export NAMEWATCH_TORTURE_DAYS = 7
torture: export NAMEWATCH_TORTURE_ALONE_DAYS = 30
torture: export NAMEWATCH_TORTURE_ALONE_SOURCES = 150
torture: export NAMEWATCH_TORTURE_ALONE_NAMES = 2000
torture: export NAMEWATCH_TORTURE_SOURCES = 500
torture: export NAMEWATCH_TORTURE_NAMES = 5000
torture: export NAMEWATCH_TORTURE_FAULTS = 2
torture: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --timeout 0 tests/watchlists/test_two_hands.py tests/commands/test_privacy.py tests/torture tests/test_digests.py \
		tests/chat/test_slack_socket.py tests/chat/test_discord_gateway.py
