"""Decide between `keras.Sequential` and the Functional API, and write the starter project.

The public functions are in `kerasmith.api`.
"""

__version__ = "0.3.0.dev0"
