"""What a data file holds, the spec that follows from it, and its way into a project."""
