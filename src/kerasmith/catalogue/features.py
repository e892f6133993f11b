"""The features: what a project may have beside its core, each added when it is wanted.

A feature is an entry here and a part of the same name in `templates/parts/features/`. Files of its
own are in `templates/project/`, under a name that is empty where the feature is not chosen; what
it adds to the files of others goes through the *slots* that its part defines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.named import Named


@dataclass(frozen=True)
class Feature:
    """One thing that a project can do beside training, scoring and predicting.

    `needs` are features that come along with it, `backends` those that it works on, all where
    there are none; `usual` says whether a project has it that asks for nothing. One that suits some
    `layouts` of data alone is not among `all`, nor is one `of_several` that do the same. One that
    `tunes` is told what to try of the numbers of encoders.
    """

    name: str
    summary: str
    needs: tuple[str, ...] = ()
    backends: tuple[str, ...] = ()
    usual: bool = False
    layouts: tuple[str, ...] = ()
    tunes: bool = False
    of_several: bool = False


FEATURES: Named[Feature] = Named(
    "features",
    {
        each.name: each
        for each in (
            Feature(
                "ci", "A workflow of GitHub that lints, types and tests each commit.", usual=True
            ),
            Feature("update-bot", "A workflow of GitHub that proposes updates from kerasmith."),
            Feature("pre-commit", "Ruff before each commit, by pre-commit."),
            Feature("export", "The trained model as a TensorFlow SavedModel."),
            Feature(
                "compare",
                "Trees of scikit-learn that learn from the same rows as the model.",
            ),
            Feature(
                "performance", "Two numbers in config.py: 16-bit precision, several steps at once."
            ),
            Feature("tensorboard", "The losses of each epoch for TensorBoard."),
            Feature("warm-start", "Training that starts with the weights of a saved model."),
            Feature("original", "The weights of another model with the same layers, compared."),
            Feature("resume", "Training that is stopped and resumed, with the same losses."),
            Feature(
                "devices",
                "Training on all GPUs of a machine; with JAX also in several processes.",
                needs=("resume",),
                backends=("tensorflow", "jax"),
            ),
            Feature(
                "slurm",
                "A job file that trains on several machines by SLURM.",
                needs=("resume", "devices"),
                backends=("jax",),
            ),
            Feature(
                "kubernetes",
                "A job file that trains on several machines by Kubernetes.",
                needs=("resume", "devices"),
                backends=("jax",),
            ),
            Feature("docker", "A Dockerfile that trains it in a container, as no root."),
            Feature("devcontainer", "A container to develop in, for VS Code and Codespaces."),
            Feature("notebook", "The whole way in a notebook, for Jupyter and Colab."),
            Feature("agents", "An AGENTS.md that tells coding agents how to work here."),
            Feature("onnx", "The trained model as ONNX, and in words what its arrays hold."),
            Feature(
                "litert",
                "The trained model for LiteRT, on phones and small machines.",
                needs=("onnx",),
            ),
            Feature(
                "openvino",
                "The trained model for OpenVINO, on processors and graphics of Intel.",
                needs=("onnx",),
            ),
            Feature(
                "serve",
                "The model behind HTTP, by FastAPI and ONNX Runtime, without Keras.",
                needs=("onnx",),
            ),
            Feature("explain", "Which columns matter to the model, and which places of a picture."),
            Feature("seeds", "The scores of several seeds, and what chance there is in them."),
            Feature(
                "tune",
                "A search for better numbers of config.py, by Optuna.",
                needs=("seeds",),
                tunes=True,
            ),
            Feature(
                "calibration",
                "Probabilities that mean what they say, and thresholds that suit the score.",
                layouts=("rows", "folders"),
            ),
            Feature("report", "A page with scores, data and pictures, and a model card."),
            Feature(
                "stream",
                "Tables that do not fit into memory, read piece by piece.",
                layouts=("rows",),
            ),
            Feature("mlflow", "Each run logged for MLflow, on this machine.", of_several=True),
            Feature("wandb", "Each run logged for Weights & Biases, offline.", of_several=True),
            Feature("trackio", "Each run logged for Trackio, on this machine.", of_several=True),
        )
    },
)

ALL = "all"
"""What stands for every feature that the backend can do, that suits any data and that is the only
one that does what it does."""

USUAL_FEATURES = tuple(each.name for each in FEATURES.known.values() if each.usual)
"""What a project has that asks for nothing."""

_ALWAYS_THERE = ("ci", "pre-commit", "export")
"""What each project had before features could be chosen."""

LARGE_CORE = ("compare", "performance", "tensorboard", "warm-start", "resume", "devices")
"""What each project had while that was part of its core, as far as its backend can do it.

Those of that time are the ones whose record says nothing of how their data are laid out.
"""


def with_needs(names: Iterable[str]) -> tuple[str, ...]:
    """Return these features and all that they need, in the order of the catalogue."""
    wanted: set[str] = set()
    todo = [name for name in names if name in FEATURES]
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            todo += FEATURES[name].needs
    return FEATURES.in_order(wanted)


def everything_on(backend: str) -> tuple[str, ...]:
    """Return every feature that works on a backend and suits any data, but none of several."""
    suiting = (each for each in FEATURES.values() if not (each.layouts or each.of_several))
    return tuple(each.name for each in suiting if works_on(each, backend))


def addable(features: Iterable[str], backend: str, layout: str) -> dict[str, str]:
    """Return the features that a project on this backend may add, by name, with their summaries.

    They are kerasmith's own: a record does not change with what is installed.
    """
    names = sorted({*FEATURES.own} - {*features})  # as a record, which is sorted, gives them back
    return {
        name: FEATURES[name].summary
        for name in names
        if works_on(FEATURES[name], backend) and layout in (FEATURES[name].layouts or (layout,))
    }


def works_on(feature: Feature, backend: str) -> bool:
    """Say whether a feature, and all that it needs, works on a backend."""
    needed = (FEATURES[name] for name in with_needs([feature.name]))
    return all(not each.backends or backend in each.backends for each in needed)


def backends_for(feature: Feature) -> tuple[str, ...]:
    """Return the backends that a feature, and all that it needs, works on."""
    return tuple(name for name in BACKENDS if works_on(feature, name))


def said_by_other_keys(tables: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the features that keys beside `features` stand for: `jobs`, and `stream` of `[data]`.

    They come and go with these keys.
    """
    streamed = ("stream",) if tables.get("data", {}).get("stream") else ()
    return (*tables.get("project", {}).get("jobs", ()), *streamed)


def recorded_features(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the features that a project has by its record, also by one that knows of none."""
    named = answers.get("features", (*_ALWAYS_THERE, *answers.get("jobs", ())))
    if answers.get("data", {}).get("stream"):
        named = (*named, "stream")
    if "layout" in answers.get("data", ()):
        return with_needs(named)
    backend = answers.get("backend", {}).get("name", "tensorflow")
    able = [name for name in LARGE_CORE if works_on(FEATURES[name], backend)]
    return with_needs((*named, *able))
