# Everything a developer does. `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A process for each core; tests that share Keras stay together, the longest first (tests/conftest.py).
PYTEST := $(BIN)/pytest --numprocesses auto --dist loadgroup --no-loadscope-reorder
# Tests and benchmarks measure a user's machine, where Python keeps compiled bytecode.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo lint check test test-all lowest coverage mutation web bench recipes backends notebooks own-data features scaling docs release clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable ".[dev]"
	touch $@

demo:  ## generate the digits project, train it, print its score
	bash demo.sh

check: lint  ## the quick loop: lint, types, layers, unit tests that are quick
	$(PYTEST) tests/unit -q -m "not full and not slow"

test: lint  ## every test, moderate sample sizes
	$(PYTEST) tests

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --num-workers 2
	$(BIN)/lint-imports

test-all: $(VENV)/installed  ## what those tests sample, at full sizes
	KERASMITH_SAMPLES=full $(PYTEST) tests -m full
	$(BIN)/python -m tools.mutation --sample

web: $(VENV)/installed  ## build the page into dist/web, where it is not up to date: needs npm
	$(BIN)/python -m tools.web

lowest:  ## the unit tests with the lowest versions of each dependency
	$(PYTHON) -m venv build/lowest
	build/lowest/bin/pip install --quiet uv
	build/lowest/bin/uv pip compile --quiet --resolution lowest-direct --python build/lowest/bin/python \
		--output-file build/lowest.txt pyproject.toml
	build/lowest/bin/uv pip install --quiet --python build/lowest/bin/python \
		--constraint build/lowest.txt --editable ".[images,parquet,test]"
	build/lowest/bin/pytest tests/unit -q --numprocesses auto --dist loadgroup

coverage:  ## branches that the unit, story and terminal tests go through
	$(BIN)/pytest tests/unit tests/stories tests/terminal -q --numprocesses auto --dist loadgroup \
		--cov --cov-report=term:skip-covered --cov-report=html:build/coverage

mutation: $(VENV)/installed  ## small changes of decision, spec and merge that must make a test fail: half an hour
	$(BIN)/python -m tools.mutation

bench:  ## ratios beside other tools, measured in one run
	bash benchmarks/run.sh

recipes: $(VENV)/installed  ## measure every recipe again: five training runs each, half an hour
	$(BIN)/python docs/measure_recipes.py --write

backends: $(VENV)/installed  ## every recipe's own tests on JAX, of three on PyTorch: half an hour
	KERASMITH_SAMPLES=full $(PYTEST) tests/projects/test_backends.py -m "full or backends"

notebooks: $(VENV)/installed  ## every recipe's two notebooks, cell by cell as in Jupyter: half an hour
	KERASMITH_SAMPLES=full $(PYTEST) tests/projects/test_notebooks.py -m "full or notebooks"

own-data: $(VENV)/installed  ## measure what real data lead to: five training runs each
	$(BIN)/python docs/measure_own_data.py --write

features: $(VENV)/installed  ## measure how long the tests take that each feature adds: ten minutes
	$(BIN)/python docs/measure_features.py

scaling: $(VENV)/installed  ## measure settings, and two processes beside one: twenty minutes
	$(BIN)/python docs/measure_scaling.py --write

docs: $(VENV)/installed  ## remake the documents that follow from the code, and their site in dist/site
	$(BIN)/python docs/make.py
	$(BIN)/python -m tools.site

release: $(VENV)/installed  ## VERSION=x.y.z: check all, tag the templates, build the wheels
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tools.release $(VERSION)
	$(BIN)/python -m tools.web
	$(BIN)/python -m build --wheel --outdir dist web

clean:  ## remove what the other targets made
	rm -rf $(VENV) build demo dist mutants .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis
