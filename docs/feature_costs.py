"""What each feature adds to a project, for the pages in `features/`.

Everything is read off the projects that kerasmith renders; only the seconds are measured
(measure_features.py).
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kerasmith.catalogue.backends import USUAL_BACKEND
from kerasmith.catalogue.features import FEATURES, Feature, backends_for, with_needs
from kerasmith.counts import counted
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of

RECIPE = "digits"
"""The project that features are added to: the smallest there is."""

SECONDS = Path(__file__).with_name("feature_seconds.toml")

RECORDS = ("kerasmith.toml", ".copier-answers.yml")
"""What changes with any choice."""


def spec_with(names: tuple[str, ...], backend: str) -> Spec:
    """Return the spec of the project with these features, and no others."""
    tables = tables_of(load_recipe(RECIPE).spec)
    tables["project"] |= {"name": f"my-{RECIPE}", "features": list(names)}
    return spec_from_flags(Flags(backend=backend), tables)


@dataclass(frozen=True)
class Cost:
    """A feature, and the project with it beside that with what it needs alone."""

    feature: Feature

    @property
    def needs(self) -> tuple[str, ...]:
        """The features that come along with it."""
        return tuple(name for name in with_needs([self.feature.name]) if name != self.feature.name)

    @property
    def backend(self) -> str:
        """The usual backend, or the first that it works on."""
        able = backends_for(self.feature)
        return USUAL_BACKEND if USUAL_BACKEND in able else able[0]

    @property
    def command(self) -> str:
        """How a new project gets it."""
        flags = f" --backend {self.backend}" if self.backend != USUAL_BACKEND else ""
        flags += f" --with {self.feature.name}" if not self.feature.usual else ""
        return f"kerasmith new my-{RECIPE} --recipe {RECIPE}{flags}"

    @cached_property
    def before(self) -> dict[str, str]:
        """The files of the project without it."""
        return render(plan(spec_with(self.needs, self.backend)))

    @cached_property
    def after(self) -> dict[str, str]:
        """The files of the project with it."""
        return render(plan(spec_with((*self.needs, self.feature.name), self.backend)))

    @property
    def added(self) -> list[str]:
        """The files that come with it."""
        return sorted({*self.after} - {*self.before})

    @property
    def changed(self) -> list[str]:
        """The files that say more with it."""
        same = (path for path in self.before if self.before[path] == self.after.get(path))
        return sorted({*self.before} - {*same} - {*RECORDS})

    @property
    def packages(self) -> list[str]:
        """The packages that a project needs with it alone."""
        before, after = (
            tomllib.loads(files["pyproject.toml"])["project"]["dependencies"]
            for files in (self.before, self.after)
        )
        return sorted({*after} - {*before})

    def lines(self, folder: str) -> str:
        """Say how many lines more of code there are in a folder, if any."""
        before, after = (
            sum(text.count("\n") for path, text in files.items() if path.startswith(folder))
            for files in (self.before, self.after)
        )
        return counted(after - before, "line") if after > before else ""

    @property
    def seconds(self) -> str:
        """How long its tests take, where that is a second or more."""
        measured: dict[str, int] = tomllib.loads(SECONDS.read_text("utf-8"))
        seconds = measured.get(self.feature.name, 0)
        return counted(seconds, "second") if seconds else ""

    @property
    def readme(self) -> str:
        """What the project's README says of it: the chapters that come with it."""
        before, after = (chapters(files["README.md"]) for files in (self.before, self.after))
        return "\n\n".join(text for title, text in after.items() if title not in before)


def chapters(readme: str) -> dict[str, str]:
    """Return the chapters of a page by their titles."""
    found = re.split(r"^(?=## )", readme, flags=re.MULTILINE)[1:]
    return {text.partition("\n")[0]: text.rstrip() for text in found}


def costs() -> list[Cost]:
    """Return what each feature costs, in the order of the catalogue."""
    return [Cost(each) for each in FEATURES.known.values()]
