"""The numbers in the names that Keras gives to layers."""

import sys
from importlib import import_module


def number_layers_anew() -> None:
    """Let Keras number layers from the first, if it is there.

    Its `clear_session` does so, too, but has TensorFlow forget how operations are carried out: a
    third of the time that building, saving and training a small model takes.
    """
    if "keras" in sys.modules:
        state = import_module("keras.src.backend.common.global_state")
        state.set_global_attribute("object_name_uids", None)
