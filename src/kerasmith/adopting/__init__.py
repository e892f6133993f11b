"""Writes the code of a saved model, from its configuration alone."""
