#!/usr/bin/env bash
# Measure kerasmith beside other tools: `make bench`, or `bash benchmarks/run.sh --help`.
# Everything is in build/bench; the first run fills its environment, which takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

# What users have: compiled bytecode, and no shell in which something was set up.
unset PYTHONDONTWRITEBYTECODE PYTHONPATH PIP_NO_COMPILE
export PIP_DISABLE_PIP_VERSION_CHECK=1 TF_CPP_MIN_LOG_LEVEL=2

venv=build/bench/venv
if [ ! -e "$venv/installed" ] || [ pyproject.toml -nt "$venv/installed" ]; then
    echo "Installing kerasmith, the tools beside it and Keras into $venv …"
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/pip" install --quiet ".[generated]" cookiecutter copier build hatchling playwright
    touch "$venv/installed"
fi
# The package as it is now, built as a wheel and compiled
"$venv/bin/pip" install --quiet --no-deps --force-reinstall .

exec "$venv/bin/python" -m benchmarks.bench "$@"
