# Two commands: `make demo` grades the bundled sample class, `make test` proves that everything works. The proofs that take
# long (notebooks, a cluster, what each known solution does to every exercise) are in `make proofs`; CI makes a share of them.
# Both make their own virtual environment on first use. PYTHON chooses the interpreter (3.11 or newer; another one than
# before makes the environment anew), TORCH=cpu or TORCH=cuda the build of PyTorch on Linux, where pip alone takes CUDA's.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
STAMP := $(VENV)/.installed-$(VERSION)
TORCH ?= $(shell test "$$(uname -s)" != Linux || { command -v nvidia-smi >/dev/null && echo cuda || echo cpu; })
# How many submissions the demo grades side by side: some 600 MB each.
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 4 ? n : 4)))
SITE ?= build/site
SITE_OPTIONS ?= --staff
CPU_BUILDS := https://download.pytorch.org/whl/cpu
PIP := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
SANDBOX ?= $(shell $(BIN)/python -c 'from autograder.sandbox.backends import bwrap_problem as p; print("process" if p() else "bwrap")' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup demo public engine quick-selfcheck test slow proofs ci-proofs mistakes-report lint format site site-serve clean

help:
	@echo "make demo   grade the bundled sample class and say where the report is"
	@echo "make test   check style and types, then run every test"
	@echo "make proofs run what takes long: notebooks, a cluster, each known solution on every exercise"
	@echo "make ci-proofs SHARE=3/6 SLOW=1/3   a part of it, as CI does"
	@echo "make mistakes-report STEP=03 PART=1/20 LONGEST=10   what tests notice of what is wrong, and what they say of it"
	@echo "make site   the course as pages for a browser, in $(SITE); make site-serve shows them on this machine"
	@echo "make setup  only make the virtual environment ($(VENV))"
	@echo "make clean  remove the virtual environment and what the commands above wrote"

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@echo "Setting up $(VENV) with $$($(PYTHON) --version): a few minutes the first time, nothing the next."
	@ls $(VENV)/.installed-* >/dev/null 2>&1 && test ! -e $@ && clear=--clear; $(PYTHON) -m venv $$clear $(VENV)
ifeq ($(TORCH),cpu)
	@echo "1 of 2: PyTorch, its CPU build (TORCH=cuda takes the other) ..."
	@$(PIP) --no-deps --timeout 10 --retries 0 --index-url $(CPU_BUILDS) "$$(grep '^torch==' constraints.txt)" \
	|| echo "$(CPU_BUILDS) cannot be reached, so PyTorch comes from where pip finds it: that can be several GB."
endif
	@echo "2 of 2: the other packages ..."
	@$(PIP) --quiet -e '.[staff,dev,site]'
	@touch $@

demo: $(STAMP)
	@test "$(SANDBOX)" != process || echo "bubblewrap does not work here, so the demo runs without isolation (lmi doctor says why)."
	@$(BIN)/lmi demo --jobs $(JOBS) --sandbox $(SANDBOX)

lint: $(STAMP)
	@echo "Checking style and types."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$said"; exit 1; }

public: $(STAMP)
	@echo "Running the learner's public tests on the untouched course: nothing may be red."
	@$(BIN)/python -m pytest -q

engine: $(STAMP)
	@echo "Running the engine's own tests."
	@$(BIN)/python -m pytest -q tests/engine -m "not slow" -n 3 --dist loadfile

quick-selfcheck: $(STAMP)
	@echo "The course checks itself."
	@$(BIN)/lmi selfcheck --quick --jobs 2 --sandbox $(SANDBOX)

test: $(STAMP)  # the engine's tests wait at times (for limits, for processes), so that two things at once fill two cores
	@$(MAKE) --no-print-directory -j 2 lint public
	@$(MAKE) --no-print-directory -j 2 engine quick-selfcheck

slow: $(STAMP)
	@echo "Running the tests that take long$(if $(SLOW), (share $(SLOW)))."
	@$(BIN)/python -m pytest -q tests/engine -m slow -n 3 --dist loadfile $(if $(SLOW),--share $(SLOW))

proofs: slow
	@echo "The course checks itself in full."
	@$(BIN)/lmi selfcheck --jobs 2 --sandbox $(SANDBOX)
	@$(MAKE) --no-print-directory mistakes-report PART=$(or $(PART),1/10)

ci-proofs: slow
	@test -n "$(SHARE)" || { echo "Say which share of how many: make ci-proofs SHARE=3/6"; exit 2; }
	@echo "The course checks itself: share $(SHARE) of the known solutions and recorded numbers."
	@$(BIN)/lmi selfcheck --share $(SHARE) --jobs 2 --sandbox $(SANDBOX)

mistakes-report: $(STAMP)
	@mkdir -p build
	@echo "Trying wrong solutions and mutations$(if $(STEP), of step $(STEP))$(if $(PART), (share $(PART)))."
	@$(BIN)/lmi mistakes --report $(STEP) -o build/mistakes.md --jobs 2 --sandbox $(SANDBOX) \
		$(if $(PART),--share $(PART)) $(if $(LONGEST),--longest $(LONGEST))

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
