"""The commands as people and programs meet them: output, exit codes, what is written."""

import json
import os
import re
import shlex
import subprocess
import sys
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kerasmith.catalogue.features import FEATURES, USUAL_FEATURES
from kerasmith.cli import main
from kerasmith.project import disk
from tests.unit.helpers import SPECS

ONE_IN_ONE_OUT = "--input photo:image:8x8x1 --output cat:binary"
COMMANDS = [
    "new", "notebook", "decide", "inspect", "adopt", "convert", "update", "check", "web", "lesson",
    "quiz", "recipes", "features", "plugins", "rules", "schema", "completion",
]  # fmt: skip


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(words: str | list[str], **options: Any) -> Result:
    """Run a command; only an exit may leave it."""
    result = CliRunner().invoke(main, words, **options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def unwrapped(text: str) -> str:
    """Return the text on one line, however wide the terminal was."""
    return " ".join(text.split())


def refused(words: str | list[str]) -> str:
    """Run a command that is refused: exit code 2, nothing written, the words on one stream."""
    result = run(words)
    assert result.exit_code == 2, result.output
    told, other = result.stderr, result.stdout
    if "--format" in words:
        told, other = other, told
        assert all(each["what"] for each in json.loads(told)["problems"])
    assert other == ""
    assert list(Path().iterdir()) == []
    return told


def answered(words: str | list[str]) -> Any:
    """Run a command that answers with one JSON value and nothing else."""
    result = run(words)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def in_a_process(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "from kerasmith.cli import main; main()", *words],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


# === new ===


def test_new_writes_a_project_and_says_what_to_do_next() -> None:
    result = run("new my-digits --recipe digits")
    assert result.exit_code == 0
    assert result.stdout.startswith("Created my-digits  Sequential: ")
    assert "python -m my_digits.train" in result.stdout
    assert result.stdout.endswith("  kerasmith new my-digits --recipe digits\n")
    assert Path("my-digits/src/my_digits/model.py").is_file()
    assert [path.name for path in Path().iterdir()] == ["my-digits"]


def test_new_answers_programs_in_json() -> None:
    told = answered(f"new pets {ONE_IN_ONE_OUT} --format json --yes")
    assert told["written"]
    assert (told["destination"], told["name"], told["package"]) == ("pets", "pets", "pets")
    assert told["decision"]["api"] == "sequential"
    written = {p.relative_to("pets").as_posix() for p in Path("pets").rglob("*") if p.is_file()}
    assert set(told["files"]) == written


def test_a_dry_run_shows_decision_picture_and_files_and_writes_nothing() -> None:
    result = run("new pets --recipe shapes --dry-run")
    assert result.exit_code == 0
    for shown in ("Functional: ", "multiple-outputs", "picture 32×32×1", "model.py", "README.md"):
        assert shown in result.stdout
    assert "Nothing was written" in result.stdout
    assert list(Path().iterdir()) == []


def test_a_dry_run_needs_no_destination_and_answers_in_json() -> None:
    told = answered("new --recipe digits --dry-run --format json")
    assert (told["written"], told["destination"]) == (False, "digits")
    assert list(Path().iterdir()) == []


def test_a_dry_run_of_what_would_be_refused_is_refused(tmp_path: Path) -> None:
    Path("pets").mkdir()
    Path("pets/mine.txt").touch()
    result = run("new pets --recipe digits --dry-run")
    assert result.exit_code == 2
    assert "not empty" in result.stderr


@pytest.mark.parametrize("destination", [".", "./", str(Path("..", "pets")), "../pets/"])
def test_the_destination_may_be_the_folder_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, destination: str
) -> None:
    Path("pets").mkdir()
    monkeypatch.chdir(tmp_path / "pets")
    assert run(["new", destination, "--recipe", "digits"]).exit_code == 0
    assert (tmp_path / "pets/src/pets/model.py").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["pets"]


def test_a_spec_file_keeps_its_name_and_a_recipe_takes_the_folder_s() -> None:
    spec = str(SPECS / "siamese.toml")
    assert answered(["new", "a", "--spec", spec, "--format", "json"])["name"] == "siamese"
    assert answered("new b --recipe digits --format json")["name"] == "b"
    assert answered("new c --recipe digits --name d --format json")["name"] == "d"


@pytest.mark.parametrize(
    ("destination", "why", "hint"),
    [
        ("My Pets", "letter first", "--name my-pets"),
        ("import", "keyword", "--name import-model"),
        ("json", "standard library", "--name json-model"),
        ("2024", "letter first", "--name my-model"),
        ("/", "letter first", "--name my-model"),
    ],
)
def test_a_folder_s_name_that_no_project_can_have_asks_for_another(
    destination: str, why: str, hint: str
) -> None:
    told = refused(["new", destination, "--recipe", "digits"])
    assert "the destination's name" in told
    assert why in told
    assert hint in told


def test_a_name_of_its_own_lets_the_folder_be_called_anything() -> None:
    assert run(["new", "My Pets", "--recipe", "digits", "--name", "pets"]).exit_code == 0
    assert Path("My Pets/src/pets/model.py").is_file()


@pytest.mark.parametrize("destination", ["p" * 300, "nope/" + "p" * 300, "/proc/pets"])
def test_a_destination_that_cannot_be_is_refused(destination: str) -> None:
    assert f"destination {destination}" in refused(
        ["new", destination, "--name", "pets", *ONE_IN_ONE_OUT.split()]
    )


def test_a_destination_inside_another_project_is_refused() -> None:
    run("new pets --recipe digits")
    before = sorted(Path().rglob("*"))
    result = run("new pets/more --recipe digits")
    assert result.exit_code == 2
    assert "inside another project" in result.stderr
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize("flags", ["", "--format json"])
def test_new_with_nothing_said_lists_what_is_missing(flags: str) -> None:
    told = refused(f"new {flags}")
    for missing in ("DEST", "--input", "--output", "--recipe", "--spec"):
        assert missing in told


@pytest.mark.slow
def test_yes_takes_the_default_of_every_question() -> None:
    result = run("new --yes")
    assert result.exit_code == 0
    assert result.stdout.endswith("  kerasmith new digits --recipe digits\n")
    told = answered("new pets --yes --format json --input caption:text:20")
    assert told["command"] == "kerasmith new pets --input caption:text:20 --output label:binary"
    told = answered("new cats --yes --format json --input photo:image --output cat:category")
    assert told["command"] == (
        "kerasmith new cats --input photo:image:28x28x1 --output cat:category:cat,dog"
    )


def test_yes_does_not_make_a_wrong_flag_right() -> None:
    told = refused("new pets --yes --input photo:image:8x8 --output cat:binary")
    assert "shape = [8, 8] does not work." in told
    assert "letter first" in refused(["new", "My Pets", "--yes"])


@pytest.mark.slow
def test_asking_again_takes_the_answers_of_a_project() -> None:
    run("new old --recipe siamese --purpose prototype")
    told = answered("new young --ask-again old --yes --format json")
    assert told["command"] == "kerasmith new young --recipe siamese --purpose prototype"
    told = answered("new grown --ask-again old --yes --format json --output sort:category:3")
    assert "--output same:binary --output sort:category:3" in told["command"]


def test_asking_again_needs_somebody_to_ask() -> None:
    told = refused("new young --ask-again old")
    assert "This needs an interactive terminal." in told
    assert "--spec old/kerasmith.toml" in told
    assert "old/kerasmith.toml" in refused("new young --ask-again old --yes")


@pytest.mark.slow
def test_new_never_waits_for_an_answer() -> None:
    for environment in ({}, {"CI": "true"}):
        done = in_a_process("new", **environment)
        assert done.returncode == 2
        assert "--recipe digits" in done.stderr


def test_what_is_half_said_lists_the_other_half() -> None:
    assert "A model needs at least one output." in refused("new pets --input photo:image:8x8x1")
    assert "--output digit:category:10" in refused("new pets --input photo:image:8x8x1")
    assert "at least one input" in refused("new pets --share a,b --output cat:binary")


def test_a_missing_destination_says_the_missing_name_too() -> None:
    told = refused("new --output cat:binary")
    assert "where: DEST" in told
    assert "project.name" not in told
    assert "at least one input" in told


def test_all_mistakes_are_told_at_once() -> None:
    told = refused(
        "new class --input 2a:image:8x8x1 --input b:imag --output c:category:1 --share x,y "
        "--branching sideways --set nope=1"
    )
    assert told.count("error: ") == 8
    assert told.count("  where: ") == 8


def test_a_broken_spec_file_is_shown_with_line_and_column() -> None:
    Path("kerasmith.toml").write_text("[project]\nname = \n")
    result = run("new pets --spec kerasmith.toml")
    assert result.exit_code == 2
    assert "(at line 2, column 8)" in result.stderr
    assert not Path("pets").exists()


@pytest.mark.parametrize("file", ["nope.toml", "."])
def test_a_spec_file_that_cannot_be_read_is_named(file: str) -> None:
    told = refused(["new", "pets", "--spec", file])
    assert f"where: {file}\n" in told


@pytest.mark.parametrize(
    "flags",
    [
        "--recipe digits --spec kerasmith.toml",
        "--recipe digits --ask-again pets --yes",
        "--spec kerasmith.toml --ask-again pets --yes",
    ],
)
def test_a_model_starts_from_one_of_recipe_spec_file_and_project(flags: str) -> None:
    assert "not from several" in refused(f"new pets {flags}")


def test_an_unknown_recipe_is_guessed() -> None:
    assert "Did you mean 'digits'?" in refused("new pets --recipe digit")
    assert "Known: anomalies, attention" in refused("new pets --recipe ''")


def test_ctrl_c_is_said_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(disk, "write", interrupted)
    result = run("new pets --recipe digits")
    assert result.exit_code == 130
    assert "nothing was written" in result.stderr
    assert list(Path().iterdir()) == []


def test_a_full_disk_is_said_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "write", full)
    assert "No space left on device." in refused("new pets --recipe digits")


# === decide ===


def test_decide_says_the_verdict_its_reasons_and_what_would_change_it() -> None:
    result = run("decide --recipe digits")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Sequential: data goes one way through it (linear-stack)"
    assert "Why" in lines
    assert "What would change it" in lines
    assert "(Conclusion)" in result.stdout


@pytest.mark.parametrize(
    ("words", "api"),
    [
        ("--input-count 1", "sequential"),
        ("--input-count 1 --output-count 1", "sequential"),
        ("--input-count 2", "functional"),
        ("--output-count 2", "functional"),
        ("--shared-layers", "functional"),
        ("--several-paths", "functional"),
        ("--input-count 1 --api functional", "functional"),
        ("--input-count 1 --purpose room-to-grow", "functional"),
        ("--input-count 1 --purpose prototype", "sequential"),
        ("--recipe digits", "sequential"),
        ("--recipe shapes", "functional"),
        ("--recipe digits --branching residual", "functional"),
        (ONE_IN_ONE_OUT, "sequential"),
        (f"{ONE_IN_ONE_OUT} --output dog:binary", "functional"),
    ],
)
def test_decide_answers_programs(words: str, api: str) -> None:
    told = answered(f"decide {words} --format json")
    assert told["api"] == api
    assert told["reasons"]
    for reason in told["reasons"]:
        assert all(isinstance(reason[k], str) for k in ("rule", "because", "passage", "section"))
    assert told["would_change"]
    assert all(isinstance(each, str) for each in told["would_change"])


@pytest.mark.parametrize(
    "words",
    [
        "new pets --input photo:image --format json",
        "new pets --api nonsense --format=json",
        "new --nonsense --format json",
        "new --spec nowhere.toml --format json",
        "new --spec-dir nowhere --format json",
        "decide --format json",
        "decide nowhere.keras --format json",
        "inspect --format json",
        "inspect nowhere.csv --format json",
        "update nowhere --format json",
        "check --format json",
        "recipes --nonsense --format json",
        "rules more --format json",
    ],
)
def test_what_is_wrong_is_json_where_json_was_asked_for(words: str) -> None:
    [problem, *_] = json.loads(refused(words))["problems"]
    assert set(problem) == {"what", "where", "why", "try"}


def test_a_fault_of_kerasmith_is_no_answer_but_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kerasmith.spec.names.recipe_names", lambda: 1 / 0)
    for flags in ("", " --format json"):
        result = run(f"recipes{flags}")
        assert result.exit_code == 70
        assert "a fault of kerasmith" in result.output
        assert "ZeroDivisionError" in result.output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize(
    "words",
    [
        "recipes",
        "recipes --format json",
        "rules",
        "schema",
        "completion bash",
        "--help",
        "--version",
    ],
)
def test_an_answer_that_cannot_be_printed_is_said(words: str) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "kerasmith", *words.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr == "error: The system does not allow it: No space left on device.\n"


def test_decide_reads_every_example() -> None:
    for path in SPECS.glob("*.toml"):
        assert answered(["decide", "--spec", str(path), "--format", "json"])["api"]


def test_a_sequential_that_cannot_be_is_refused_with_every_rule_against_it() -> None:
    told = refused(
        "decide --input-count 2 --output-count 2 --shared-layers --api sequential --format json"
    )
    for rule in ("multiple-inputs", "multiple-outputs", "shared-layers", "branching"):
        assert rule in told
    told = refused("new pets --recipe shapes --api sequential")
    assert "multiple-outputs (2 outputs: shape and place)" in told


def test_advice_that_gave_way_is_told() -> None:
    told = unwrapped(run("decide --input-count 2 --purpose prototype").stdout)
    assert "Overruled" in told
    assert "It gave way to multiple-inputs." in told
    told = run("decide --input-count 1 --api functional").stdout
    assert "The stack itself did not ask for it" in told


def test_counts_and_a_spec_are_not_mixed() -> None:
    told = refused(["decide", "--input-count", "2", *ONE_IN_ONE_OUT.split(), "--set", "a=b"])
    assert "--input, --output, --set" in told


@pytest.mark.parametrize("count", ["0", "-1", "1001", "99999999999999", "two", "1.5"])
def test_counts_are_whole_numbers_above_zero(count: str) -> None:
    assert "--input-count" in refused(["decide", "--input-count", count])


def test_decide_with_nothing_said_lists_what_is_missing() -> None:
    told = refused("decide")
    assert "--input-count N" in told
    assert "--recipe digits" in told


# === The lists ===


def test_recipes_are_listed_for_people_and_programs() -> None:
    told = answered("recipes --format json")
    assert {("digits", "sequential"), ("shapes", "functional")} <= {
        (each["name"], each["api"]) for each in told
    }
    listed = run("recipes").stdout
    assert all(each["name"] in listed and each["title"] in listed for each in told)


def test_features_are_listed_for_people_and_programs() -> None:
    told = answered("features --format json")
    assert [each["name"] for each in told] == [*FEATURES]
    assert told[[*FEATURES].index("slurm")]["backends"] == ["jax"]
    assert {each["name"] for each in told if each["usual"]} == {*USUAL_FEATURES}
    listed = unwrapped(run("features").stdout)
    for feature in FEATURES.values():
        assert feature.summary in listed
    assert "works with JAX." in listed
    assert "kerasmith update --with FEATURE" in listed


def test_rules_are_listed_for_people_and_programs() -> None:
    told = answered("rules --format json")
    assert len(told) == 8
    listed = unwrapped(run("rules").stdout)
    assert all(each["rule"] in listed and each["sentence"] in listed for each in told)


def test_the_schema_is_printed() -> None:
    assert answered("schema")["title"] == "kerasmith.toml"


# === Help and shells ===


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help_with_examples(command: str) -> None:
    for flag in ("--help", "-h"):
        result = run(f"{command} {flag}")
        assert result.exit_code == 0
        assert f"kerasmith {command}".strip() in result.stdout
    assert not command or "Example" in result.stdout
    assert command or all(each in result.stdout for each in COMMANDS)


def test_the_first_line_of_each_help_fits_the_list_of_commands() -> None:
    listed = run("--help", env={"COLUMNS": "80"}).stdout.partition("Commands:\n")[2]
    for name in COMMANDS:
        (line,) = re.findall(rf"^  {name} +(\S.*)$", listed, re.MULTILINE)
        assert line == first_line(name)
        assert line.endswith(".")
        assert not line.endswith("...")


def first_line(command: str) -> str:
    """Return what the help of a command says first."""
    return unwrapped(run(f"{command} --help").stdout.split("\n\n")[1]).strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_no_two_flags_of_a_command_are_easily_mistaken(command: str) -> None:
    flags = [
        option.removeprefix("--")
        for parameter in main.commands[command].params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    ]
    alike = {
        (one, other)
        for one, other in combinations(sorted(flags), 2)
        if SequenceMatcher(None, one, other).ratio() > 0.75
    }
    assert alike <= OPPOSITES


OPPOSITES = {("header", "no-header"), ("input-count", "output-count"), ("with", "without")}
"""Pairs that are meant to be read together."""


@pytest.mark.parametrize("flag", ["--with slurm", "--without ci", "--backend jax"])
def test_decide_takes_no_flag_that_changes_no_decision(flag: str) -> None:
    told = refused(f"decide --recipe digits {flag}")
    assert "No such option" in told


def test_the_help_lists_every_flow() -> None:
    told = " ".join(run("new --help").stdout.split())
    assert "straight, residual, parallel, skip, attention" in told


def test_the_examples_of_the_help_work() -> None:
    Path("kerasmith.toml").write_text((SPECS / "siamese.toml").read_text("utf-8"), "utf-8")
    for command in ("new", "decide", "recipes", "rules"):
        help_ = run(f"{command} --help").stdout.replace("\\\n", " ")
        for example in re.findall(rf"^  kerasmith ({command}.*)$", help_, re.MULTILINE):
            target = example.replace("new ", "new x/", 1)
            assert run(target).exit_code == 0, example
            for path in sorted(Path("x").rglob("*"), reverse=True):
                path.unlink() if path.is_file() else path.rmdir()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_taught_to_complete(shell: str) -> None:
    assert "_KERASMITH_COMPLETE" in run(f"completion {shell}").stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("kerasmith new x --recipe d", "digits"),
        ("kerasmith new x --input photo:im", "photo:image"),
        ("kerasmith new x --output pet:cat", "pet:category"),
        ("kerasmith new x --api f", "functional"),
        ("kerasmith re", "recipes"),
        ("kerasmith fe", "features"),
        ("kerasmith new x --with ex", "export"),
        ("kerasmith new x --with al", "all"),
        ("kerasmith new x --without ci,ex", "ci,export"),
        ("kerasmith update --with ci,pre", "ci,pre-commit"),
    ],
)
def test_words_are_completed(words: str, completed: str) -> None:
    environment = {
        "_KERASMITH_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = CliRunner().invoke(main, [], env=environment, prog_name="kerasmith")
    assert f"plain,{completed}\n" in done.stdout


@pytest.mark.parametrize("words", ["new x --with ci,ci", "new x --without al"])
def test_no_feature_is_completed_twice_and_all_are_left_out_by_name(words: str) -> None:
    environment = {
        "_KERASMITH_COMPLETE": "bash_complete",
        "COMP_WORDS": f"kerasmith {words}",
        "COMP_CWORD": str(len(words.split())),
    }
    done = CliRunner().invoke(main, [], env=environment, prog_name="kerasmith")
    assert "plain," not in done.stdout


def test_a_command_that_is_misspelt_is_refused() -> None:
    assert "No such command" in refused("nwe")
    assert "No such option" in refused("new --inpt x")


# === Terminals ===


def test_colours_are_for_terminals_and_not_where_they_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in run("rules", color=True).stdout
    assert "\x1b[" not in run("rules").stdout
    assert "\x1b[" in run("new", color=True).stderr
    monkeypatch.setenv("NO_COLOR", "1")
    for words in ("rules", "recipes", "new", "decide --input-count 2", "new p --recipe digits"):
        assert "\x1b[" not in run(words, color=True).output


CYRILLIC = {"PYTHONIOENCODING": "iso8859-5:strict", "PYTHONUTF8": "0"}
"""An encoding without the quotation marks and signs that the commands print."""


@pytest.mark.slow
def test_a_stream_that_cannot_write_every_character_gets_what_it_can() -> None:
    for words in ("rules", "new a --recipe digits", "decide --recipe shapes", "recipes"):
        done = in_a_process(*words.split(), **CYRILLIC)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.isascii()
    done = in_a_process("recipes", "--format", "json", **CYRILLIC)
    assert any("8×8" in each["data"] for each in json.loads(done.stdout))


def test_what_steers_a_terminal_is_shown_as_text() -> None:
    told = refused(["new", "pets", "--input", "a\x1b[31m\u202e\x07:image:8x8x1\n"])
    assert r"where: --input a\x1b[31m\u202e\x07" in told
    assert not set(told) & {"\x1b", "\u202e", "\x07"}


def test_bytes_that_are_no_text_are_refused() -> None:
    done = in_a_process(
        "new", "pets", "--description", os.fsdecode(b"\xff"), *ONE_IN_ONE_OUT.split()
    )
    assert done.returncode == 2
    assert "is not text" in done.stderr
    assert list(Path().iterdir()) == []


@pytest.mark.slow
def test_a_reader_that_leaves_early_is_no_mistake() -> None:
    python = shlex.quote(sys.executable)
    done = subprocess.run(
        f"{python} -c 'from kerasmith.cli import main; main()' schema | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_the_commands_are_the_ones_that_this_file_tests() -> None:
    assert list(main.commands) == COMMANDS


# === Saved models ===

SAVED = SPECS.parent / "saved_models"


def test_inspect_says_what_a_model_is_and_what_stands_against_a_sequential() -> None:
    result = run(["inspect", str(SAVED / "pair-3.10.0.json")])
    assert result.exit_code == 0
    for shown in (
        "saved by Keras 3.10.0",
        "1: left 8",
        "Could it be a Sequential? No.",
        "Functional: it has 2 inputs (multiple-inputs)",
        "encoder (Functional): is used more than once",
        "skip (Add): takes several tensors",
        "multiply is an operator",
    ):
        assert shown in result.stdout, shown


def test_inspect_says_that_a_stack_could_be_a_sequential() -> None:
    result = run(["inspect", str(SAVED / "stack-2.21.0.json")])
    assert "Could it be a Sequential? It is one." in result.stdout
    assert "stand against" not in result.stdout


def test_inspect_answers_programs_in_json() -> None:
    told = answered(["inspect", str(SAVED / "pair-3.10.0.json"), "--format", "json"])
    wanted = {
        "kind": "model",
        "inputs": 2,
        "outputs": 2,
        "shared": True,
        "branching": True,
        "linear": False,
        "api": "functional",
        "parameters": 144,
    }
    assert {key: told[key] for key in wanted} == wanted
    assert {"layer": "skip", "class": "Add"}.items() <= told["against"][2].items()
    assert told["input_tensors"][0] == {"name": "left", "shape": [8], "dtype": "float32"}


def test_decide_answers_for_a_saved_model() -> None:
    model = str(SAVED / "stack-2.21.0.json")
    assert (
        "Sequential: data goes one way through it (linear-stack)" in run(["decide", model]).stdout
    )
    told = answered(["decide", model, "--format", "json"])
    assert (told["api"], told["linear"], told["against"]) == ("sequential", True, [])


def test_a_subclassed_model_is_not_guessed() -> None:
    Path("mine.json").write_text('{"class_name": "Mine", "config": {"units": 3}}')
    assert "Cannot tell from the file." in run("inspect mine.json").stdout
    told = answered("decide mine.json --format json")
    assert told["api"] is None
    assert "subclassed" in told["because"]
    assert answered("inspect mine.json --format json")["api"] is None


def test_a_saved_model_is_not_decided_by_other_flags_as_well() -> None:
    model = str(SAVED / "stack-2.21.0.json")
    assert "cannot be combined" in refused(["decide", model, "--input-count", "2"])
    assert "cannot be combined" in refused(["decide", model, "--recipe", "digits"])
    assert run(["decide", model, "--api", "functional"]).stdout.startswith("Could it be")
    pair = str(SAVED / "pair-3.10.0.json")
    assert "cannot be a keras.Sequential" in refused(["decide", pair, "--api", "sequential"])


def test_inspect_refuses_what_it_cannot_read() -> None:
    assert "No such file" in refused("inspect none.keras")


def test_new_starts_like_a_saved_model_and_says_what_it_has_not_from_it() -> None:
    model = str(SAVED / "stack-2.21.0.json")
    result = run(["new", "colours", "--like", model])
    assert result.exit_code == 0, result.output
    assert "Not carried over" in result.stdout
    assert "What was learned" in result.stdout
    assert (
        "kerasmith new colours --input input_1:series:6x4 --output kind:category:3" in result.stdout
    )
    assert Path("colours/src/colours/model.py").is_file()


def test_flags_change_what_a_project_is_like() -> None:
    model = str(SAVED / "stack-2.21.0.json")
    flags = ["--output", "kind:category:red,green,blue", "--dry-run", "--format", "json"]
    told = answered(["new", "--like", model, *flags])
    assert told["name"] == "stack-2-21-0"
    assert "--output kind:category:red,green,blue" in told["command"]
    assert any("learned" in each for each in told["not_carried_over"])


def test_a_project_has_one_beginning() -> None:
    model = str(SAVED / "stack-2.21.0.json")
    assert "not from several" in refused(["new", "copy", "--like", model, "--recipe", "digits"])


# === Data ===

PETS = "weight,breed,stays\n" + "".join(
    f"{n % 37}.5,{'ab'[n % 2]},{n % 3 % 2}\n" for n in range(111)
)


def test_inspect_says_what_a_table_holds_and_what_it_asks_for() -> None:
    Path("pets.csv").write_text(PETS)
    result = run("inspect pets.csv --predict stays")
    assert result.exit_code == 0
    for shown in (
        "pets.csv: CSV, 111 rows",
        "weight  number: numbers from 0.5 to 36.5",
        "breed   category: 2 values in 111 rows",
        "stays  binary: 0 or 1 in 111 rows",
        "Sequential: data goes one way through it (linear-stack)",
        "kerasmith new pets --data pets.csv --predict stays",
    ):
        assert shown in result.stdout, shown


def test_the_command_that_inspect_prints_works() -> None:
    Path("pets.csv").write_text(PETS)
    told = answered("inspect pets.csv --predict stays --format json")
    assert run(told["command"].removeprefix("kerasmith ")).exit_code == 0
    assert Path("pets/kerasmith.toml").is_file()


def test_inspect_answers_programs_about_data_in_json() -> None:
    Path("pets.csv").write_text(PETS)
    told = answered("inspect pets.csv --format json")
    assert (told["kind"], told["rows"], told["guessed"]) == ("data", 111, True)
    assert [(each["name"], each["use"]) for each in told["columns"]] == [
        ("weight", "input"),
        ("breed", "input"),
        ("stays", "output"),
    ]
    assert told["targets"][0]["kind"] == "binary"
    assert told["decision"]["api"] == "sequential"
    assert told["spec"]["outputs"] == [{"name": "stays", "kind": "binary"}]


def test_inspect_tells_what_it_found_where_that_makes_no_model() -> None:
    Path("ids.csv").write_text("customer_id\n" + "".join(f"C-{n}\n" for n in range(50)))
    result = run("inspect ids.csv")
    assert result.exit_code == 0
    assert "looks like an identifier" in result.stdout
    assert "No target column given" in result.stdout
    assert "No model of it yet" in result.stdout


def test_wishes_for_data_are_refused_for_a_model_and_checked_for_data() -> None:
    model = str(SAVED / "stack-2.21.0.json")
    assert "in the file" in refused(["inspect", model, "--predict", "kind"])
    Path("pets.csv").write_text(PETS)
    result = run("inspect pets.csv --predict stay")
    assert result.exit_code == 2
    assert "Did you mean 'stays'?" in result.stderr
