"""Plug-ins: found where they are needed, listed with what is wrong, and nobody else's trouble."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kerasmith import __version__
from kerasmith.catalogue import plugins
from kerasmith.catalogue.encoders import ENCODERS
from kerasmith.catalogue.features import FEATURES
from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.named import Named
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.catalogue.plugins import BUILT_IN, Claim, found, own_claims
from kerasmith.catalogue.recipe_folders import RECIPES
from kerasmith.cli import main
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.schema import json_schema
from tests.installed import install, install_fire, installed
from tests.unit.test_wizard import described, talk

IMAGE = Flags(name="pets", inputs=["photo:image:8x8x3=fire"], outputs=["pet:category:2"])

FEATURE = """
from importlib.metadata import EntryPoint
from pathlib import Path
from kerasmith.plugin import Feature, Plugin
PLUGIN = Plugin(
    contract=1,
    features=(Feature("citation", "A CITATION.cff that says how to cite the project."),),
    templates=Path(__file__).parent / "templates",
)
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """A folder of installed packages."""
    with installed(tmp_path / "site") as folder:
        yield folder


CATALOGUE: dict[str, Callable[[Claim], Mapping[str, object]]] = {
    "inputs": lambda claim: INPUT_KINDS,
    "outputs": lambda claim: OUTPUT_KINDS,
    "encoders": lambda claim: ENCODERS[claim.kind],
    "merges": lambda claim: MERGES,
    "features": lambda claim: FEATURES,
    "recipes": lambda claim: RECIPES,
}
"""Where the catalogue has the entries of each family."""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def wrong(flags: Flags) -> str:
    with pytest.raises(KerasmithError) as error:
        spec_from_flags(flags)
    return " ".join(f"{p.what} {p.why} {p.try_}" for p in error.value.problems)


# === Found where they are needed ===


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["new", "--help"],
        ["new", "--recipe", "digits", "--name", "digits", "--dry-run"],
        ["new", "--recipe", "two-outputs", "--name", "both", "--dry-run", "--with", "export"],
        ["decide", "--input", "photo:image:8x8x1=resnet", "--output", "digit:category:10"],
        ["new", "--name", "pets", "--dry-run", "--input", "photo:image:8x8x1", "--output", "a:box"],
    ],
    ids=lambda words: " ".join(words),
)
def test_who_uses_built_ins_alone_waits_for_no_plugin(words: list[str]) -> None:
    code = (
        "import importlib.metadata, sys\n"
        "def never(*args, **more): raise SystemExit('entry points were read')\n"
        "importlib.metadata.entry_points = never\n"
        "from kerasmith.cli import main\n"
        f"main({words!r})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_what_reads_them_is_not_even_imported() -> None:
    code = (
        "import sys\n"
        "from kerasmith.cli import main\n"
        "try: main(['new', '--recipe', 'digits', '--name', 'digits', '--dry-run'])\n"
        "finally: assert 'importlib.metadata' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["features"],
        ["recipes"],
        ["schema"],
        ["plugins"],
        ["decide", "--input", "photo:image:8x8x1=fire", "--output", "digit:category:10"],
    ],
    ids=lambda words: " ".join(words),
)
def test_who_asks_for_a_list_or_an_unknown_name_has_them_read(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def looks() -> list[EntryPoint]:
        read.append(1)
        return []

    monkeypatch.setattr(plugins, "_entry_points", looks)
    plugins.forget()
    run(*words)
    assert read == [1]
    plugins.forget()


def test_the_built_ins_are_a_plugin_that_is_read_like_any_other() -> None:
    own = plugins.read(plugins.Found("kerasmith", "kerasmith", __version__), BUILT_IN)
    assert own.problems == ()
    assert {*own.entries} == own_claims()
    for claim, entry in own.entries.items():
        assert plugins.templates_for(own, [claim]), claim
        assert CATALOGUE[claim.family](claim)[claim.name] == entry


def test_what_is_found_of_them_is_all_that_there_is(site: Path) -> None:
    found()
    families: list[Named[Any]] = [INPUT_KINDS, OUTPUT_KINDS, MERGES, FEATURES, RECIPES]
    assert len(own_claims()) == sum(len(each) for each in (*families, *ENCODERS.values()))


# === Known as if they were built in ===


def test_an_encoder_of_a_plugin_is_one_like_any_other(site: Path) -> None:
    install_fire(site)
    spec = spec_from_flags(IMAGE)
    assert plan(spec).encoders[0].encoder == "fire"
    assert plan(spec).encoders[0].parameters > 0
    assert "fire" in ENCODERS["image"]
    words = json.dumps(json_schema())
    assert '"const": "fire"' in words


def test_its_hyperparameters_are_checked(site: Path) -> None:
    install_fire(site)
    flags = Flags(**{**vars(IMAGE), "set": ["inputs.photo.filters=[0]"]})
    assert "filters = [0] does not work" in wrong(flags)


def test_what_its_code_calls_something_is_no_other_name(site: Path) -> None:
    install_fire(site)
    inputs = ["fire_module:image:8x8x3", "photo:image:8x8x3=fire"]
    assert "'acme" not in wrong(Flags(**{**vars(IMAGE), "inputs": inputs}))
    assert "plug-in acme-fire 0.1" in wrong(Flags(**{**vars(IMAGE), "inputs": inputs}))
    inputs = ["fire_module:image:8x8x3", "photo:image:8x8x3"]  # without it, it is one
    spec_from_flags(Flags(**{**vars(IMAGE), "inputs": inputs}))


def test_a_list_says_whose_a_feature_is(site: Path) -> None:
    install(site, "acme-cite", FEATURE, {"parts/features/citation.jinja": ""})
    assert "By the plug-in acme-cite 0.1." in run("features").output
    (told,) = [
        each
        for each in json.loads(run("features", "--format", "json").output)
        if each["name"] == "citation"
    ]
    assert told["plugin"] == "acme-cite 0.1"


def test_plugins_lists_what_they_bring(site: Path) -> None:
    install_fire(site)
    done = run("plugins")
    assert done.exit_code == 0
    assert "acme-fire 0.1" in done.output
    assert "encoder 'fire' for image inputs" in done.output
    (told,) = json.loads(run("plugins", "--format", "json").output)
    assert told == {
        "name": "acme-fire",
        "package": "acme-fire",
        "version": "0.1",
        "brings": ["encoder 'fire' for image inputs"],
        "problems": [],
    }


def test_without_any_it_says_so(site: Path) -> None:
    assert "No plug-ins are installed" in run("plugins").output


@pytest.mark.slow
def test_the_wizard_offers_it_and_says_whose_it_is(site: Path) -> None:
    install_fire(site)
    told = described("photo:image:8x8x3", "> pet:binary")
    spec, somebody = talk(*told, ("How should data flow", "fire"))
    assert plan(spec).encoders[0].encoder == "fire"
    asked = somebody.question("How should data flow")
    (offered,) = [each for each in asked.choices if each.value == "fire"]
    assert "(acme-fire 0.1)" in str(offered)


# === Broken ===


def test_two_that_claim_a_name_are_named_and_neither_is_taken(site: Path) -> None:
    install_fire(site, "acme-fire")
    install_fire(site, "bolt-fire", version="2.0")
    said = wrong(IMAGE)
    assert "acme-fire 0.1" in said
    assert "bolt-fire 2.0" in said
    assert run("plugins").exit_code == 1


def test_one_that_claims_a_name_of_kerasmith_s_own_does_not_get_it(site: Path) -> None:
    install_fire(site, "acme-cnn", "cnn")
    found()
    assert ENCODERS["image"]["cnn"].__module__.startswith("kerasmith.")
    assert "acme-cnn 0.1" in run("plugins").output
    assert run("plugins").exit_code == 1


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("PLUGIN = 3", "is not a Plugin"),
        ("OTHER = 1", "AttributeError"),
        ("from kerasmith.plugin import Plugin\nPLUGIN = Plugin(contract=99)", "version 99"),
        ("from kerasmith.plugin import Plugin\nPLUGIN = Plugin(contract=1, inputs=(int,))", "kind"),
        (FEATURE, "no template parts/features/citation.jinja"),
        (FEATURE.replace("citation", "a b"), "word of lower-case letters"),
    ],
)
def test_one_that_breaks_is_said_and_everything_else_goes_on(
    site: Path, code: str, why: str
) -> None:
    install(site, "acme-broken", code)
    install_fire(site)
    assert plan(spec_from_flags(IMAGE)).encoders[0].encoder == "fire"
    done = run("plugins")
    assert done.exit_code == 1
    told = {each["name"]: each for each in json.loads(run("plugins", "--format", "json").output)}
    assert told["acme-fire"]["problems"] == []
    said = " ".join(str(value) for value in told["acme-broken"]["problems"][0].values())
    assert why in said
    assert "acme-broken 0.1" in said


def test_an_unknown_name_says_which_plugin_could_not_be_read(site: Path) -> None:
    install(site, "acme-fire", "import nothing_of_that_name")
    assert "The plug-in 'acme-fire' of acme-fire 0.1 breaks" in wrong(IMAGE)


def test_a_template_of_kerasmith_s_own_cannot_be_replaced(site: Path) -> None:
    install_fire(site)
    place = site / "acme_fire/templates/parts/layout.jinja"
    place.write_text("")
    (plugin,) = found()
    assert "one of kerasmith's own" in plugin.problems[0].why
    assert plugin.entries == {}


def test_forgetting_takes_everything_back(site: Path) -> None:
    install_fire(site)
    assert "fire" in ENCODERS["image"]
    assert plugins.whose("encoders", "fire", "image") == "acme-fire 0.1"
    plugins.forget()
    assert "fire" not in ENCODERS["image"].known
    assert plugins.owner_of(Claim("encoders", "fire", "image")) is None


# === A new one ===


def test_a_new_plug_in_is_a_package_that_is_called_as_its_folder_is(tmp_path: Path) -> None:
    folder = tmp_path / "kerasmith-camp-fire"
    done = CliRunner().invoke(main, ["plugins", "--new", str(folder)])
    assert done.exit_code == 0, done.output
    written = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }
    project = tomllib.loads(written["pyproject.toml"])["project"]
    assert project["name"] == folder.name
    [target] = project["entry-points"]["kerasmith.plugins"].values()
    package, _, name = target.partition(":")
    module = next(text for path, text in written.items() if path.endswith(f"{package}/__init__.py"))
    assert re.search(rf"^{name} = ", module, re.MULTILINE)
    assert not [path for path, text in written.items() if re.search("@[A-Z]+@", path + text)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Fire", "lower-case letters"),
        ("fire--place", "lower-case letters"),
        ("f" * 41, "lower-case letters"),
        ("kerasmith-resnet", "an encoder 'resnet' of its own"),
        ("json", "standard library"),
    ],
)
def test_a_name_that_no_plug_in_can_have_is_refused(tmp_path: Path, name: str, why: str) -> None:
    done = CliRunner().invoke(main, ["plugins", "--new", str(tmp_path / name)])
    assert done.exit_code == 2
    assert why in done.stderr
    assert not (tmp_path / name).exists()


def test_a_new_plug_in_takes_no_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "own.txt").touch()
    done = CliRunner().invoke(main, ["plugins", "--new", str(tmp_path), "--format", "json"])
    assert done.exit_code == 2
    assert [each.name for each in tmp_path.iterdir()] == ["own.txt"]
