"""`kerasmith web`, and what happens when the engine takes too long."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

from playwright.sync_api import Browser, expect

from kerasmith.web.server import Server
from tests.web.visit import Visit


def test_the_page_is_served_until_ctrl_c(built: Path) -> None:
    command = [sys.executable, "-u", "-m", "kerasmith", "web", "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    ) as running:
        assert running.stdout
        assert running.stderr
        address = running.stdout.readline().split()[4]
        with urlopen(address) as page:
            assert b"Sequential or Functional?" in page.read()
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 0
        assert running.stderr.read() == "Stopped.\n"


def test_what_takes_too_long_is_ended_and_the_answers_are_kept(
    browser: Browser, built: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page"
    shutil.copytree(built, page)
    worker = page / "worker.js"
    hangs = 'if (request.includes(\'"do":"act"\')) for (;;);\n    if (drop)'
    worker.write_text(worker.read_text("utf-8").replace("if (drop)", hangs), "utf-8")
    with Server(page, 0) as server, browser.new_context() as context:
        Thread(target=server.serve_forever, daemon=True).start()
        visit = Visit(context.new_page(), server.address)
        visit.page.clock.install()
        visit.open()
        visit.recipe("digits")
        visit.page.locator("#do-inputs-add").click()
        visit.page.wait_for_timeout(500)  # for the worker to have it
        visit.page.clock.run_for(11_000)
        expect(visit.page.locator(".wrong")).to_contain_text("took more than 10 seconds")
        visit.page.select_option("#ask-inputs-0-encoder", "resnet")
        expect(visit.page.locator(".verdict .api")).to_have_text("Functional")
        server.shutdown()
