"""Put the templates, compiled, into the wheel (see `kerasmith.render.jinja`)."""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from python_minifier import minify


class CompiledTemplates(BuildHookInterface[Any]):
    """Compiles with the Jinja that is installed while the wheel is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile and add; an editable install keeps to the templates as they are."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, "src")))
        from kerasmith.render.jinja import compiled_name, environment, short

        templates = Path(self.root, "templates")
        self.folder = TemporaryDirectory()
        environment(templates).compile_templates(
            self.folder.name, ["jinja"], zip=None, ignore_errors=False
        )
        for path in [*Path(self.folder.name).glob("*.py")]:
            code = path.read_text("utf-8")
            path.unlink()
            with path.with_stem(short(path.stem)).open("x", encoding="utf-8") as file:
                file.write(_shorter(code))  # "x": two templates of one name end the build
        name = f"kerasmith/{compiled_name(templates)}"
        build_data["force_include"][self.folder.name] = name

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what the wheel holds now."""
        if version != "editable":
            self.folder.cleanup()


WORDS = r"""(?<=undefined\()(?:f["']the template \{|"parameter ')[^\n]*?["'], (?=name=)"""
"""What Jinja says of a missing name beside the name; none is missing, for tests render them all."""


LOCALS = ("resolve", "undefined", "concat", "cond_expr_undefined")
"""What Jinja gives each template at hand, whether it needs that or not."""


def _shorter(code: str) -> str:
    """Return the code of a template with short names, and without the lines of the template."""
    code = re.sub("(?m)^debug_info = .*$", "debug_info = ''", re.sub(WORDS, "", code))
    imports, _, body = code.partition("\n")
    for name in LOCALS:
        if len(re.findall(rf"(?<!\.)\b{name}\b", body)) == 1:
            body = re.sub(f"(?m)^    {name} = .*\n", "", body)
    words, names = imports.split(" import ")
    used = [name for name in names.split(", ") if re.search(rf"\b{name}\b", body)]
    needed = f"{words} import {', '.join(used)}\n{body}"
    return minify(needed, hoist_literals=False, rename_globals=False)
