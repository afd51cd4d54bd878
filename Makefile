# Each command also works typed by hand, in an environment made as the README says.

# The first Python on this machine that the course supports.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(or $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c '$(SUPPORTED)' 2>/dev/null && echo $$python && break; done),python3)
BIN := .venv/bin
# In a container one is often root, as whom Jupyter starts only when told to.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help lab dev test check refresh sweep release report playground html lint oldest newest colab backends

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s%s\n", $$1, $$2 }' Makefile

lab: .venv/installed ## install what the lessons need into .venv and open them in JupyterLab
	@echo "Opening the lessons in JupyterLab. Stop it with Ctrl-C."
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks $(AS_ROOT) $(ARGS)

dev: .venv/dev ## install also what tests, grading and lessons 14 and 15 need

# Three workers on two cores: some of them wait, for kernels that start or never end.
test: .venv/dev ## install everything and run every lesson and exercise as a test
	$(BIN)/python -m pytest --nbval -n 3 $(ARGS)

check: .venv/dev ## run the tests of what changed since they were last green
	$(BIN)/python scripts/check.py

refresh: .venv/dev ## execute lessons and solved exercises again and store the outputs
	$(BIN)/python scripts/refresh.py $(ARGS)

sweep: .venv/dev ## run lessons with eight seeds and compare with the expected ranges
	$(BIN)/python scripts/sweep.py $(ARGS)

release: .venv/dev ## make the student versions of the exercises
	$(BIN)/python scripts/release.py

report: .venv/dev ## write the README's results, docs/results.md and the pictures
	$(BIN)/python scripts/report.py

playground: .venv/dev ## write the trained networks that the playground's pages run
	$(BIN)/python scripts/playground.py $(ARGS)

html: .venv/dev ## write the course as web pages into html/
	$(BIN)/python scripts/pages.py

lint: .venv/dev ## check the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Lessons and solved exercises with other versions, each in an environment of its own.
oldest: ## run the lessons with the oldest versions that pyproject.toml allows
oldest: STACK = --python 3.11
oldest: CHOICE = --resolution lowest-direct
newest: ## run the lessons with the newest versions that it allows
newest: STACK = --python 3.13
newest: CHOICE = --upgrade
colab: ## run the lessons with the versions of Google Colab
colab: STACK = --python 3.13
colab: CHOICE = --constraint tests/colab.txt
oldest newest colab:
	uv venv --quiet --clear $(STACK) .stacks/$@
	uv pip install --quiet --python .stacks/$@ $(CHOICE) -e ".[lessons,applications,test]"
	.stacks/$@/bin/python -m pytest --nbval -n 3 notebooks exercises/source $(ARGS)

backends: ## run the lessons on JAX and PyTorch, and a training in two processes
	uv venv --quiet --clear --python 3.12 .stacks/$@
	uv pip install --quiet --python .stacks/$@ -r requirements-dev.txt jax torch
	.stacks/$@/bin/python -m pytest -n 2 --dist worksteal tests/test_backends.py tests/test_scaling.py $(ARGS)

# What make lab needs, and what the other commands need besides; installed once.
.venv/installed: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "There is no Python here. The course needs Python 3.11, 3.12 or 3.13."; exit 1; }
	@$(PYTHON) scripts/install.py

.venv/dev: .venv/installed requirements-dev.txt
	@$(BIN)/python scripts/install.py dev
