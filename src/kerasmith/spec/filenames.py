"""The names of files that mean something to kerasmith, for whoever needs no more than those."""

ANSWERS_FILE = ".copier-answers.yml"
"""Where a project records what was last rendered; Copier's own name for it."""
