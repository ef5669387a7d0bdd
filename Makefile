# The few commands a person needs. Only Python 3.11 or newer has to be there.
#
#   make run      all of Belfry on this machine, with a demo; Ctrl-C ends it
#   make test     every check and every test
#   make check    formatting, lint, types, templates, layers, architecture
#   make bench    the benchmarks, or one of them: make bench NAME=guard
#   make soak     the long tests
#   make fmt      put the code into its form
#   make words    take what the source says now into the translations
#   make lock     work out the locked dependencies anew

.DEFAULT_GOAL := run
.PHONY: run test check bench soak fmt words lock
.SUFFIXES:
SHELL := /bin/sh

BIN := .venv/bin
PY := $(BIN)/python
# Named after what the lock holds: a later start costs nothing, a changed lock installs again.
RUN_STAMP := .venv/.run-$(shell cksum < requirements/run.txt | tr -d ' ')
DEV_STAMP := .venv/.dev-$(shell cat requirements/run.txt requirements/dev.txt | cksum | tr -d ' ')
PIP_INSTALL := $(PY) -m pip install -qq --no-input --disable-pip-version-check --require-hashes
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

# The leash ends Belfry when make itself is killed.
run: $(RUN_STAMP)
	@exec $(PY) -I -S app/processes/leash.py $$PPID 15 $(PY) -m app.processes

test: check
	$(PY) -m pytest -q -n auto --ignore tests/architecture -m "not alone and not slow"
	$(PY) -m pytest -q -m "alone and not slow" || [ $$? -eq 5 ]

check: $(DEV_STAMP)
	$(PY) -m ruff format --check --quiet .
	$(PY) -m ruff check --quiet .
	$(PY) -m mypy
	$(PY) -m djlint --lint --quiet templates
	$(BIN)/lint-imports
	$(PY) -m pytest -q -n auto tests/architecture

bench: $(DEV_STAMP)
	@exec $(PY) -m tests.bench $(NAME)

soak: $(DEV_STAMP)
	$(PY) -m pytest -m slow

fmt: $(DEV_STAMP)
	$(PY) -m ruff check --fix --quiet . || true
	$(PY) -m ruff format .

words: $(DEV_STAMP)
	@$(PY) -m tests.architecture.words

lock: $(DEV_STAMP)
	$(COMPILE) requirements/run.in -o requirements/run.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt

# A .venv whose Python has gone (an upgraded system) is made anew.
ifeq ($(wildcard $(PY)),)
.PHONY: $(PY)
endif

$(PY):
	@rm -rf .venv
	@found=; for each in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
		if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$each; break; fi; done; \
	[ -n "$$found" ] || { echo "Python 3.11 or newer is needed: install it, or say where it is: make run PYTHON=/path/to/python3"; exit 1; }; \
	$$found -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "The Python here ($$found) cannot make virtual environments. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }; \
	echo "Setting up .venv with $$($$found --version); this happens once ..."; \
	$$found -m venv .venv || { rm -rf .venv; exit 1; }

$(RUN_STAMP): | $(PY)
	@$(PIP_INSTALL) -r requirements/run.txt
	@rm -f .venv/.run-* && touch $@

$(DEV_STAMP): | $(PY)
	@echo "Installing what the checks need; this happens once ..."
	@$(PIP_INSTALL) -r requirements/run.txt -r requirements/dev.txt
	@rm -f .venv/.dev-* && touch $@ $(RUN_STAMP)
