"""Build the documentation site: `make docs` puts a static folder into `dist/site` (docs/conf.py).

Sphinx is strict: a link that leads nowhere, a page in no list, a directive that does not exist end
it. The page that runs kerasmith in the browser is `page/` in it, where `make web` has built it.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import web

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "dist" / "site"
PAGE = "page"
"""The folder in the site of the page that runs kerasmith."""


def main() -> None:
    """Build the site."""
    build(BUILT)
    there = f"with the page in {PAGE}/" if (BUILT / PAGE).exists() else "without the page: make web"
    print(f"{BUILT.relative_to(ROOT)}: {len([*BUILT.rglob('*.html')])} pages, {there}")


def build(to: Path) -> None:
    """Build the site into a folder; end with an error where Sphinx has a complaint."""
    shutil.rmtree(to, ignore_errors=True)
    doctrees = to.with_name(f"{to.name}.doctrees")
    strict = ["--quiet", "--nitpicky", "--fail-on-warning", "--fresh-env"]
    command = [
        sys.executable,
        "-m",
        "sphinx",
        *strict,
        "-d",
        str(doctrees),
        str(ROOT / "docs"),
        str(to),
    ]
    if subprocess.run(command, check=False).returncode:
        sys.exit("The site was not built.")
    shutil.rmtree(doctrees)
    listed = (ROOT / "docs" / "llms.txt").read_text("utf-8")
    (to / "llms.txt").write_text(re.sub(r"\.md(?=[#)])", ".html", listed), "utf-8")
    if web.BUILT.exists():
        shutil.copytree(web.BUILT, to / PAGE)


if __name__ == "__main__":
    main()
