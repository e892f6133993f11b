"""Release a version: `make release VERSION=0.2.0` (docs/maintaining.md).

Everything is checked before anything is written. Then the templates become a tag in the bundle of
their history, the changelog gets its date, the package its version, and the wheel is built.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from kerasmith.plan.plan import plan
from kerasmith.project.git import Git, GitError
from kerasmith.project.history import BUNDLE, released
from kerasmith.project.recorded import release_key
from kerasmith.render.jinja import content_hash
from kerasmith.render.render import render
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE, recipe_names
from kerasmith.spec.recipes import load_recipe

ROOT = Path(__file__).resolve().parents[1]
RELEASED = "tests/stories/released"
SUMS = "SHA256SUMS"


class NoRelease(Exception):
    """The version cannot be released; nothing was written."""


def main() -> int:
    """Release the version that is named; say what is left to do."""
    if len(sys.argv) != 2:
        print("Say the version: make release VERSION=0.2.0")
        return 2
    try:
        release(ROOT, sys.argv[1])
    except NoRelease as error:
        print(f"No release: {error}")
        return 1
    return 0


def release(root: Path, version: str) -> None:
    """Check, tag, date, build and commit.

    Raises NoRelease, with nothing written, where something speaks against it.
    """
    templates = root / "templates"
    check(root, version)
    run(root, "make", "check")
    add_release(templates, version)
    hash_ = content_hash(templates)
    edit(root / "CHANGELOG.md", lambda text: dated(text, version, date.today(), hash_))
    edit(root / "src/kerasmith/__init__.py", lambda text: with_version(text, version))
    remember(root, version)
    run(root, sys.executable, "-m", "build", "--wheel", "--outdir", "dist", ".")
    run(root, "git", "add", "--all")
    run(root, "git", "commit", "--quiet", "-m", f"Release {version}")
    print(f"Released {version}: dist/ has the wheel. Left to do: git push, and publish the wheel.")


def check(root: Path, version: str) -> None:
    """Check that all is committed, and that the version is a new one with something to report.

    Raises NoRelease where it is not.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise NoRelease(f"{version} is not of the form 1.2.3.")
    if dirty := Git(root)("status", "--porcelain"):
        raise NoRelease(f"not everything is committed:\n{dirty}")
    last = [*released(root / "templates")][-1:]
    if last and release_key(version) <= release_key(last[0]):
        raise NoRelease(f"{version} does not come after {last[0]}.")
    if not unreleased((root / "CHANGELOG.md").read_text("utf-8")).strip():
        raise NoRelease("CHANGELOG.md says nothing under [Unreleased].")


def add_release(templates: Path, version: str) -> None:
    """Add the templates to the bundle beside them, as a tag; what is in it already stays."""
    bundle = templates / BUNDLE
    with TemporaryDirectory(prefix="kerasmith-") as folder:
        git = Git(Path(folder), isolated=True)
        if bundle.exists():
            git("clone", "--quiet", "--bare", "--template=", str(bundle.resolve()), ".")
        else:
            git("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
        everything = f"--work-tree={templates.resolve()}", "--git-dir=."
        git(*everything, "add", "--all", "--force", "--", ".")
        git("rm", "--quiet", "--cached", "--ignore-unmatch", "--", BUNDLE)
        tree = git("write-tree").strip()
        _, parent = git.run("rev-parse", "--verify", "--quiet", "refs/heads/main", ok=(0, 1))
        before = ["-p", parent.strip()] if parent else []
        commit = git("commit-tree", tree, *before, "-m", f"kerasmith {version}").strip()
        git("update-ref", "refs/heads/main", commit)
        git("tag", "--annotate", "-m", content_hash.__wrapped__(templates), version, commit)
        new = Path(folder, "new.bundle")
        git("bundle", "create", "--quiet", str(new), "HEAD", "main", "--tags")
        bundle.write_bytes(new.read_bytes())


def remember(root: Path, version: str) -> None:
    """Write down what this version makes of each recipe: its record, and the sums of its files.

    From these a test makes the projects again, whatever becomes of the templates, and updates them.
    """
    for name in recipe_names():
        files = render(plan(load_recipe(name).spec), root / "templates", version)
        folder = root / RELEASED / version / name
        folder.mkdir(parents=True)
        (folder / ANSWERS_FILE).write_text(files[ANSWERS_FILE], "utf-8", newline="\n")
        (folder / SUMS).write_text(sums(files), "utf-8", newline="\n")


def sums(files: Mapping[str, str]) -> str:
    """Return a line for each file, in the form of `sha256sum`.

    Left out is kerasmith.toml: it belongs to the owner, and is never rendered again.
    """
    found = {name: sha256(text.encode("utf-8", "surrogateescape")) for name, text in files.items()}
    return "".join(
        f"{found[name].hexdigest()}  {name}\n" for name in sorted({*found} - {SPEC_FILE})
    )


def unreleased(changelog: str) -> str:
    """Return what the changelog says under [Unreleased]."""
    found = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## \[|\Z)", changelog, re.M | re.S)
    if not found:
        raise NoRelease("CHANGELOG.md has no heading ## [Unreleased].")
    return found[1]


def dated(changelog: str, version: str, day: date, templates: str) -> str:
    """Return the changelog in which what was unreleased is this version's.

    The content hash of the templates is there for good: by it a test, and anybody, can tell
    whether a release was altered afterwards.
    """
    heading = f"## [{version}] - {day}\n\nTemplates `{templates}`.\n"
    return changelog.replace("## [Unreleased]\n", f"## [Unreleased]\n\n{heading}", 1)


def with_version(module: str, version: str) -> str:
    """Return the module with another version."""
    return re.sub(r'^__version__ = ".*"$', f'__version__ = "{version}"', module, flags=re.M)


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Write what becomes of a file's text."""
    path.write_text(change(path.read_text("utf-8")), "utf-8")


def run(root: Path, *command: str) -> None:
    """Run a command.

    Raises NoRelease where it fails.
    """
    if code := subprocess.run(command, cwd=root).returncode:
        raise NoRelease(f"`{' '.join(command)}` ended with {code}.")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GitError as error:
        sys.exit(f"No release: {error}")
