"""Kinds, encoders and merges: each fact about them once.

Flags, checks, JSON Schema, reference, templates and tests all follow from these entries. A new
encoder is one class in `encoders/` and one part in `templates/parts/encoders/KIND/`.
"""
