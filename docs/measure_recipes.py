"""Train every recipe and measure it: `make recipes`.

    python docs/measure_recipes.py [RECIPE...] [--seeds 5]
    python docs/measure_recipes.py --write

Printed are the medians over the seeds, and where a recipe's `[recipe.expected]` says something
else. With `--write` the medians go into the recipes that were measured, and `docs/recipes.md` is
made from all of them.
"""

import argparse
import importlib
import io
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from kerasmith.api import create, load_spec, plan, render
from kerasmith.catalogue.recipe_folders import RECIPE_FILE, RECIPES
from kerasmith.plan.planned import Plan
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import Recipe, load_recipe
from kerasmith.spec.tables import tables_of

PAGE = Path(__file__).with_name("recipes.md")

INTRODUCTION = """\
# The recipes

A recipe is a ready spec with sample data, one for each kind of model that [Sequential vs
Models](sequential-vs-model.md) names. `kerasmith new my-model --recipe NAME` writes its project.

Times and scores are medians over five seeds of a whole training run on two processor cores,
imports aside, as measured by `make recipes`, which makes this page too. A *baseline* is the best
answer that needs no model: always the same one, or the best of three naive forecasts.
"""


@dataclass(frozen=True)
class Run:
    """One training run, or the medians of several; scores and baselines by output."""

    seconds: float
    score: dict[str, float]
    baseline: dict[str, float]
    forest: dict[str, float] = field(default_factory=dict)
    """What trees of scikit-learn reach on the same rows, where the project compares."""
    short: dict[str, float] = field(default_factory=dict)
    """How far the worst of three runs of 4 epochs, as in the project's tests, leads from the
    baseline to a perfect score."""


def main() -> None:
    """Measure the recipes that the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="RECIPE", help="left out: all of them")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="runs of each (5)")
    parser.add_argument("--write", action="store_true", help="write what was measured")
    given = parser.parse_args()

    failed = []
    for name in given.names or recipe_names():
        recipe = load_recipe(name)
        try:
            found = measure(recipe, given.seeds)
        except Exception as error:  # the other recipes are measured all the same
            print(f"{name}: {error!r}", flush=True)
            failed.append(name)
            continue
        print("\n".join(report(recipe, found)), flush=True)
        if given.write:
            record(name, found)
    if given.write:
        PAGE.write_text("\n".join(page()), "utf-8")
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}")


# === Measuring ===


def measure(recipe: Recipe, seeds: int) -> Run:
    """Generate a recipe's project, train it with each seed, return the medians.

    What scikit-learn reaches on the same rows is measured with it: the project's README says so
    where that is as good.
    """
    planned = plan(spec_from_flags(Flags(with_=("compare",)), tables_of(recipe.spec)))
    with tempfile.TemporaryDirectory() as folder:
        project = create(Path(folder) / recipe.name, render(planned))
        found = measure_project(project, planned.package, seeds)
        short = train_apart(project, planned.package, 3, {"epochs": 4})
    perfect = {each.name: each.perfect for each in planned.outputs}
    return replace(
        found, short={name: min(progress(short, name, perfect[name])) for name in perfect}
    )


def progress(runs: list[Run], name: str, perfect: float) -> Iterator[float]:
    """Yield how far each run led an output's score from its baseline, 0, to a perfect one, 1."""
    for run in runs:
        yield (run.score[name] - run.baseline[name]) / (perfect - run.baseline[name])


def measure_project(project: Path, package: str, seeds: int) -> Run:
    """Train a generated project with each seed, return the medians."""
    runs = train_apart(project, package, seeds, {})
    return Run(
        median(run.seconds for run in runs),
        {name: median(run.score[name] for run in runs) for name in runs[0].score},
        {name: median(run.baseline[name] for run in runs) for name in runs[0].baseline},
        {name: median(run.forest[name] for run in runs) for name in runs[0].forest},
    )


def train_apart(project: Path, package: str, seeds: int, fields: dict[str, int]) -> list[Run]:
    """Train in a process of its own: one import of Keras for all seeds, no other project's left."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(train, project, package, seeds, fields).result()


def train(project: Path, package: str, seeds: int, fields: dict[str, int]) -> list[Run]:
    """Train and evaluate a generated project with each seed, on the same data.

    `fields` are those of its config that are not as usual.
    """
    sys.path.insert(0, str(project / "src"))
    compares = (project / "src" / package / "compare.py").exists()
    parts = ("config", "sample", "train", "compare" if compares else "evaluate")
    config, sample, training, evaluation = (
        importlib.import_module(f"{package}.{part}") for part in parts
    )
    evaluate = evaluation.compare if compares else evaluation.evaluate
    outputs = load_spec(project / "kerasmith.toml").outputs
    keys = {
        each.name: f"{each.name}_{each.kind.score}" if len(outputs) > 1 else each.kind.score
        for each in outputs
    }
    usual = config.Config(data_dir=project / "data", run_dir=project / "run")
    if not any(usual.data_dir.glob("*[!.md]")):  # with data of somebody's own there is no sample
        sample.write_sample(usual)
    runs = []
    for seed in range(seeds):
        changed = replace(usual, seed=seed, **fields)
        with redirect_stdout(io.StringIO()):  # the progress bars
            start = time.perf_counter()
            training.train(changed)
            seconds = time.perf_counter() - start
            scores = evaluate(changed).to_dict()
        runs.append(
            Run(
                seconds,
                *(
                    {name: scores[column][key] for name, key in keys.items()}
                    for column in scores  # the model, its baseline, and what it is compared with
                ),
            )
        )
    return runs


# === Saying it ===


def report(recipe: Recipe, found: Run) -> Iterator[str]:
    """Yield what was measured, and where the recipe expects something else."""
    expected = Run(**recipe.expected)
    yield f"{recipe.name}: {found.seconds:.1f} seconds"
    if not expected.seconds / 2 <= found.seconds <= expected.seconds * 2:
        yield f"    expected: {expected.seconds} seconds"
    for name, score in found.score.items():
        baseline = found.baseline[name]
        yield f"    {name}: {score:.3g} (baseline {baseline:.3g})"
        if name not in expected.score:
            yield "        nothing expected"
            continue
        wanted, low = expected.score[name], expected.baseline[name]
        if max(abs(score - wanted), abs(baseline - low)) > abs(score - baseline) / 10:
            yield f"        expected: {wanted:.3g} (baseline {low:.3g})"


def record(name: str, found: Run) -> None:
    """Write what was measured into a recipe, as its `[recipe.expected]`."""
    lines = (
        "[recipe.expected]",
        f"seconds = {max(1, round(found.seconds))}",
        f"score = {{ {listed(found.score)} }}",
        f"baseline = {{ {listed(found.baseline)} }}",
        f"short = {{ {listed(found.short)} }}",
        *([f"forest = {{ {listed(found.forest)} }}"] if found.forest else []),
    )
    path = RECIPES[name] / RECIPE_FILE
    text = path.read_text("utf-8")
    old = r"^\[recipe\.expected\]\n(\w+ = .*\n)*"
    path.write_text(re.sub(old, "\n".join((*lines, "")), text, flags=re.MULTILINE), "utf-8")


def listed(numbers: dict[str, float]) -> str:
    """Return numbers by output, to three places that count."""
    return ", ".join(f"{name} = {float(f'{number:.3g}')}" for name, number in numbers.items())


def page() -> Iterator[str]:
    """Yield the lines of `docs/recipes.md`."""
    recipes = [load_recipe(name) for name in recipe_names()]
    yield INTRODUCTION
    yield "| recipe | document | written as |"
    yield "| --- | --- | --- |"
    for recipe in recipes:
        api = plan(recipe.spec).api.capitalize()
        yield f"| [`{recipe.name}`](#{recipe.name}) | {recipe.document} | {api} |"
    for recipe in recipes:
        yield from section(recipe, plan(recipe.spec))
    yield ""


def section(recipe: Recipe, planned: Plan) -> Iterator[str]:
    """Yield what the page says of one recipe."""
    expected = Run(**recipe.expected)
    yield f"\n## {recipe.name}\n"
    yield f"**{recipe.title}.** {planned.description}\n"
    yield f"> {recipe.document}\n"
    yield f"{planned.headline}\n"
    yield from ("```mermaid", *planned.picture, "```", "")
    yield f"The data are {recipe.data}. Training takes about {expected.seconds} seconds.\n"
    yield "| output | score | this model | baseline |"
    yield "| --- | --- | --- | --- |"
    for output in planned.outputs:
        score, baseline = expected.score[output.name], expected.baseline[output.name]
        kind = output.score.replace("_", " ")
        yield f"| `{output.name}` | {kind} | {score:.3g} | {baseline:.3g} |"


if __name__ == "__main__":
    main()
