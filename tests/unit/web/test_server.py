"""The server gives out the files of one folder, to a browser of this machine."""

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.web import server
from kerasmith.web.server import Server, served


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Server]:
    page = tmp_path / "page"
    (page / "vendor").mkdir(parents=True)
    (page / "index.html").write_text("<h1>page</h1>")
    (page / "vendor" / "some.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("secret")
    with Server(page, 0) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def answer(
    running: Server, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Ask the server; a header `sec_fetch_site` is written `Sec-Fetch-Site`."""
    connection = HTTPConnection("127.0.0.1", running.server_port, timeout=5)
    try:
        connection.putrequest(method, path, skip_host="host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        found = connection.getresponse()
        return found.status, dict(found.getheaders()), found.read()
    finally:
        connection.close()


def test_files_are_given_out_with_their_type_and_a_strict_policy(running: Server) -> None:
    status, headers, content = answer(running, "/")
    assert (status, content) == (200, b"<h1>page</h1>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert answer(running, "/vendor/some.wasm")[1]["Content-Type"] == "application/wasm"


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "//etc/passwd", "/vendor"]
)
def test_nothing_else_is_given_out(running: Server, path: str) -> None:
    assert answer(running, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_only_get_is_answered(running: Server, method: str) -> None:
    assert answer(running, "/", method)[0] == 501


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil:80", ""]
)
def test_another_name_is_refused(running: Server, host: str) -> None:
    assert answer(running, "/", host=host)[0] == 403


def test_localhost_is_a_name_of_it(running: Server) -> None:
    assert answer(running, "/", host=f"localhost:{running.server_port}")[0] == 200


def test_another_site_may_lead_here_and_load_nothing(running: Server) -> None:
    elsewhere = {"sec_fetch_site": "cross-site"}
    assert answer(running, "/", **elsewhere, sec_fetch_mode="navigate")[0] == 200
    assert answer(running, "/", **elsewhere, sec_fetch_mode="no-cors")[0] == 403


def test_it_listens_on_loopback_alone(running: Server) -> None:
    assert running.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_said(running: Server, tmp_path: Path) -> None:
    with pytest.raises(KerasmithError) as error:
        served(tmp_path / "page", running.server_port)
    assert error.value.problems[0].where == f"--port {running.server_port}"


def test_where_the_usual_port_is_taken_any_other_is_good(
    running: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "USUAL_PORT", running.server_port)
    with served(tmp_path / "page", None) as other:
        assert other.server_port not in (0, running.server_port)
