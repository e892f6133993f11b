"""Run kerasmith as a module: `python -m kerasmith`."""

from kerasmith.cli import main

main(prog_name="kerasmith")
