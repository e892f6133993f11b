"""Packages of plug-ins as an installer leaves them, for tests in this process: no mock."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import invalidate_caches
from pathlib import Path
from sys import executable, modules, path

import kerasmith
from kerasmith.catalogue import plugins

FIRE = """
from pathlib import Path

from kerasmith.plugin import Encoder, Filters, Flow, Image, Plugin, convolution


class {title}(Encoder[Image], frozen=True):
    \"\"\"Fire modules: each squeezes the channels and looks at them in two sizes.\"\"\"

    encoder = "{name}"
    takes = Image
    flow = Flow.PARALLEL
    source = "Iandola et al. 2016, SqueezeNet"
    layers = ("{name}",)
    local_names = ("fire_module",)

    filters: Filters = (16,)

    def features(self, given):
        return 2 * self.filters[-1]

    def parameters(self, given):
        *_, channels = given.shape
        total = 0
        for filters in self.filters:
            squeezed = max(1, filters // 4)
            total += convolution(1, channels, squeezed)
            total += convolution(1, squeezed, filters) + convolution(9, squeezed, filters)
            channels = 2 * filters
        return total


PLUGIN = Plugin(
    contract={contract}, encoders=({title},), templates=Path(__file__).parent / "templates"
)
"""

PART = """\
{% from "parts/layout.jinja" import features_of, given_to %}
{% from "parts/literals.jinja" import number %}

{% macro config(each, plan) %}
    {{ each.stem }}_filters: tuple[int, ...] = {{ number(each.knobs.filters) }}
{% endmacro %}

{% macro helpers(each, plan) %}
def fire_module(x: keras.KerasTensor, filters: int, name: str) -> keras.KerasTensor:
    \"\"\"Squeeze the channels, then look at them in two sizes side by side.

    Takes `(batch, height, width, channels)`, gives `(batch, height, width, 2 * filters)`.
    \"\"\"
    x = layers.Conv2D(max(1, filters // 4), 1, activation="relu", name=f"{name}_squeeze")(x)
    near = layers.Conv2D(filters, 1, activation="relu", name=f"{name}_near")(x)
    far = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"{name}_far")(x)
    return layers.Concatenate()([near, far])
{% endmacro %}

{% macro body(each, plan) %}
{% set stem = each.stem %}
    x = layers.Rescaling(1 / 255)({{ given_to(each, plan) }})
    for number, filters in enumerate(config.{{ stem }}_filters, start=1):
        x = fire_module(x, filters, name=f"{{ stem }}_fire{number}")
    {{ features_of(each, plan) }} = layers.GlobalAveragePooling2D()(x)  # (batch, depth)
{% endmacro %}
"""


def own_environment(folder: Path) -> Path:
    """Make an environment that has what this one has, and what is installed there; its Python."""
    subprocess.run([executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    ours = [each for each in path if "site-packages" in each]
    source = Path(kerasmith.__file__).parents[1]  # what the tests run, wherever that is
    (site / "reused.pth").write_text("\n".join([str(source), *ours]), "utf-8")
    return folder / "bin" / "python"


def install(
    folder: Path, package: str, code: str, files: Mapping[str, str] = {}, version: str = "0.1"
) -> None:
    """Put a package with one plug-in, `PLUGIN` of its module, into a folder of packages."""
    module = package.replace("-", "_")
    texts = {
        f"{module}/__init__.py": code,
        f"{module}-{version}.dist-info/METADATA": f"Name: {package}\nVersion: {version}\n",
        f"{module}-{version}.dist-info/entry_points.txt": (
            f"[kerasmith.plugins]\n{package} = {module}:PLUGIN\n"
        ),
        **{f"{module}/templates/{name}": text for name, text in files.items()},
    }
    for name, text in texts.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")


def install_fire(
    folder: Path, package: str = "acme-fire", name: str = "fire", contract: int = 1, **more: str
) -> None:
    """Install a plug-in with one encoder for images."""
    code = FIRE.format(name=name, title=name.capitalize(), contract=contract)
    install(folder, package, code, {f"parts/encoders/image/{name}.jinja": PART}, **more)


@contextmanager
def installed(folder: Path) -> Iterator[Path]:
    """Have the packages of a folder installed, for as long as the block runs."""
    path.insert(0, str(folder))
    look_again(folder)
    try:
        yield folder
    finally:
        path.remove(str(folder))
        look_again(folder)


def look_again(folder: Path) -> None:
    """Forget what was read of the packages of a folder, as a new process would."""
    plugins.forget()
    invalidate_caches()
    for name, module in [*modules.items()]:
        if str(folder) in str(getattr(module, "__file__", "")):
            del modules[name]
