#!/usr/bin/env bash
# From nothing to a trained model: `make demo`.
set -euo pipefail
cd "$(dirname "$0")"

rm -rf demo
mkdir demo
echo "Installing kerasmith and what the project needs (a few minutes the first time) …"
"${PYTHON:-python3}" -m venv demo/venv
demo/venv/bin/pip install --quiet --editable .
demo/venv/bin/kerasmith new demo/digits --recipe digits
demo/venv/bin/pip install --quiet --editable demo/digits

started=$SECONDS
cd demo/digits
../venv/bin/python -m digits.sample
../venv/bin/python -m digits.train
scores=$(../venv/bin/python -m digits.evaluate)
echo
echo "Scores on digits that the model has never seen, after $((SECONDS - started)) seconds:"
echo "  $scores"
echo "The project is in $PWD"
