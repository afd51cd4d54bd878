# Each command also works typed by hand, in an environment made as the README says.

# The first Python on this machine that the course supports.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(or $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c '$(SUPPORTED)' 2>/dev/null && echo $$python && break; done),python3)
BIN := .venv/bin

.PHONY: lab test refresh release report lint

lab: .venv/installed
	@echo "Opening the lessons in JupyterLab. Stop it with Ctrl-C."
	@$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks $(ARGS)

test: .venv/installed
	$(BIN)/python -m pytest --nbval -n 2 --dist loadgroup $(ARGS)

refresh: .venv/installed
	$(BIN)/python scripts/refresh.py $(ARGS)

release: .venv/installed
	$(BIN)/python scripts/release.py

report: .venv/installed
	$(BIN)/python scripts/report.py

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.venv/installed: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "There is no Python here. The course needs Python 3.11, 3.12 or 3.13."; exit 1; }
	@$(PYTHON) scripts/install.py
