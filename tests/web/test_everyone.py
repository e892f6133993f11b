"""For everyone: by keyboard alone, for a screen reader, on any screen, without a network."""

import gzip
import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Dialog, Page, TimeoutError, expect

from kerasmith.web.server import Server
from tests.web.visit import PATIENCE, Visit

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Return what axe-core has against the page as it is."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Visit, scheme: str) -> None:
    visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    assert violations(visit.page) == []
    visit.recipe("siamese")
    assert violations(visit.page) == []
    field = visit.page.locator("#ask-inputs-0-size")
    field.fill("8x8x7")
    field.press("Enter")
    visit.page.locator(".wrong").wait_for()
    visit.page.select_option("#ask-inputs-1-kind", "text")
    visit.page.locator("ins.line").first.wait_for()
    assert violations(visit.page) == []


@pytest.mark.parametrize("width", [320, 768, 1024, 2560])
def test_nothing_is_wider_than_the_screen(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    for name in ("wide-and-deep", "siamese"):
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        visit.recipe(name)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        visit.restart()
    visit.page.set_viewport_size({"width": 1280, "height": 900})


def tab_to(page: Page, id: str) -> None:
    """Press Tab until that element has the focus."""
    for _ in range(200):
        if page.evaluate("document.activeElement.id") == id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {id}")


def test_every_question_is_answered_by_keyboard(visit: Visit) -> None:
    page = visit.page
    tab_to(page, "own")
    page.keyboard.press("Enter")
    page.locator("#result .verdict").wait_for()
    tab_to(page, "ask-inputs-0-name")
    page.keyboard.press("Control+A")
    page.keyboard.type("scan\n")
    expect(page.locator(".picture")).to_contain_text("scan")
    assert page.evaluate("document.activeElement.id") == "ask-inputs-0-name"
    tab_to(page, "ask-inputs-0-size")
    page.keyboard.press("Control+A")
    page.keyboard.type("16x16x3\n")
    expect(page.locator(".picture")).to_contain_text("16×16×3")
    tab_to(page, "ask-inputs-0-encoder")
    page.keyboard.type("vit")
    expect(page.locator(".verdict .api")).to_have_text("Functional")
    tab_to(page, "do-inputs-add")
    page.keyboard.press("Enter")
    expect(page.locator(".picture")).to_contain_text("concatenate")
    tab_to(page, "ask-project-purpose-open")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".reasons")).to_contain_text("quick-start")
    tab_to(page, "ask-project-backend-tensorflow")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#ask-project-backend-jax")).to_be_checked()
    tab_to(page, "ask-project-features-export")
    page.keyboard.press("Space")
    expect(page.locator(".command")).to_contain_text("--with export")
    page.keyboard.press("Shift+Tab")
    tab_to(page, "zip")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "my-model.zip"


FOCUSED = """() => {
    const {activeElement: at} = document
    const asked = at.closest('[data-question]')
    const closed = at.localName === 'summary' && at.closest('#ask details:not([open])') !== null
    return [asked?.dataset.question ?? '', closed ? 'closed' : at.type ?? '', at.placeholder ?? '']
}"""
"""What has the focus: its question, what it is, and its example."""


def answer_by_keyboard(page: Page, question: str, type: str, example: str) -> None:
    """Give the question that has the focus another answer; it is taken or refused in words."""
    shown = page.locator("html").get_attribute("data-shown")
    if type == "text":
        page.keyboard.press("Control+A")
        now = page.evaluate("document.activeElement.value")
        other = {"": "another", now: "7"}
        page.keyboard.type(other.get(example, example))
        page.keyboard.press("Enter")
    else:
        page.keyboard.press("Space" if type == "checkbox" else "ArrowDown")
    answered = f'html:not([data-shown="{shown}"]), [data-question="{question}"] .wrong'
    with suppress(TimeoutError):  # of a choice that is the last one, nothing else can be taken
        page.locator(answered).first.wait_for(state="attached", timeout=5_000)


def walk(page: Page, answered: set[str]) -> None:
    """Go from question to question, and answer each that was not answered before."""
    page.locator("#ask input, #ask select").first.focus()
    while page.evaluate("document.activeElement.closest('#ask') !== null"):
        question, type, example = page.evaluate(FOCUSED)
        if type == "closed":
            page.keyboard.press("Enter")
        elif question and question not in answered:
            answer_by_keyboard(page, question, type, example)
            answered.add(question)
        page.keyboard.press("Tab")


@pytest.mark.parametrize("name", ["siamese", "image-and-text"])
def test_every_question_of_a_model_is_answered_by_keyboard(visit: Visit, name: str) -> None:
    page = visit.page
    tab_to(page, "own")
    page.locator(f"[data-recipe={name}]").focus()
    page.keyboard.press("Enter")
    page.locator("#result .verdict").wait_for()
    answered: set[str] = set()
    for _ in range(3):  # an answer may put a question before itself
        walk(page, answered)
    there = page.locator("[data-question]").evaluate_all(
        "all => all.map(each => each.dataset.question)"
    )
    assert len(answered) > 10
    assert {*there} - answered == set()


def test_sharing_is_a_question_and_a_drag(visit: Visit) -> None:
    page = visit.page
    page.locator("#own").click()
    page.locator("#do-inputs-add").click()
    expect(page.locator("#card-inputs-1-")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 2600})  # both cards are in view
    page.locator("#card-inputs-1- .handle").hover()
    page.mouse.down()
    target = page.locator("#card-inputs-0-").bounding_box()
    assert target
    for away in (20, 24, 28):  # the first move begins to drag
        page.mouse.move(target["x"] + away, target["y"] + away)
    page.mouse.up()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.locator(".reasons")).to_contain_text("shared-layers")
    page.locator("#undo").click()
    expect(page.locator(".reasons")).not_to_contain_text("shared-layers")
    page.locator("[id^=ask-shared-][id$=-yes]").check()
    expect(page.locator(".reasons")).to_contain_text("shared-layers")


# === Without JavaScript, and without a network ===


@pytest.fixture
def fresh(browser: Browser, server: Server) -> Iterator[Page]:
    """A first visit."""
    with browser.new_context() as context:
        yield context.new_page()


def test_without_javascript_the_page_says_what_it_is(browser: Browser, server: Server) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(server.address)
        expect(page.locator("main")).to_contain_text("pip install kerasmith")
        expect(page.locator("noscript .note")).to_be_visible()


def test_a_recipe_is_shown_before_there_is_an_engine(
    browser: Browser, built: Path, tmp_path: Path
) -> None:
    page_without = shutil.copytree(built, tmp_path / "page")
    (page_without / "engine.pack").unlink()
    with Server(page_without, 0) as server, browser.new_context() as context:
        Thread(target=server.serve_forever, daemon=True).start()
        page = context.new_page()
        page.goto(server.address)
        page.locator("[data-recipe=digits]").click()
        expect(page.locator("#result .verdict")).to_contain_text("linear-stack", timeout=PATIENCE)
        server.shutdown()


def test_after_the_first_visit_it_needs_no_network(browser: Browser, server: Server) -> None:
    with browser.new_context() as context:
        visit = Visit(context.new_page(), server.address)
        visit.open()
        visit.page.locator("html[data-offline=ready]").wait_for()
        context.set_offline(True)
        visit.recipe("digits")
        visit.page.select_option("#ask-inputs-0-encoder", "mlp")
        expect(visit.page.locator(".picture")).to_contain_text("mlp")
        visit.files()
        visit.page.reload()
        visit.page.locator("html[data-engine=ready]").wait_for()
        expect(visit.page.locator(".picture")).to_contain_text("mlp")
        assert visit.complaints == []
        ours = (server.address, "blob:")
        assert [each for each in visit.requests if not each.startswith(ours)] == []


SPOIL = """async () => {
    const [name] = await caches.keys()
    const cache = await caches.open(name)
    const [kept] = (await cache.keys()).filter(each => each.url.includes('memory?'))
    const memory = await (await cache.match(kept)).arrayBuffer()
    new Uint8Array(memory).fill(7, 1_000_000, 6_000_000)
    await cache.put(kept, new Response(memory))
}"""
"""Spoils what is kept of Python's memory."""


def test_a_second_visit_goes_on_from_the_first_and_from_nothing_that_is_spoiled(
    browser: Browser, server: Server
) -> None:
    made = []
    with browser.new_context() as context:
        for resumed in ("false", "true", "false"):
            visit = Visit(context.new_page(), server.address)
            visit.open()
            expect(visit.page.locator("html")).to_have_attribute("data-resumed", resumed)
            visit.recipe("siamese")
            visit.page.select_option("#ask-inputs-0-encoder", "resnet")
            expect(visit.page.locator(".picture")).to_contain_text("resnet")
            made.append(visit.files())
            visit.page.locator("html[data-kept]").wait_for()
            if resumed == "true":
                visit.page.evaluate(SPOIL)
            assert visit.complaints == []
            visit.page.close()
    assert made[0] == made[1] == made[2]


def test_the_page_is_small(built: Path) -> None:
    packed = (
        path.stat().st_size if path.suffix == ".zip" else len(gzip.compress(path.read_bytes(), 6))
        for path in built.rglob("*")
        if path.is_file()
    )
    own = (path.stat().st_size for path in built.iterdir() if path.suffix in (".js", ".css"))
    assert sum(packed) <= 9_000_000
    assert sum(own) <= 150_000


# === Links and texts of strangers ===

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "\u05e9\u05dc\u05d5\u05dd <b>\u0645\u0631\u062d\u0628\u0627</b>",
    '"><svg onload=alert(1)>',
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_stranger_is_text(visit: Visit, text: str) -> None:
    dialogs: list[Dialog] = []
    visit.page.on("dialog", lambda dialog: dialogs.append(dialog))
    said = json.dumps(["cat", text])
    fragment = f"name=pets&description={text}&input=a:image:8x8x1&output=b:category:2"
    visit.link(f"{fragment}&set=outputs.b.classes={said}".replace(" ", "%20").replace('"', "%22"))
    expect(visit.page.locator("#ask-project-description")).to_have_value(text)
    assert visit.page.locator("#result img, #result script, svg svg, #ask img, #ask b").count() == 0
    assert dialogs == []


@pytest.mark.parametrize(
    "fragment", ["x", "name=<b>", "input=" + "a" * 2000, "%", "name=%ff&input=a"]
)
def test_a_link_that_is_none_is_refused_in_words(visit: Visit, fragment: str) -> None:
    visit.page.evaluate("to => { location.hash = to }", fragment)
    expect(visit.page.locator(".wrong, #result .note").first).to_be_visible()
