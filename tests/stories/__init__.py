"""Stories: a project is generated, its owner edits, the templates move, it is updated."""
