"""How `make docs` turns the pages of this folder into a site: Sphinx, MyST and furo.

The pages are what GitHub shows, too. Two things differ on the site: a diagram that GitHub draws
from Mermaid is the picture that the terminal shows, since Mermaid would be fetched from elsewhere,
and a link to a file beside this folder leads to the page that includes it.
"""

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
from kerasmith import __version__
from kerasmith.plan.picture import text_picture
from kerasmith.plan.plan import plan
from kerasmith.spec.recipes import load_recipe

project = "kerasmith"
author = "the authors of kerasmith"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.githubpages", "sphinx_copybutton"]
exclude_patterns = ["examples"]
nitpicky = True  # a reference that leads nowhere is an error
myst_heading_anchors = 4  # the anchors that GitHub makes of headings
copybutton_prompt_text = "$ "
copybutton_line_continuation_character = "\\"

html_theme = "furo"
html_title = f"kerasmith {release}"
html_static_path = ["site"]
html_css_files, html_js_files = ["site.css"], ["site.js"]
html_show_sphinx = False
html_copy_source = html_show_sourcelink = False
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"

OUTSIDE = {"../templates/parts/CONTRACT.md": "contract.md"}
"""What pages link to outside of this folder, and the page that includes it."""

LISTS = {"decisions/README": "0*", "features": "features/*"}
"""The pages that list others, which are below them, and where these are."""

DIAGRAM = re.compile(r"^## (\S+)\n(.*?)^```mermaid\n.*?^```$", re.MULTILINE | re.DOTALL)


def changed(app: Sphinx, name: str, source: list[str]) -> None:
    """Change the text of a page for the site."""
    text = source[0]
    for path, page in OUTSIDE.items():
        text = text.replace(f"]({path}", f"]({page}")
    if name == "recipes":
        text = DIAGRAM.sub(drawn, text)
    elif name in LISTS:
        text += f"\n```{{toctree}}\n:hidden:\n:glob:\n\n{LISTS[name]}\n```\n"
    elif name == "sequential-vs-model":  # not ours: its headings are of any level
        title, _, rest = text.partition("\n")
        text = f"{title.replace('*', '')}\n{re.sub('^#+', '##', rest, flags=re.MULTILINE)}"
    source[0] = text


def drawn(section: re.Match[str]) -> str:
    """Return the section of a recipe with the picture of the terminal in it."""
    recipe, before = section.groups()
    picture = "\n".join(text_picture(plan(load_recipe(recipe).spec)))
    return f"## {recipe}\n{before}```text\n{picture}\n```"


def setup(app: Sphinx) -> None:
    """Register what is done to pages."""
    app.connect("source-read", changed)
