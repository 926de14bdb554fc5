# PYTHON may name the interpreter of a virtual environment: make check PYTHON=.venv/bin/python
PYTHON ?= python3

.PHONY: check lint types layers test deep office browser mail web workbooks

check: lint types layers test

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

layers:
	$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

test:
	$(PYTHON) -m pytest -n 2

deep:
	$(PYTHON) -m pytest -m deep -n 2

office:
	$(PYTHON) -m pytest -m office

browser:
	$(PYTHON) -m pytest -m browser

# caniemail's data on mail programs; outside of the checkout
NODE ?= /tmp/kam-reports-node

mail:
	test -d $(NODE)/node_modules/caniemail || npm install --silent --no-audit --no-fund --prefix $(NODE) caniemail@1.0.5
	$(PYTHON) -m pip install -q -e ".[test,pdf,graph]"
	KAM_NODE_MODULES=$(NODE)/node_modules $(PYTHON) -m pytest -m mail

web:
	test -d $(NODE)/node_modules/axe-core || npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix $(NODE) axe-core@4 html-validate@10 puppeteer-core@24
	KAM_WEB=$(NODE) $(PYTHON) -m pytest -m web

workbooks:
	$(PYTHON) -m kam_reports.outputs.forms
	$(PYTHON) workbooks/families
