"""Jinja as Copier sets it up for these templates, which a wheel also carries compiled.

Compiling templates would be more than half of `kerasmith new`. So `hatch_build.py` does it once,
while the wheel is built: the folder of the compiled ones, beside that of the templates, is called
by what they stand for, the contents of the templates and Jinja's version of compiled code. Where
there is none of that name, as in a checkout, Jinja compiles as ever.
"""

import hashlib
from functools import cache, lru_cache, partial
from pathlib import Path

import yaml
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    StrictUndefined,
)
from jinja2.bccache import bc_version
from jinja2.sandbox import SandboxedEnvironment


@lru_cache(maxsize=16)
def environment(templates: Path, more: tuple[tuple[str, str], ...] = ()) -> Environment:
    """Return Jinja with the settings of `_envops` in copier.yml, for a folder of templates.

    `more` are templates of others, by their names: none takes the place of one in the folder, and
    what they do is bound by Jinja's sandbox.
    """
    compiled = templates.with_name(compiled_name(templates))
    own: BaseLoader = Compiled(compiled) if compiled.is_dir() else FileSystemLoader(templates)
    jinja = (SandboxedEnvironment if more else Environment)(
        loader=ChoiceLoader([own, DictLoader(dict(more))]) if more else own,
        autoescape=False,  # what is rendered is no HTML
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,  # each is wanted again
    )
    jinja.filters["to_nice_yaml"] = _to_nice_yaml
    return jinja


class Compiled(ModuleLoader):
    """Templates that were compiled while the wheel was built, each in a file of a short name."""

    @staticmethod
    def get_template_key(name: str) -> str:
        """Return the name of a template's file, as `hatch_build.py` shortens it."""
        return short(ModuleLoader.get_template_key(name))


def short(key: str) -> str:
    """Return the beginning of Jinja's hash of a name: a wheel holds each three times."""
    return key[: len("tmpl_") + 8]


def compiled_name(templates: Path) -> str:
    """Return what the folder of these templates, compiled, is called."""
    return f"compiled-{bc_version}-{content_hash(templates)[:8]}"


@cache
def content_hash(templates: Path) -> str:
    """Return what the templates are known by: a hash of the names and contents of their files."""
    digest = hashlib.sha256()
    for path in sorted(templates.rglob("*")):
        name = path.relative_to(templates).as_posix()
        if path.is_file() and not name.endswith(".bundle"):
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _to_nice_yaml(value: object) -> str:
    """Write YAML as Copier's filter of this name does; by libyaml, which is much quicker.

    That writes an empty key, escapes and what is not ASCII in other ways, which may mean the same.
    """
    write = partial(yaml.dump, value, indent=4, allow_unicode=True, default_flow_style=False)
    text = str(write(Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)))
    alike = text.isascii() and "\\" not in text and "'':" not in text
    return text if alike else str(write())
