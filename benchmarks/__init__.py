"""How fast kerasmith is, as ratios beside other tools: `make bench` (numbers: docs/benchmarks.md)."""
