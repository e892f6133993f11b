"""The floor: render the very same templates with jinja2 and write them, nothing else.

python bare_jinja.py TEMPLATES ANSWERS.json DESTINATION

In the place of one file of answers it takes a folder of them: a project for each.
"""

import json
import sys
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

templates, answers_file, destination = map(Path, sys.argv[1:])
jinja = Environment(
    loader=FileSystemLoader(templates),
    keep_trailing_newline=True,
    lstrip_blocks=True,
    trim_blocks=True,
    undefined=StrictUndefined,
)
jinja.filters["to_nice_yaml"] = lambda value: yaml.dump(value, indent=4, allow_unicode=True)

sources = {
    source: jinja.from_string(source.relative_to(templates / "project").as_posix())
    for source in (templates / "project").rglob("*")
    if source.is_file()
}


def write(answers_file: Path, destination: Path) -> None:
    """Write one project."""
    answers = json.loads(answers_file.read_text("utf-8"))
    context = {
        **answers,
        "_copier_answers": answers,
        "_copier_conf": {"answers_file": ".copier-answers.yml"},
    }
    for source, named in sources.items():
        target = named.render(context)
        if {"", ".jinja"} & {*target.split("/")}:  # without a name: not for this project
            continue
        path = destination / target.removesuffix(".jinja")
        path.parent.mkdir(parents=True, exist_ok=True)
        if target.endswith(".jinja"):
            template = jinja.get_template(source.relative_to(templates).as_posix())
            path.write_text(template.render(context), "utf-8")
        else:
            path.write_bytes(source.read_bytes())


if answers_file.is_dir():
    for each in answers_file.iterdir():
        write(each, destination / each.stem)
else:
    write(answers_file, destination)
