"""The backends that Keras computes with."""

from dataclasses import dataclass
from typing import Literal

BackendName = Literal["tensorflow", "jax", "torch"]

USUAL_BACKEND: BackendName = "tensorflow"
"""The backend of a project that names none."""


@dataclass(frozen=True)
class Backend:
    """A library that Keras computes with.

    `requires` is what a project installs for it; TensorFlow's own comes with what calls it.
    `joins` says whether several processes can train one model together.
    """

    name: BackendName
    title: str
    requires: str = ""
    joins: bool = False


BACKENDS: dict[str, Backend] = {
    each.name: each
    for each in (
        Backend("tensorflow", "TensorFlow"),
        Backend("jax", "JAX", requires="jax>=0.10", joins=True),
        Backend("torch", "PyTorch", requires="torch>=2.13"),
    )
}
