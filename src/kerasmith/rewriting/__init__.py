"""Rewrites somebody's code through a concrete syntax tree: what is not meant stays as it is."""
