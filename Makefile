# Everything happens in .venv; the first call of a target sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PAGE ?= out/map.html

# What the build hook turns into the gazetteer and the page's script.
INPUTS := pyproject.toml hatch_build.py geo/names.py geo/page/bundle.py geo/page/cities.py \
	$(shell find geo/gazetteer geo/page/app -type f -not -path '*/node_modules/*' \
	\( -name '*.py' -o -name '*.csv' -o -name '*.sql' -o -name '*.ts' -o -name '*.css' -o -name '*.json' \))

.PHONY: help map test lint format browser bench bench-gazetteer bench-page bench-resolution screenshots wheel clean
.DEFAULT_GOAL := help

help:
	@echo "make map      map every document in seeds/ and name the page"
	@echo "make test     run the tests"
	@echo "make lint     check style and types"
	@echo "make format   mend style"
	@echo "make bench    speed, memory and accuracy beside others, into docs/benchmarks.md"
	@echo "make bench-gazetteer   recall by source and by rule, speed, memory"
	@echo "make bench-resolution  right, time and memory beside \"biggest place\""
	@echo "make bench-page        size and speed of the page in Chromium, beside folium's cluster"
	@echo "make wheel    build the wheel into dist/"

$(VENV)/installed: $(INPUTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "geo needs Python 3.11 or newer; set PYTHON=")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV): the first time takes a few minutes."
	@$(PIP) install --upgrade "pip>=25.1"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/developed: $(VENV)/installed
	@$(PIP) install "mentionmap[gazetteer]" --group dev
	@touch $@

map: $(VENV)/installed
	@mkdir -p $(dir $(PAGE))
	@$(BIN)/geo map seeds/*.txt -o $(PAGE) --title "Seeds" >/dev/null
	@echo "The page is at $(PAGE)"

test: $(VENV)/developed browser
	@$(BIN)/python -m pytest --numprocesses 2 $(ARGS)

lint: $(VENV)/developed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/developed
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

# The tests of the page need Chromium: the one that is there, else the system's package.
browser:
	@command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
			&& apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
		|| echo "NO BROWSER: the tests of the page will be SKIPPED. Install Chromium to run them."

# CORPORA is a folder of gold corpora; none ships with the project.
CORPORA ?= ../shared/corpora

bench-gazetteer: $(VENV)/developed
	@$(BIN)/python -m benchmarks.gazetteer $(CORPORA)

# Speed, memory, size and accuracy beside others; writes docs/benchmarks.md.
bench: $(VENV)/developed
	@$(PIP) install --group bench
	@$(BIN)/python -m benchmarks.speed --corpora $(CORPORA) --write

bench-resolution: $(VENV)/developed
	@$(BIN)/python -m benchmarks.resolution $(CORPORA)

bench-page: browser $(VENV)/developed
	@mkdir -p out
	@$(BIN)/geo map seeds/air-defense-exercise.txt -o out/bench-page.html --quiet >/dev/null
	@$(BIN)/python -m benchmarks.page_speed out/bench-page.html

# Looked at by a person; they stand in the README.
screenshots: map browser $(VENV)/developed
	@$(BIN)/python -m benchmarks.screenshots $(PAGE) docs/pictures

wheel: $(VENV)/developed
	@$(BIN)/python -m build --wheel

clean:
	@rm -rf $(VENV) build dist out geo/page/bundle geo/data/gazetteer.sqlite geo/data/gazetteer.key
