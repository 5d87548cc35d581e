# Two commands matter: `make plan` and `make test`. CI runs `make test`, then `make e2e`.
PYTHON ?= python3
EXAMPLE ?= inventories/esxi-free
BIN := .venv/bin

.PHONY: plan test e2e bench lint golden clean

plan: .venv/installed
	@$(BIN)/planner plan $(EXAMPLE) -o build/$(notdir $(EXAMPLE))

test: .venv/installed-test lint
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadgroup

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict .
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/ansible-lint --offline --profile production --strict playbooks

e2e: .venv/installed-test
	tests/e2e/prepare.sh
	$(BIN)/python -m pytest tests/e2e -m e2e

bench: .venv/installed-test
	$(BIN)/python -m benchmarks.readers
	$(BIN)/python -m benchmarks.links
	$(BIN)/python -m benchmarks.small --cases 40
	$(BIN)/python -m benchmarks.whole
	$(BIN)/python -m benchmarks.performance

golden: .venv/installed-test
	$(BIN)/python -m pytest --force-regen --numprocesses=2 || true
	@git diff --stat

.venv/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-test: .venv/installed tests/install.sh
	tests/install.sh
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

clean:
	rm -rf .venv build *.egg-info
