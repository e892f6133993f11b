"""The page on this machine: a server that gives out the files of one folder, and nothing else.

It listens on loopback alone. Whatever else is open in the same browser can send requests there,
too: so only a GET is answered, only under a name of this machine, and no other site may load or
frame a file.
"""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem

LOOPBACK = "127.0.0.1"

USUAL_PORT = 8573
"""The port where nobody says another; where it is taken, any that is free."""

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
}

_PATIENCE = 30
"""Seconds for which a connection may say nothing."""


class Server(ThreadingHTTPServer):
    """The server of one folder."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int) -> None:
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
        files = {f"/{name}": path for name, path in files.items() if path.is_file()}
        files["/"] = files["/index.html"]
        super().__init__((LOOPBACK, port), partial(_Handler, files))

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that has gone."""

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{LOOPBACK}:{self.server_port}/"

    @property
    def hosts(self) -> tuple[str, str]:
        """The names under which a browser of this machine asks for it."""
        return f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "kerasmith"
    sys_version = ""
    timeout = _PATIENCE
    server: Server

    def __init__(self, files: Mapping[str, Path], *given: object) -> None:
        self.files = files
        super().__init__(*given)  # type: ignore[arg-type]  # as socketserver calls it

    def do_GET(self) -> None:
        """Give out a file, to pages of this server alone."""
        if self.headers.get("Host") not in self.server.hosts:
            self._refuse(HTTPStatus.FORBIDDEN, "This page is asked for under another name.")
        elif self._from_elsewhere():
            self._refuse(HTTPStatus.FORBIDDEN, "Another site asks for this.")
        elif file := self.files.get(self.path.partition("?")[0]):
            self._give(file)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such file.")

    def _from_elsewhere(self) -> bool:
        """Say whether another site asks, otherwise than by a link that somebody follows."""
        site, mode = (self.headers.get(f"Sec-Fetch-{each}", "") for each in ("Site", "Mode"))
        return site not in ("", "none", "same-origin") and mode != "navigate"

    def _give(self, file: Path) -> None:
        content = file.read_bytes()
        self._begin(HTTPStatus.OK, _TYPES.get(file.suffix, "application/octet-stream"), content)

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self._begin(status, _TYPES[".txt"], f"{why}\n".encode())

    def _begin(self, status: HTTPStatus, type_: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": type_}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *given: object) -> None:
        """Say nothing."""


def page_folder() -> Path:
    """Return where the page is: in the package that the extra `web` brings, or built in a checkout.

    Raises KerasmithError where it is not.
    """
    if (found := find_spec("kerasmith_web")) and found.submodule_search_locations:
        return Path(found.submodule_search_locations[0], "page")
    built = Path(__file__).resolve().parents[3] / "dist" / "web"
    if (built / "index.html").is_file():
        return built
    raise KerasmithError(
        Problem(
            "The page is not installed.",
            why="Its files, 16 MB, are a package of their own.",
            try_='pip install "kerasmith[web]"; in a checkout, make web',
        )
    )


def served(folder: Path, port: int | None) -> Server:
    """Return a server of the folder, which listens already.

    Raises KerasmithError where the port is taken.
    """
    try:
        return Server(folder, USUAL_PORT if port is None else port)
    except OSError as error:
        if port is None:
            return Server(folder, 0)
        why = f"{error.strerror or error}."
        raise KerasmithError(
            Problem(f"Port {port} cannot be used.", f"--port {port}", why, "no --port, for any")
        ) from None
