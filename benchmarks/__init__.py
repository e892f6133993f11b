"""How fast kerasmith is, as ratios beside other tools: `make bench`."""
