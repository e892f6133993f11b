"""The command line: flags, output and exit codes. Only this package prints or exits.

Exit codes: 0 done; 1 the answer is "no"; 2 the request was wrong, or the system does not allow it,
and nothing was written; 70 a fault of kerasmith's own; 130 interrupted. What a command needs is
imported inside it, so that `--help` stays quick.
"""

from kerasmith.cli import (
    adopt,
    convert,
    decide,
    inspect,
    lesson,
    lists,
    new,
    notebook,
    projects,
    quiz,
    web,
)
from kerasmith.cli.group import main

for command in (
    new.new,
    notebook.notebook,
    decide.decide,
    inspect.inspect,
    adopt.adopt,
    convert.convert,
    projects.update,
    projects.check,
    web.web,
    lesson.lesson,
    quiz.quiz,
    lists.recipes,
    lists.features,
    lists.plugins,
    lists.rules,
    lists.schema,
    lists.completion,
):
    main.add_command(command)

__all__ = ["main"]
