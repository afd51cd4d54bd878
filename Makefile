# Each command also works typed by hand, in an environment made as the README says.

# The first Python on this machine that the course supports.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(or $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c '$(SUPPORTED)' 2>/dev/null && echo $$python && break; done),python3)
BIN := .venv/bin

.PHONY: lab test refresh release report html lint oldest newest colab backends

lab: .venv/installed
	@echo "Opening the lessons in JupyterLab. Stop it with Ctrl-C."
	@$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks $(ARGS)

test: .venv/installed
	$(BIN)/python -m pytest --nbval -n 2 --dist loadfile $(ARGS)

refresh: .venv/installed
	$(BIN)/python scripts/refresh.py $(ARGS)

release: .venv/installed
	$(BIN)/python scripts/release.py

report: .venv/installed
	$(BIN)/python scripts/report.py

html: .venv/installed
	$(BIN)/python scripts/pages.py

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Lessons and solved exercises with other versions, each in an environment of its own.
oldest: STACK = --python 3.11
oldest: CHOICE = --resolution lowest-direct
newest: STACK = --python 3.13
newest: CHOICE = --upgrade
colab: STACK = --python 3.13
colab: CHOICE = --constraint tests/colab.txt
oldest newest colab:
	uv venv --quiet --clear $(STACK) .stacks/$@
	uv pip install --quiet --python .stacks/$@ $(CHOICE) -e ".[lessons,test]"
	.stacks/$@/bin/python -m pytest --nbval -n 2 --dist loadfile notebooks exercises/source $(ARGS)

# Lessons and solved exercises on JAX and PyTorch.
backends:
	uv venv --quiet --clear --python 3.12 .stacks/$@
	uv pip install --quiet --python .stacks/$@ -r requirements.txt jax torch
	.stacks/$@/bin/python -m pytest -n 2 --dist loadfile tests/test_backends.py $(ARGS)

.venv/installed: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "There is no Python here. The course needs Python 3.11, 3.12 or 3.13."; exit 1; }
	@$(PYTHON) scripts/install.py
