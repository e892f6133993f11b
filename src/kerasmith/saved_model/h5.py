"""What an HDF5 file of Keras says of a model; `apart` runs this in a process of its own.

No link is followed, neither out of the file nor within it, and no data are read: names and shapes
of the weights are in their headers.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

from kerasmith.saved_model.model_file import Stored
from kerasmith.untrusted.bounds import MOST_BYTES, NO_MODEL, SAVED, Unreadable, answered

MOST_STEPS = 30_000
"""Groups and datasets that are looked at."""

DEEPEST = 20
"""Groups inside each other, of weights."""


def read(path: Path) -> Stored:
    """Return what a file says of a model.

    Raises KerasmithError where it says nothing that Keras would have written.
    """
    with (
        answered(path, NO_MODEL, SAVED),
        h5py.File(path, "r", locking=False) as file,
    ):
        config = _text(file, "model_config")
        if config is None:
            raise Unreadable("The HDF5 file holds weights and no configuration of a model.")
        return Stored(config, _text(file, "keras_version") or "", _weights(file))


def _text(file: Any, name: str) -> str | None:
    """Return an attribute that is one text; None where there is none, or something else."""
    if name not in file.attrs:
        return None
    attribute = h5py.h5a.open(file.id, name.encode())
    space = attribute.get_space()
    if not isinstance(attribute.get_type(), h5py.h5t.TypeStringID):
        return None
    if space.get_simple_extent_type() == h5py.h5s.NULL or space.get_simple_extent_npoints() != 1:
        return None
    if attribute.get_storage_size() > MOST_BYTES:
        raise Unreadable(f"Its {name} is larger than any real model's.")
    found = file.attrs[name]
    found = found.item() if hasattr(found, "item") else found
    if len(found) > MOST_BYTES:
        raise Unreadable(f"Its {name} is larger than any real model's.")
    return found if isinstance(found, str) else bytes(found).decode()


def _weights(file: Any) -> dict[str, dict[str, tuple[int, ...]]]:
    """Return the shapes of each layer's weights."""
    group = _member(file, "model_weights")
    if not isinstance(group, h5py.Group):
        return {}
    steps = iter(range(MOST_STEPS))
    return {
        _shown(name): dict(_shapes(layer, "", steps, DEEPEST))
        for name in group
        if isinstance(layer := _member(group, name), h5py.Group)
    }


def _shapes(
    group: Any, at: str, steps: Iterator[int], deep: int
) -> Iterator[tuple[str, tuple[int, ...]]]:
    for name in group:
        if next(steps, None) is None or not deep:
            raise Unreadable("It holds more groups than any real model.")
        found = _member(group, name)
        if isinstance(found, h5py.Group):
            yield from _shapes(found, f"{at}{_shown(name)}/", steps, deep - 1)
        elif isinstance(found, h5py.Dataset):
            yield f"{at}{_shown(name)}", found.shape or ()


def _shown(name: str | bytes) -> str:
    return name if isinstance(name, str) else name.decode("utf-8", "replace")


def _member(group: Any, name: str | bytes) -> Any:
    """Return what is in a group; None for a link, and for data whose layout is in other files."""
    encoded = name.encode() if isinstance(name, str) else name
    links = group.id.links
    # not `name in group`, which follows a link to see whether there is something at its end
    if not links.exists(encoded) or links.get_info(encoded).type != h5py.h5l.TYPE_HARD:
        return None
    found = group[encoded]
    if isinstance(found, h5py.Dataset):
        made = found.id.get_create_plist()
        if made.get_layout() == h5py.h5d.VIRTUAL or made.get_external_count():
            return None
    return found
