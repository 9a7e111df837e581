# make build   install, and compile content/ into decks, tables and the site
# make test    install what the tests need too, and run everything that must hold
# make serve   look at the site
# make frontend  bundle frontend/ into the study elements that the site loads (needs Node, or gets one from PyPI)
# make clean   remove what was built (never what was written)

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Proofs run on the CPU here. Where pip would take a larger build of torch, name another: make build TORCH=…
TORCH  ?= torch==2.13.0
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: build check verify test lint unit frontend frontend-check serve format docs clean
.DEFAULT_GOAL := build

build: $(VENV)/.installed            # decks, tables and the site in build/
	$(BIN)/deckforge build

check: $(VENV)/.installed            # what is wrong with the lessons, without executing anything
	$(BIN)/deckforge check

verify: $(VENV)/.installed           # a verdict for every claim
	$(BIN)/deckforge verify

test: lint frontend-check unit       # everything that must hold

lint: $(VENV)/.installed-test        # style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/.installed-test        # the tests
	@scripts/browser.sh
	@scripts/old_anki.sh $(BIN)/python
	$(BIN)/python -m pytest -n auto

frontend: $(VENV)/.installed frontend/node_modules/.installed  # the script of the study elements, from its sources
	@scripts/node.sh $(BIN)/python npm --prefix frontend run --silent build

frontend-check: $(VENV)/.installed frontend/node_modules/.installed  # its types, style and tests; the committed script is its own
	@scripts/node.sh $(BIN)/python npm --prefix frontend run --silent check

serve: build                         # the site on this machine
	@echo "The site is at http://127.0.0.1:8000/ (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory build/site 8000

format: $(VENV)/.installed-test frontend/node_modules/.installed  # put the code in its usual shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	@scripts/node.sh $(BIN)/python npm --prefix frontend run --silent format

docs: $(VENV)/.installed             # the generated pages of docs/
	$(BIN)/python scripts/generate_docs.py

clean:                               # what was built
	rm -rf build

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "DeckForge needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	@echo "Installing torch (CPU is enough) …"
	@$(PIP) install --quiet "$(TORCH)" "numpy>=2"
	@echo "Installing DeckForge …"
	@$(PIP) install --quiet --editable ".[torch]"
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(PIP) install --quiet --editable ".[torch,test]"
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json | $(VENV)/.installed
	@echo "Installing what the study elements are made with …"
	@scripts/node.sh $(BIN)/python npm --prefix frontend ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@
