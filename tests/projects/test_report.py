"""The report of a trained project, opened in a browser without a network, and its model card."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import ModelCard
from playwright.sync_api import Browser

from tests.projects.conftest import run_in, train_for

pytestmark = pytest.mark.long(25)


LOADED = "images => images.map(each => each.complete && each.naturalWidth > 0)"


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a short run of the digits, with its report."""
    project: Path = tmp_path_factory.mktemp("report") / "digits"
    new = [sys.executable, "-m", "kerasmith", "new", str(project), "--recipe", "digits"]
    subprocess.run([*new, "--with", "report"], check=True, capture_output=True)
    train_for(1, project / "src/digits/config.py")
    (project / "all_of_it.py").write_text(
        "from digits import config, evaluate, report, sample, train\n"
        "own = config.Config()\n"
        "sample.write_sample(own)\n"
        "train.train(own)\n"
        "evaluate.evaluate(own)\n"
        "report.write_report(own)\n",
        "utf-8",
    )
    run_in(project, "all_of_it")
    return project / "runs/latest"


def test_its_page_shows_scores_and_pictures_without_a_network(
    reported: Path, browser: Browser
) -> None:
    project = reported.parents[1]
    page_file = (reported / "report.html").resolve().as_uri()
    scores = json.loads((reported / "metrics.json").read_text("utf-8"))
    asked: list[str] = []
    with browser.new_page() as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file)
        loaded = page.locator("img").evaluate_all(LOADED)
        assert loaded == [True] * len([*reported.glob("*.png")])
        assert {*scores} <= {*page.locator("th").all_inner_texts()}
        words = page.locator("body").inner_text()
        assert "Takes `image`: pixels 0 to 255" in words
        assert (project / "docs/decision.md").read_text("utf-8").strip() in words
    assert [url for url in asked if not url.startswith("data:")] == [page_file]


def test_hugging_face_reads_its_model_card(reported: Path) -> None:
    card = ModelCard.load(reported / "MODEL_CARD.md")
    scores = json.loads((reported / "metrics.json").read_text("utf-8"))
    assert card.data.library_name == "keras"
    read = {each.metric_type: each.metric_value for each in card.data.eval_results or []}
    assert read == {name: pytest.approx(each["model"], abs=1e-3) for name, each in scores.items()}
    assert "Recognises handwritten digits." in card.text
