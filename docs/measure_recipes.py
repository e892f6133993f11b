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

from kerasmith.api import create, plan, render
from kerasmith.plan.planned import Plan
from kerasmith.spec.names import RECIPES, recipe_names
from kerasmith.spec.recipes import Recipe, load_recipe

PAGE = Path(__file__).with_name("recipes.md")

INTRODUCTION = """\
# The recipes

A recipe is a ready spec with sample data, one for each kind of model that [Sequential vs
Models](sequential-vs-model.md) names. `kerasmith new my-model --recipe NAME` writes its project.

Times and scores are medians over five seeds of a whole training run on two processor cores,
imports aside, as measured by `make recipes`, which makes this page too. A *baseline* is the best
answer that needs no model: always the same one, or for a forecast that nothing changes.
"""


@dataclass(frozen=True)
class Run:
    """One training run, or the medians of several; scores and baselines by output."""

    seconds: float
    score: dict[str, float]
    baseline: dict[str, float]
    other: dict[str, float] = field(default_factory=dict)
    """What scikit-learn reaches on the same split."""


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
    """Generate a recipe's project, train it with each seed, return the medians."""
    planned = plan(recipe.spec)
    with tempfile.TemporaryDirectory() as folder:
        project = create(Path(folder) / recipe.name, render(planned))
        return measure_project(project, planned.package, seeds)


def measure_project(project: Path, package: str, seeds: int) -> Run:
    """Train a generated project with each seed, return the medians."""
    # A process of its own: one import of Keras for all seeds, nothing left of other projects
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        runs = process.submit(train, project, package, seeds).result()
    return Run(
        median(run.seconds for run in runs),
        {name: median(run.score[name] for run in runs) for name in runs[0].score},
        {name: median(run.baseline[name] for run in runs) for name in runs[0].baseline},
        {name: median(run.other[name] for run in runs) for name in runs[0].other},
    )


def train(project: Path, package: str, seeds: int) -> list[Run]:
    """Train and evaluate a generated project with each seed, on the same data."""
    sys.path.insert(0, str(project / "src"))
    parts = ("config", "sample", "train", "evaluate")
    config, sample, training, evaluation = (
        importlib.import_module(f"{package}.{part}") for part in parts
    )
    usual = config.Config(data_dir=project / "data", run_dir=project / "run")
    if not any(usual.data_dir.glob("*[!.md]")):  # with data of somebody's own there is no sample
        # Recipes that need the network bring along what stands in for it in tests
        write_sample = getattr(sample, "write_test_sample", sample.write_sample)
        write_sample(usual)
    runs = []
    for seed in range(seeds):
        changed = replace(usual, seed=seed)
        with redirect_stdout(io.StringIO()):  # the progress bars
            start = time.perf_counter()
            training.train(changed)
            seconds = time.perf_counter() - start
            scores = evaluation.evaluate(changed)
        runs.append(
            Run(
                seconds,
                {name: next(iter(score.values())) for name, score in scores.items()},
                {name: score["baseline"] for name, score in scores.items()},
                {name: score["scikit_learn"] for name, score in scores.items()},
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
    )
    path = RECIPES / f"{name}.toml"
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
