"""The user's words, read from TOML, flags or a recipe, and checked."""
