"""Build the page: `make web` puts a static folder into `dist/web` (docs/web.md).

It is made of the wheel that a release has, of Pyodide and a highlighter from npm, held to the
hashes of `web/package-lock.json`, of what the engine needs from PyPI, held to those of
`web/requirements.txt`, and of the files in `web/`.
"""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from kerasmith.api import catalogue
from kerasmith.spec.names import recipe_names
from kerasmith.web.engine import call

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "web"
BUILT = ROOT / "dist" / "web"
STAMP = ROOT / "dist" / "web.sha256"
"""What the folder was built from, as a hash: nothing is built twice."""

PLATFORMS = ("pyemscripten_2026_0_wasm32", "manylinux2014_x86_64")
"""Those of wheels: Pyodide's own, and one whose parts in Python are taken."""

PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

OWN = (".html", ".css", ".js", ".svg")
"""How files of `web/` end that are the page's own."""

OWN_MODEL = "_own"
"""What the beginning without a recipe is called; no recipe is called so."""

LANGUAGES = ("python", "ini", "yaml", "markdown", "bash", "json")
"""What the files of a project are written in, as highlight.js calls it."""

NOT_NEEDED = ("kerasmith/templates/history.bundle",)
"""What the wheel holds and the page does not use: the templates of old, for updates."""


def main() -> None:
    """Build the folder, unless it is up to date."""
    sources = hash_of_sources()
    if not (STAMP.exists() and STAMP.read_text("utf-8") == sources):
        STAMP.unlink(missing_ok=True)
        build()
        STAMP.write_text(sources, "utf-8")
    size = sum(path.stat().st_size for path in files_of(BUILT))
    print(f"{BUILT.relative_to(ROOT)}: {len([*files_of(BUILT)])} files, {size / 1e6:.1f} MB")


def hash_of_sources() -> str:
    """Return a hash of everything that the folder is built from."""
    digest = hashlib.sha256()
    for place in ("pyproject.toml", "hatch_build.py", "tools/web.py", "web", "src", "templates"):
        path = ROOT / place
        for file in files_of(path) if path.is_dir() else [path]:
            if not {"node_modules", "__pycache__"}.intersection(file.parts):
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def build() -> None:
    """Build the folder anew."""
    shutil.rmtree(BUILT, ignore_errors=True)
    (BUILT / "vendor").mkdir(parents=True)
    for path in SOURCES.iterdir():
        if path.suffix in OWN:
            shutil.copy(path, BUILT / path.name)
    bring_packages()
    with TemporaryDirectory(prefix="kerasmith-web-") as folder:
        build_engine(Path(folder))
    text = json.dumps(catalogue(), separators=(",", ":"), ensure_ascii=False)
    (BUILT / "catalogue.json").write_text(text, "utf-8")
    write_first_views()
    write_worker()


def bring_packages() -> None:
    """Install what comes from npm, as its lock file says, and copy what the page uses of it."""
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", cwd=SOURCES)
    modules = SOURCES / "node_modules"
    for name in PYODIDE:
        shutil.copy(modules / "pyodide" / name, BUILT / "vendor" / name)
    (BUILT / "vendor" / "pyodide-lock.json").write_text(_no_packages(modules), "utf-8")
    highlighter = modules / "@highlightjs" / "cdn-assets"
    shutil.copy(highlighter / "es" / "core.min.js", BUILT / "vendor" / "highlight.js")
    for name in LANGUAGES:
        shutil.copy(highlighter / "es" / "languages" / f"{name}.min.js", BUILT / "vendor")
    shutil.copy(modules / "jsfive" / "dist" / "esm" / "index.mjs", BUILT / "vendor" / "jsfive.js")
    (BUILT / "vendor" / "hyparquet").mkdir()
    for path in (modules / "hyparquet" / "src").glob("*.js"):
        if path.name != "node.js":
            shutil.copy(path, BUILT / "vendor" / "hyparquet")
    licences = [
        "Pyodide, MPL-2.0, https://github.com/pyodide/pyodide, and CPython, PSF-2.0.",
        "jsfive, public domain, with pako, MIT and Zlib; hyparquet, MIT.",
        "highlight.js, BSD-3-Clause:\n\n" + (highlighter / "LICENSE").read_text("utf-8"),
        "Within engine.pack: click, BSD-3-Clause; Jinja2, BSD-3-Clause; MarkupSafe, BSD-3-Clause; "
        "msgspec, BSD-3-Clause; PyYAML, MIT; tomlkit, MIT. Their licences are in the archive.",
    ]
    (BUILT / "vendor" / "LICENSES.txt").write_text("\n\n".join(licences) + "\n", "utf-8")


def _no_packages(modules: Path) -> str:
    """Return Pyodide's lock file without its packages, none of which the page loads."""
    lock = json.loads((modules / "pyodide" / "pyodide-lock.json").read_text("utf-8"))
    return json.dumps({**lock, "packages": {}})


def build_engine(folder: Path) -> None:
    """Put the wheel and what it needs into one archive, which the worker unpacks."""
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), ".")
    (wheel,) = folder.glob("kerasmith-*.whl")
    needed = folder / "needed"
    # fmt: off
    run(
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
        "--require-hashes", "--requirement", "web/requirements.txt", "--dest", str(needed),
        *(word for each in PLATFORMS for word in ("--platform", each)),
        "--python-version", "3.14", "--implementation", "cp", "--abi", "cp314", "--abi", "none",
    )
    # fmt: on
    files: dict[str, bytes] = {}
    for archive in (wheel, *sorted(needed.glob("*.whl"))):
        with zipfile.ZipFile(archive) as given:
            files |= {name: given.read(name) for name in members(given)}
    (BUILT / "engine.pack").write_bytes(packed(files))


def packed(files: dict[str, bytes]) -> bytes:
    """Return files as what web/unpack.js reads: their names and sizes as JSON, then all of them."""
    sizes = json.dumps([[name, len(content)] for name, content in files.items()])
    return gzip.compress(b"".join((sizes.encode(), b"\n", *files.values())), 9, mtime=0)


def members(wheel: zipfile.ZipFile) -> Iterator[str]:
    """Yield what the browser needs of a wheel: no machine code but its own."""
    for name in sorted(wheel.namelist()):
        foreign = name.endswith(".so") and "wasm32-emscripten" not in name
        if not (foreign or name in NOT_NEEDED or name.endswith((".pyi", ".c", ".pyx", ".h", "/"))):
            yield name


def write_first_views() -> None:
    """Write what the engine says first of each beginning, to be shown while it is loading."""
    (BUILT / "begin").mkdir()
    for name in ("", *recipe_names()):
        view = call(json.dumps({"do": "start", "recipe": name}))
        (BUILT / "begin" / f"{name or OWN_MODEL}.json").write_text(view, "utf-8")


def write_worker() -> None:
    """Tell the service worker which files there are, and all by which hash this build is known."""
    worker, memory = BUILT / "offline.js", BUILT / "memory.js"
    files = sorted(path.relative_to(BUILT).as_posix() for path in files_of(BUILT) if path != worker)
    digest = hashlib.sha256()
    for name in (*files, "offline.js"):
        content = (BUILT / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    build = f"const BUILD = {digest.hexdigest()[:16]!r};\n"
    for path, known in ((worker, f"const FILES = {json.dumps(files)};\n"), (memory, "")):
        path.write_text(known + build + path.read_text("utf-8"), "utf-8")


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def run(*command: str, cwd: Path = ROOT) -> None:
    """Run a command; end with what it said where it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
