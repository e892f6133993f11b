# Everything a developer does. `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A process for each core; tests that share Keras stay together.
PYTEST := $(BIN)/pytest --numprocesses auto --dist loadgroup
# Tests and benchmarks measure a user's machine, where Python keeps compiled bytecode.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo check test test-all bench recipes backends own-data scaling docs release clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable ".[dev]"
	touch $@

demo:  ## generate the digits project, train it, print its score
	bash demo.sh

check: $(VENV)/installed  ## the quick loop: lint, types, layers, unit tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) tests/unit -q

test: $(VENV)/installed check  ## every test, moderate sample sizes
	$(PYTEST) tests --ignore=tests/unit

test-all: $(VENV)/installed  ## what those tests sample, at full sizes
	KERASMITH_SAMPLES=full $(PYTEST) tests -m full

bench:  ## ratios beside other tools, measured in one run
	bash benchmarks/run.sh

recipes: $(VENV)/installed  ## measure every recipe again: five training runs each, half an hour
	$(BIN)/python docs/measure_recipes.py --write

backends: $(VENV)/installed  ## every recipe's own tests on JAX, of three on PyTorch: half an hour
	KERASMITH_SAMPLES=full $(PYTEST) tests/projects/test_backends.py -m "full or backends"

own-data: $(VENV)/installed  ## measure what real data lead to: five training runs each
	$(BIN)/python docs/measure_own_data.py --write

scaling: $(VENV)/installed  ## measure settings, and two processes beside one: twenty minutes
	$(BIN)/python docs/measure_scaling.py --write

docs: $(VENV)/installed  ## remake the documents that follow from the code
	$(BIN)/python docs/make.py

release: $(VENV)/installed  ## VERSION=x.y.z: check all, tag the templates, build the wheel
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tools.release $(VERSION)

clean:  ## remove what the other targets made
	rm -rf $(VENV) build demo dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
