# Two commands: `make demo` grades the bundled sample class, `make test` proves that everything works. The proofs that take
# long (notebooks, a cluster, what each known solution does to every exercise) are in `make proofs`; CI makes a share of them.
# Both make their own virtual environment on first use. PYTHON chooses the interpreter (3.11 or newer).

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SANDBOX ?= $(shell $(BIN)/python -c 'from autograder.sandbox.backends import bwrap_problem as p; print("process" if p() else "bwrap")' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup demo test slow proofs ci-proofs lint format site site-serve clean
SITE ?= build/site
SITE_OPTIONS ?= --staff

help:
	@echo "make demo   grade the bundled sample class and say where the report is"
	@echo "make test   check style and types, then run every test"
	@echo "make proofs run what takes long: notebooks, a cluster, each known solution on every exercise"
	@echo "make ci-proofs SHARE=3/6 SLOW=1/2   a part of it, as CI does"
	@echo "make site   the course as pages for a browser, in $(SITE); make site-serve shows them on this machine"
	@echo "make setup  only make the virtual environment ($(VENV))"
	@echo "make clean  remove the virtual environment and what the commands above wrote"

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@echo "Setting up $(VENV) with $$($(PYTHON) --version): a few minutes the first time, nothing the next."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[staff,dev,site]'
	@touch $@

demo: $(STAMP)
	@test "$(SANDBOX)" != process || echo "bubblewrap does not work here, so the demo runs without isolation (lmi doctor says why)."
	@$(BIN)/lmi demo --jobs 2 --sandbox $(SANDBOX)

lint: $(STAMP)
	@echo "Checking style and types."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$said"; exit 1; }

test: $(STAMP) lint
	@echo "Running the learner's public tests on the untouched course: nothing may be red."
	@$(BIN)/python -m pytest -q
	@echo "Running the engine's own tests."
	@$(BIN)/python -m pytest -q tests/engine -m "not slow" -n 4 --dist loadfile
	@echo "The course checks itself."
	@$(BIN)/lmi selfcheck --quick --jobs 2 --sandbox $(SANDBOX)

slow: $(STAMP)
	@echo "Running the tests that take long$(if $(SLOW), (share $(SLOW)))."
	@$(BIN)/python -m pytest -q tests/engine -m slow -n 3 --dist loadfile $(if $(SLOW),--share $(SLOW))

proofs: slow
	@echo "The course checks itself in full."
	@$(BIN)/lmi selfcheck --jobs 2 --sandbox $(SANDBOX)

ci-proofs: slow
	@test -n "$(SHARE)" || { echo "Say which share of how many: make ci-proofs SHARE=3/6"; exit 2; }
	@echo "The course checks itself: share $(SHARE) of the known solutions and recorded numbers."
	@$(BIN)/lmi selfcheck --share $(SHARE) --jobs 2 --sandbox $(SANDBOX)

format: $(STAMP)
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

site: $(STAMP)
	@$(BIN)/lmi site -o $(SITE) $(SITE_OPTIONS)

site-serve: site
	@echo "The course is at http://127.0.0.1:8000 until Ctrl-C."
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory $(SITE)

clean:
	rm -rf $(VENV) demo-report submission.zip .mypy_cache .ruff_cache .pytest_cache build *.egg-info
