"""The floor: render the very same templates with jinja2 and write them, nothing else.

python bare_jinja.py TEMPLATES ANSWERS.json DESTINATION
"""

import json
import sys
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

templates, answers_file, destination = map(Path, sys.argv[1:])
answers = json.loads(answers_file.read_text("utf-8"))
context = {
    **answers,
    "_copier_answers": answers,
    "_copier_conf": {"answers_file": ".copier-answers.yml"},
}
jinja = Environment(
    loader=FileSystemLoader(templates),
    keep_trailing_newline=True,
    lstrip_blocks=True,
    trim_blocks=True,
    undefined=StrictUndefined,
)
jinja.filters["to_nice_yaml"] = lambda value: yaml.dump(value, indent=4, allow_unicode=True)

for source in (templates / "project").rglob("*"):
    if source.is_file():
        name = source.relative_to(templates).as_posix()
        target = jinja.from_string(name.removeprefix("project/")).render(context)
        path = destination / target.removesuffix(".jinja")
        path.parent.mkdir(parents=True, exist_ok=True)
        if target.endswith(".jinja"):
            path.write_text(jinja.get_template(name).render(context), "utf-8")
        else:
            path.write_bytes(source.read_bytes())
