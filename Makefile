# Two commands: `make demo` shows what mixwright does, `make test` proves it. Each is enough on a fresh clone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RECORDING := recordings/loopback/metrics
REPORT := build/report

.PHONY: demo test check picture format clean

demo: $(VENV)/installed  ## compile, lint, backtest on the bundled recording, draw report and dashboards
	$(BIN)/mixwright compile
	$(BIN)/mixwright lint
	$(BIN)/mixwright backtest node http-service --recording $(RECORDING) --report $(REPORT)

test: check  ## everything that must hold
	$(BIN)/pytest -n auto

check: $(VENV)/installed  ## format, lint, types, layers
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

picture: demo  ## the picture in the README: the report as a browser shows it
	chromium-headless-shell --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=5000 \
	  --window-size=1300,1120 --screenshot=docs/report.png file://$(CURDIR)/$(REPORT)/index.html

format: $(VENV)/installed  ## what `check` complains about, mended
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mixwright needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build
