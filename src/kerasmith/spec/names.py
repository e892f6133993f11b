"""Names that generated code needs for itself, or that some system cannot hold."""

import builtins
import keyword
import re
import sys
from collections.abc import Iterable

from kerasmith.catalogue.encoders import ENCODERS
from kerasmith.catalogue.recipe_folders import RECIPES
from kerasmith.catalogue.value_types import NAME_LENGTH
from kerasmith.spec.filenames import ANSWERS_FILE as ANSWERS_FILE

SPEC_FILE = "kerasmith.toml"
"""Where a project's owner says what it should be."""

USUAL_NAMES = {"inputs": "photo", "outputs": "label"}
"""What an input or an output is called where nobody says it."""

_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)
}

_EXAMPLES = {"xx", "xxlimited", "xxlimited_35", "xxsubtype"}
"""Modules that Python brings as examples; linters take them for its standard library, too."""

_PACKAGES = {
    # what a project imports or runs
    "conftest", "copier", "jax", "jaxlib", "keras", "kerasmith", "matplotlib", "mypy", "numpy",
    "pandas", "pil", "pytest", "ruff", "sklearn", "src", "tensorflow", "test", "tests", "torch",
    # what these import in turn; a test holds the list to what is installed
    "absl", "astunparse", "certifi", "charset_normalizer", "clang", "cloudpickle", "contourpy",
    "cycler", "dateutil", "flatbuffers", "fonttools", "gast", "google", "grpc", "h5py", "idna",
    "joblib", "kiwisolver", "markdown", "markdown_it", "mdurl", "ml_dtypes", "mpl_toolkits",
    "namex", "narwhals", "opt_einsum", "optree", "packaging", "pasta", "pip", "pkg_resources",
    "pygments", "pylab", "pyparsing", "pytz", "requests", "rich", "scipy", "setuptools", "six",
    "tensorboard", "termcolor", "threadpoolctl", "typing_extensions", "tzdata", "urllib3", "wheel",
    "werkzeug", "wrapt",
}  # fmt: skip

_IN_THE_CODE = {
    # modules and names that model.py and data.py import
    "keras", "layers", "ops", "tf", "np", "pd", "plt", "config",
    # variables and functions of the generated code; an encoder declares its own
    "model", "features", "trunk", "inputs", "outputs", "targets", "table", "dataset", "x",
    "build_model", "optimizer",
    # Config fields are NAME_size, NAME_classes …; these would meet the fixed ones
    "data", "run", "batch", "learning", "validation", "test",
    # Keras reports the losses of validation as val_…
    "val",
}  # fmt: skip

_LAYERS = {
    "absolute", "add", "concatenate", "dense", "dropout", "multiply", "subtract",
}  # fmt: skip
"""What Keras calls the layers around the encoders that the generated code gives no name."""


def why_not_project(name: str) -> str:
    """Say why a project, and so its package, cannot have this name; empty where it can."""
    package = name.replace("-", "_")
    if keyword.iskeyword(package):
        return f"{package!r} is a Python keyword."
    if package in _DEVICES:
        return f"{package!r} is a reserved file name on Windows."
    if package in sys.stdlib_module_names or package in _EXAMPLES:
        return (
            f"Python's standard library has a module {package!r}, which would be imported instead."
        )
    if package == "test":
        return "Python has a package 'test' of its own, with its own tests."
    if package in ("conftest", "src", "tests"):
        return f"The project has a folder or a module {package!r} itself."
    if package in _PACKAGES:
        return f"The project itself uses a package {package!r}."
    return ""


def why_not_part(name: str) -> str:
    """Say why an input, output or shared encoder cannot have this name; empty where it can."""
    if keyword.iskeyword(name):
        return f"{name!r} is a Python keyword."
    if name in vars(builtins):
        return f"{name!r} is a Python builtin, which the generated code would hide."
    if name == "l":
        return "'l' is hard to tell from 1, and linters refuse it as a variable."
    if name in _IN_THE_CODE or name in _declared("local_names"):
        return f"{name!r} means something else in the generated code."
    if re.sub(r"_\d+$", "", name) in _LAYERS | _declared("unnamed_layers"):
        return f"Keras calls a layer of its own {name!r}, and each name in a model is used once."
    if name in _DEVICES:
        return f"{name!r} is a reserved file name on Windows."
    return ""


def suggested_part(text: str) -> str:
    """Return a name like the text that an input, output or shared encoder can have."""
    name = _name_like(text, "_") or USUAL_NAMES["inputs"]
    return f"my_{name}"[:NAME_LENGTH].rstrip("_") if why_not_part(name) else name


def suggested_project(text: str) -> str:
    """Return a name like the text that a project can have."""
    name = _name_like(text, "-") or "my-model"
    return f"{name[: NAME_LENGTH - 6]}-model" if why_not_project(name) else name


def _name_like(text: str, joint: str) -> str:
    words = re.findall("[a-z0-9]+", text.lower())
    return joint.join(words).lstrip("0123456789" + joint)[:NAME_LENGTH].rstrip(joint)


IN_THE_GRAPH = frozenset({"encoder", "features", "input", "output"})
"""What `build_model` puts behind a name, for the layers and variables around an encoder."""


def layer_suffixes() -> frozenset[str]:
    """Return every ending that an encoder's layers, or those around it, put behind a name."""
    return IN_THE_GRAPH | _declared("layers")


def _declared(fact: str) -> frozenset[str]:
    """Return the names that kerasmith's own encoders declare under a fact of the catalogue.

    Those of plug-ins, and names that are not reserved, count where a spec has the encoder
    (`OneNameEach` of the agreements).
    """
    encoders = (kind.known[name] for kind in ENCODERS.known.values() for name in kind.own)
    counted = (each for each in encoders if fact == "layers" or each.reserves_names)
    return frozenset().union(*(getattr(each, fact) for each in counted))


def clash(name: str, others: Iterable[str], more: Iterable[str] = ()) -> str:
    """Return the other name whose layers could be called `name`; empty where there is none.

    `more` are endings that encoders of plug-ins put behind a name.
    """
    endings = layer_suffixes().union(more)
    for other in others:
        ending = name.removeprefix(f"{other}_").partition("_")[0].rstrip("0123456789")
        layer = name.startswith(f"{other}_") and ending in endings
        if layer or name == f"val_{other}":
            return other
    return ""


def recipe_names() -> list[str]:
    """Return the names of all recipes."""
    return sorted(RECIPES)
