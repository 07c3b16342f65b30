# Two targets do everything on a fresh machine: make book, make test.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
RUN := PATH="$$PWD/$(BIN):$$PATH"
# Grading has an environment of its own: nbgrader's pins are not the book's.
VENV_COURSE ?= .venv-course
BIN_COURSE := $(subst $(VENV),$(VENV_COURSE),$(BIN))
RUN_COURSE := PATH="$$PWD/$(BIN_COURSE):$$PATH"
READY_COURSE := $(VENV_COURSE)/ready
READY := $(VENV)/ready
READY_DEV := $(VENV)/ready-dev
HTML := _build/html
BUILT := $(HTML)/.built
MADE_FROM := _build/made-from
# What checks the explorers' script, from npm.
SCRIPT := mftutor/explorers/js
SCRIPT_TOOLS := _build/script/node_modules/.bin
PYTEST := $(RUN) python -m pytest -p tests.quick -n 2 --dist loadfile

.PHONY: help package book test test-all lint script browser bench timings tables sweep report picture notebooks lab serve
.PHONY: course course-env slides clean FORCE

help: ## say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

export REPOSITORY JUPYTERHUB_URL
# Two processes with two threads each would stand in each other's way on two cores.
export OPENBLAS_NUM_THREADS ?= 1
# Compiling the same modules in each process would take longer than many a test.
unexport PYTHONDONTWRITEBYTECODE

# Modules are compiled when they are imported, which most of them never are.
PIP := python -m pip install --quiet --disable-pip-version-check --no-compile

$(READY): requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(RUN) $(PIP) -r requirements.txt
	touch $@

$(READY_DEV): $(READY) requirements-dev.txt
	$(RUN) $(PIP) -r requirements-dev.txt
	touch $@

$(READY_COURSE): course/requirements.txt pyproject.toml
	test -x $(BIN_COURSE)/python || $(PYTHON) -m venv $(VENV_COURSE)
	$(RUN_COURSE) $(PIP) -r course/requirements.txt
	touch $@

# Written anew only where the contents of what the book is made from, or the versions of the
# packages, differ from what it says: make goes by dates, which a checkout changes.
$(MADE_FROM): $(READY) FORCE
	$(RUN) python scripts/fingerprint.py $@

# --all: else a page whose own source is unchanged would keep the numbers of older code; and
# from nothing: else pictures of older builds would stay.
$(BUILT): $(MADE_FROM)
	rm -rf $(HTML)
	$(RUN) jupyter-book build . --all -W -n --keep-going
	touch $(HTML)/.nojekyll $@

book: $(BUILT) ## build the book, warnings as errors, into _build/html/index.html

test: $(READY_DEV) lint book ## run every test that takes seconds, once the book is built
	$(PYTEST) --nbval -m "not slow"

test-all: $(READY_DEV) $(READY_COURSE) lint script book slides ## the same with the tests that take minutes
	$(PYTEST) --nbval

lint: $(READY_DEV)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) codespell
	$(RUN) python scripts/notebooks.py --check

$(SCRIPT_TOOLS)/tsc: $(SCRIPT)/package.json
	mkdir -p _build/script
	cp $< _build/script
	npm install --prefix _build/script --no-package-lock --no-audit --no-fund --silent
	touch $@

script: $(READY_DEV) $(SCRIPT_TOOLS)/tsc ## check the explorers' script: types, format, numbers
	$(SCRIPT_TOOLS)/tsc -p $(SCRIPT)
	$(SCRIPT_TOOLS)/prettier --config $(SCRIPT)/package.json --check $(SCRIPT) tests/explorers/kinds.mjs
	$(RUN) python -m pytest -q tests/explorers/test_script.py

browser: $(READY_DEV) ## get a browser for the tests of the pages, where the system has none
	$(RUN) playwright install --with-deps chromium

bench: $(READY_DEV) book ## measure what steps of descent cost, and what the explorers do
	$(RUN) python benchmarks/descent.py
	$(RUN) python benchmarks/sensing.py
	$(RUN) python benchmarks/sweeps.py
	$(RUN) python benchmarks/pages.py

timings: $(READY_DEV) ## measure a step again, and keep it for the chapter that prints it
	$(RUN) python benchmarks/descent.py --record
	$(RUN) python scripts/notebooks.py large_dimension

sweep: $(READY) ## measure how hitting times grow with dimension and rank, up to 10,000,000 rows
	mkdir -p _build/sweep
	$(RUN) python scripts/hitting_times.py --keep _build/sweep

tables: $(READY) ## compute the tables again that explorers read
	$(RUN) python scripts/tables.py

package: $(READY_DEV) ## build the package as it is published, and check it, into _build/package
	rm -rf _build/package
	$(RUN) python -m build --outdir _build/package
	$(RUN) python -m twine check --strict _build/package/*

report: book ## say how the notebooks read and what the site weighs
	$(RUN) python scripts/report.py

picture: $(READY) ## draw the README's picture again
	$(RUN) python scripts/picture.py

notebooks: $(READY) ## execute every notebook and write it in its committed form
	$(RUN) python scripts/notebooks.py

course: $(READY_COURSE) ## make the assignments of a class: make course CLASS_SEED=7
	@test -n "$(CLASS_SEED)" || { echo "say which class: make course CLASS_SEED=7"; exit 1; }
	$(RUN_COURSE) python course/build.py --class-seed $(CLASS_SEED)

course-env: $(READY_COURSE) ## get what building and grading the assignments needs, into .venv-course

slides: $(READY_DEV) ## make the slides, one deck a week, into _build/slides
	$(RUN) python course/decks.py

lab: $(READY_DEV) book ## open the plain notebooks in JupyterLab; their sources are in book/
	$(RUN) jupyter lab --notebook-dir=. --LabApp.default_url=/lab/tree/_build/plain/book

serve: book ## build the book and show it on localhost
	$(RUN) python -m http.server --bind 127.0.0.1 --directory _build/html 8000

clean: ## remove what was built, and the environment
	rm -rf _build $(VENV) $(VENV_COURSE)
