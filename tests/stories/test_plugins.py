"""Projects with parts of plug-ins: updated with them, without them, and when they are a stranger's.

The templates that a project uses travel in it, below `.kerasmith/parts`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kerasmith.errors import KerasmithError
from kerasmith.project.check import check
from kerasmith.project.history import Installed
from kerasmith.project.update import prepare
from kerasmith.render.render import checksum
from kerasmith.spec.flags import Flags, spec_from_flags
from tests.installed import PART, install, install_fire, installed, look_again
from tests.samples import full_samples
from tests.stories.story import Project, git

COPY = ".kerasmith/parts/encoders/image/fire.jinja"

PETS = Flags(name="pets", inputs=["photo:image:16x16x3=fire"], outputs=["pet:category:2"])

WHOLE = '''
from pathlib import Path

from kerasmith.plugin import (
    CategoryInput, DenseUnits, Encoder, Feature, Flow, InputKind, Merge, OutputKind, Plugin,
    dense_stack, whole,
)


class Level(InputKind, frozen=True, omit_defaults=True):
    """A level from 0 to 1."""

    kind = "level"
    size_hint = "3"
    in_the_table = "one column for each number"

    size: int
    digits: int = 2

    @staticmethod
    def from_flag(size):
        return {"size": whole(size)} if size else {}

    def to_flag(self):
        return str(self.size)

    @property
    def tensor_shape(self):
        return (self.size,)

    def columns_of(self, name):
        return tuple(f"{name}_{number}" for number in range(self.size))

    def holds_number(self, column):
        return True


class Plain(Encoder[Level], frozen=True):
    """Dense layers, one after the other."""

    encoder = "plain"
    takes = Level
    flow = Flow.STRAIGHT
    source = "Rumelhart et al. 1986"
    layers = ("dense",)

    units: DenseUnits = (8,)

    def features(self, given):
        return self.units[-1]

    def parameters(self, given):
        return dense_stack(given.size, self.units)


class Mood(OutputKind, frozen=True, omit_defaults=True):
    """A mood from 0 to 1."""

    kind = "mood"
    size_hint = ""
    in_the_table = "one column"
    activation = "sigmoid"
    loss = "binary_crossentropy"
    metric = "binary_accuracy"
    score = "accuracy"

    @staticmethod
    def from_flag(size):
        return {}

    def to_flag(self):
        return ""

    @property
    def units(self):
        return 1


PLUGIN = Plugin(
    contract=1,
    inputs=(Level,),
    outputs=(Mood,),
    encoders=(Plain,),
    merges=(Merge("middle", "The mean.", lambda widths: widths[0], lambda widths: ""),),
    features=(Feature("citation", "A CITATION.cff that says how to cite the project."),),
    templates=Path(__file__).parent / "templates",
)
'''
"""A plug-in with an entry of each family, for records: its parts write next to nothing."""

INPUT = """\
{% macro config(each, plan) %}
    {{ each.stem }}_size: int = {{ each.sizes.size }}
{% endmacro %}
{% macro shape(each, plan) %}(config.{{ each.name }}_size,){% endmacro %}
{% macro tensor(each, plan) %}levels{% endmacro %}
{% macro column(each, plan) %}| `{{ each.name }}_0` … | a level |{% endmacro %}
{% macro missing(each, plan) %}{% endmacro %}
{% macro columns(each, plan) %}{% endmacro %}
{% macro read(each, plan) %}{% endmacro %}
{% macro read_helpers(each, plan) %}{% endmacro %}
{% macro sample(each, plan) %}{% endmacro %}
{% macro flat(each, plan) %}{% endmacro %}
{% macro test_model(each, plan) %}{% endmacro %}
"""

OUTPUT = "\n".join(
    f"{{% macro {name}(each, plan) %}}{{% endmacro %}}"
    for name in (
        *("config", "units", "tensor", "column", "read", "read_helpers", "metrics", "baseline"),
        *("draw", "plot", "answer", "answer_helpers", "sample", "test_prediction"),
    )
)

ENCODER = """\
{% from "parts/helped.jinja" import said %}
{% macro config(each, plan) %}
{% endmacro %}
{% macro helpers(each, plan) %}
{% endmacro %}
{% macro body(each, plan) %}
    # {{ said() }}
{% endmacro %}
"""

WHOLE_FILES = {
    "parts/inputs/level.jinja": INPUT,
    "parts/outputs/mood.jinja": OUTPUT,
    "parts/encoders/level/plain.jinja": ENCODER,
    "parts/helped.jinja": "{% macro said() %}by a helper{% endmacro %}",
    "parts/unused.jinja": "nobody asks for it",
    "parts/merges/middle.jinja": "{% macro body(each, plan) %}{% endmacro %}",
    "parts/features/citation.jinja": (
        "{% macro readme_tree(feature, plan) %}\nCITATION.cff            how to cite it\n"
        "{% endmacro %}"
    ),
    "project/{% if 'citation' in features %}CITATION.cff{% endif %}.jinja": "title: {{ title }}\n",
}

EACH = Flags(
    name="moods",
    inputs=["one:level:3", "two:level:3"],
    outputs=["now:mood"],
    with_=["citation"],
    set=["model.merge=middle"],
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    with installed(tmp_path / "site") as folder:
        yield folder


@pytest.fixture
def pets(tmp_path: Path, site: Path, first: Installed) -> Project:
    """A project with an encoder of a plug-in, made while that is installed."""
    install_fire(site)
    return Project.new(tmp_path / "pets", spec_from_flags(PETS), first)


def uninstall(site: Path) -> None:
    """Take everything away, and forget what was read of it."""
    for path in sorted(site.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    look_again(site)


def record(project: Project) -> Any:
    return yaml.safe_load(project.read(".copier-answers.yml"))


def why(project: Project, by: Installed) -> str:
    with pytest.raises(KerasmithError) as error:
        prepare(project.folder, installed=by)
    return " ".join(f"{p.what} {p.where} {p.why} {p.try_}" for p in error.value.problems)


# === With it, without it ===


def test_the_templates_that_it_uses_travel_in_the_project(pets: Project) -> None:
    assert pets.read(COPY) == PART
    (told,) = record(pets)["plugins"]
    assert (told["package"], told["version"]) == ("acme-fire", "0.1")
    assert [*told["files"]] == ["parts/encoders/image/fire.jinja"]
    assert "def fire_module" in pets.read("src/pets/model.py")


def test_only_what_is_used_travels(tmp_path: Path, site: Path, first: Installed) -> None:
    install(site, "acme-whole", WHOLE, WHOLE_FILES)
    project = Project.new(tmp_path / "moods", spec_from_flags(EACH), first)
    files = {name for name in project.held() if name.startswith(".kerasmith/")}
    assert ".kerasmith/parts/helped.jinja" in files
    assert ".kerasmith/parts/unused.jinja" not in files
    assert project.read("CITATION.cff") == "title: Moods\n"
    assert "how to cite it" in project.read("README.md")


def test_after_git_clone_and_without_the_plugin_it_is_updated(
    pets: Project, site: Path, first: Installed, second: Installed, tmp_path: Path
) -> None:
    uninstall(site)
    git(tmp_path, "clone", "--quiet", str(pets.folder), "clone")
    clone = Project(tmp_path / "clone")
    status = check(clone.folder, first)
    assert status.in_step
    assert "acme-fire 0.1 is not installed" in status.plugins[0]
    clone.edit("src/pets/model.py", "Squeeze the channels", "First squeeze the channels")
    clone.commit()
    assert not check(clone.folder, second).in_step
    clone.settle(second)
    assert "First squeeze the channels" in clone.read("src/pets/model.py")
    assert "epochs: int = 25" in clone.read("src/pets/config.py")
    assert clone.read(COPY) == PART
    assert clone.in_step(second)


def test_without_it_the_rest_can_change(pets: Project, site: Path, first: Installed) -> None:
    uninstall(site)
    before = record(pets)
    pets.settle(first, with_=["export"], outputs=["age:number"])
    assert pets.path("src/pets/export.py").is_file()
    after = record(pets)
    assert after["plugins"] == before["plugins"]
    assert after["encoders"] == before["encoders"]
    assert "def fire_module" in pets.read("src/pets/model.py")
    assert pets.in_step(first)


def test_without_it_another_size_says_what_to_install(
    pets: Project, site: Path, first: Installed
) -> None:
    uninstall(site)
    with pytest.raises(KerasmithError) as error:
        prepare(pets.folder, Flags(set=["inputs.photo.shape=[8, 8, 3]"]), installed=first)
    assert "acme-fire 0.1 is not installed" in error.value.problems[0].why


def test_an_encoder_of_kerasmith_s_own_takes_its_place(
    pets: Project, site: Path, first: Installed
) -> None:
    uninstall(site)
    pets.settle(first, set=["inputs.photo.encoder=cnn"])
    assert not pets.path(COPY).exists()
    assert record(pets)["plugins"] == []
    assert pets.in_step(first)


def test_an_entry_of_each_family_stands_in(
    tmp_path: Path, site: Path, first: Installed, second: Installed
) -> None:
    install(site, "acme-whole", WHOLE, WHOLE_FILES)
    project = Project.new(tmp_path / "moods", spec_from_flags(EACH), first)
    whole = record(project)
    uninstall(site)
    assert check(project.folder, first).in_step
    project.settle(second)
    after = record(project)
    same = ("inputs", "encoders", "outputs", "merge", "features", "command", "plugins", "spec")
    assert {key: after[key] for key in same} == {key: whole[key] for key in same}
    project.settle(second, without=["citation"])
    assert not project.path("CITATION.cff").exists()
    assert project.in_step(second)


def test_with_it_and_without_it_a_project_is_the_same(
    pets: Project, site: Path, first: Installed, second: Installed
) -> None:
    with_it = prepare(pets.folder, installed=second)
    uninstall(site)
    without_it = prepare(pets.folder, installed=second)
    assert with_it.sides == without_it.sides
    assert with_it.now == without_it.now


# === Changed, newer, older, broken ===


def test_a_newer_one_is_seen_and_merged(pets: Project, site: Path, first: Installed) -> None:
    uninstall(site)
    install_fire(site, version="0.2")
    part = site / "acme_fire/templates/parts/encoders/image/fire.jinja"
    part.write_text(PART.replace('activation="relu"', 'activation="gelu"'), "utf-8")
    look_again(site)
    status = check(pets.folder, first)
    assert not status.in_step
    assert "plug-in acme-fire: 0.1 → 0.2" in [str(each) for each in status.changes]
    pets.settle(first)
    assert 'activation="gelu"' in pets.read("src/pets/model.py")
    assert 'activation="gelu"' in pets.read(COPY)
    assert pets.in_step(first)


def test_a_changed_one_of_the_same_version_is_seen(
    pets: Project, site: Path, first: Installed
) -> None:
    part = site / "acme_fire/templates/parts/encoders/image/fire.jinja"
    part.write_text(PART.replace("x = layers", "y = layers"), "utf-8")
    look_again(site)
    said = [str(each) for each in check(pets.folder, first).changes]
    assert "plug-in acme-fire: 0.1 → 0.1, other templates" in said


def test_an_older_one_takes_nothing_back(pets: Project, site: Path, first: Installed) -> None:
    uninstall(site)
    install_fire(site, version="0.0.9")
    look_again(site)
    status = check(pets.folder, first)
    assert status.in_step
    assert "0.0.9 is installed" in status.plugins[0]


def test_one_that_breaks_now_is_one_that_is_not_there(
    pets: Project, site: Path, first: Installed, second: Installed
) -> None:
    install(site, "acme-fire", "raise RuntimeError('no')")
    look_again(site)
    assert "does not work" in check(pets.folder, first).plugins[0]
    pets.settle(second)


# === What somebody did to the copies ===


@pytest.mark.parametrize("edit", [None, "", PART + "{# mine #}"])
def test_a_copy_that_is_not_as_it_was_written_is_said(
    pets: Project, first: Installed, edit: str | None
) -> None:
    pets.path(COPY).unlink() if edit is None else pets.write(COPY, edit)
    pets.commit()
    said = why(pets, first)
    assert "fire.jinja is not as kerasmith wrote it" in said
    assert "git restore .kerasmith/parts" in said


def test_a_link_in_its_place_is_not_followed(pets: Project, first: Installed) -> None:
    other = pets.folder.parent / "other.jinja"
    other.write_text(PART)
    pets.path(COPY).unlink()
    pets.path(COPY).symlink_to(other)
    assert "fire.jinja is not as kerasmith wrote it" in why(pets, first)


def test_ends_of_line_do_not_count(pets: Project, first: Installed) -> None:
    pets.path(COPY).write_bytes(PART.replace("\n", "\r\n").encode())
    pets.commit()
    assert check(pets.folder, first).in_step


# === A stranger's ===


def rewritten(pets: Project, part: str, **more: Any) -> None:
    """Put another part in a project, with a record that fits it, as a stranger would."""
    from kerasmith.plan.plugin_facts import text_hash

    values = record(pets)
    values["plugins"][0]["files"] = {"parts/encoders/image/fire.jinja": text_hash(part)}
    values["plugins"][0] |= more
    values["checksum"] = checksum(values)
    pets.write(COPY, part)
    head = pets.read(".copier-answers.yml").splitlines()[0]
    text = yaml.dump(values, indent=4, allow_unicode=True, default_flow_style=False)
    pets.write(".copier-answers.yml", f"{head}\n{text}")
    pets.commit()


def some(cases: list[Any], few: int) -> list[Any]:
    """Return a few of the cases; all of them in `make test-all`."""
    return cases if full_samples() else cases[:few]


def hostile(expression: str) -> str:
    return PART.replace(
        "{% macro helpers(each, plan) %}", "{% macro helpers(each, plan) %}\n" + expression
    )


@pytest.mark.full
@pytest.mark.parametrize(
    "expression",
    some(
        [
            "{{ ''.__class__.__mro__[1].__subclasses__() }}",
            "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}",
            "{{ cycler.__init__.__globals__.os.system('touch /tmp/kerasmith-was-here') }}",
            "{{ ''|attr('__class__') }}{{ (''|attr('__class__')).mro() }}",
            "{{ '{0.__class__.__init__.__globals__}'.format(range) }}",
            "{{ each.__class__.__base__.__subclasses__()[0] }}",
            "{% include '/etc/passwd' %}",
            "{% include '../../../../../../etc/passwd' %}",
            "{% set x = namespace(t='a' * 9999) %}{% for i in range(40) %}{% set x.t = x.t ~ x.t %}"
            "{% endfor %}{{ x.t }}",
            "{{ 'a' * 10 ** 10 }}",
            "{{ 9 ** (9 ** 9) }}",
            "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
            "{{ '((((' * 5 }}{{ " + "(" * 400 + "1" + ")" * 400 + " }}",
            "{% broken",
            "{{ self.__init__.__globals__ }}",
        ],
        5,
    ),
)
def test_a_hostile_part_runs_nothing_and_ends(
    pets: Project, site: Path, first: Installed, second: Installed, expression: str
) -> None:
    uninstall(site)
    mark = Path("/tmp/kerasmith-was-here")
    rewritten(pets, hostile(expression))
    before = pets.tree()
    said = why(pets, second)
    assert "cannot be rendered" in said or "It was edited" in said, said
    assert "root:" not in said
    assert not mark.exists()
    assert pets.tree() == before


@pytest.mark.full
@pytest.mark.parametrize(
    "path",
    some(
        [
            "project/../../../evil.txt.jinja",
            "project/{{ '..' }}/{{ '..' }}/evil.txt.jinja",
            "project/.git/hooks/post-merge.jinja",
            "project/{{ '.gi' }}t/hooks/post-merge.jinja",
            "project/sub/{{ '.GIT' }}/config.jinja",
            "project/README.md.jinja",
            "project/readme.MD.jinja",
            "project/.kerasmith/parts/x.jinja",
            "parts/../../../evil.jinja",
            "parts/layout.jinja",
            "../evil.jinja",
            "/etc/evil.jinja",
        ],
        6,
    ),
)
def test_a_hostile_path_leads_nowhere(
    pets: Project, site: Path, first: Installed, second: Installed, path: str
) -> None:
    from kerasmith.plan.plugin_facts import text_hash
    from kerasmith.render.parts import place_in_project

    uninstall(site)
    rewritten(pets, PART)
    values = record(pets)
    values["plugins"][0]["files"][path] = text_hash("evil\n")
    values["checksum"] = checksum(values)
    head = pets.read(".copier-answers.yml").splitlines()[0]
    text = yaml.dump(values, indent=4, allow_unicode=True, default_flow_style=False)
    pets.write(".copier-answers.yml", f"{head}\n{text}")
    place = place_in_project(path)
    if ".." not in place and not place.startswith("/"):
        pets.write(place, "evil\n")
    pets.commit()
    before = set(pets.folder.parent.rglob("*"))
    if path == "parts/layout.jinja":  # kerasmith's own is taken, so that this does nothing
        pets.settle(second)
        assert "evil" not in pets.read("src/pets/model.py")
        return
    assert why(pets, second)
    assert set(pets.folder.parent.rglob("*")) == before


@pytest.mark.full
@pytest.mark.parametrize(
    "facts",
    some(
        [
            {"encoder": "cnn"},
            {"flow": "sideways"},
            {"knobs": {"features": 3}},
            {"knobs": {"__class__": 3}},
            {"knobs": {"class": 3}},
            {"parameters": -1},
            {"features": 10**30},
            {"layers": "x" * 300},
            {"summary": "`rm`"},
            {"kind": "nothing"},
        ],
        5,
    ),
)
def test_hostile_facts_are_no_entries(
    pets: Project, site: Path, second: Installed, facts: dict[str, Any]
) -> None:
    uninstall(site)
    told = record(pets)["plugins"][0]
    rewritten(pets, PART, encoders=[{**told["encoders"][0], **facts}])
    assert why(pets, second)


def test_the_record_is_plain_values(pets: Project) -> None:
    assert json.loads(json.dumps(record(pets)))["plugins"][0]["package"] == "acme-fire"
