# Every command of the project. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export PYTHON
BIN := .venv/bin
# Tests run side by side; JOBS=0 runs them one after another, which a debugger needs.
export JOBS ?= 4
PYTEST := $(BIN)/python -m pytest -p tests.profiles -n $(JOBS)

.PHONY: help peers setup dev run test check fmt lint types props migrations packages docs reference pictures requirements
.PHONY: clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with what Keepwell needs to run
	@scripts/setup.sh runtime

dev:
	@scripts/setup.sh dev

run: setup ## start Keepwell; without a token, with phones on this machine
	@exec $(BIN)/keepwell run --demo-without-token

test: dev ## run all tests, on SQLite and on PostgreSQL
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit; done; \
		echo "no Chromium: the tests of pages are skipped; to run them: apt-get install chromium"
	@exec $(PYTEST) --dist worksteal $(ARGS)

check: dev ## run everything that CI runs, and stop at the first failure
	@exec $(BIN)/python scripts/check.py

fmt: dev ## format the code and mend what can be mended
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

lint: dev ## check the format, the style, the types and the layers
	@exec $(BIN)/python scripts/check.py format style types layers

props: dev ## run the property tests with 5,000 examples each
	@exec $(PYTEST) --hypothesis-profile=thorough --timeout=3600 -m "not browser" $(ARGS)

migrations: dev ## bring databases up, down and up again
	@exec $(BIN)/python -m scripts.migrations

packages: dev ## look at the license and the pin of every package, and whether all fit together
	@exec $(BIN)/python -m scripts.packages

docs: dev ## check links, settings and commands in the documentation
	@exec $(BIN)/python -m scripts.docs

reference: dev ## write the generated pages of docs/reference anew
	@$(BIN)/python -m program.reference docs/reference/program.md
	@exec $(BIN)/python -m scripts.reference

pictures: dev ## take the pictures of the documentation anew; needs Chromium
	@exec $(BIN)/python -m scripts.pictures

requirements: dev ## pin the newest versions that pyproject.toml allows
	@exec scripts/requirements.sh

peers: dev ## make .venv-peers with the bots that `python -m benchmarks.peers` compares with
	@$(BIN)/python -m venv --clear .venv-peers
	@.venv-peers/bin/python -m pip install --quiet --require-hashes -r requirements/peers.txt

clean: ## remove the environment and all caches; data stay
	@rm -rf .venv .venv-peers build dist *.egg-info .*_cache .hypothesis .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
