"""Spec and decision with every remaining choice made, and its picture."""
