"""`kerasmith web`: the page on this machine."""

from __future__ import annotations

import click

from kerasmith.cli.echo import echo


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="The port to listen on; by default 8573, or any that is free.",
)
@click.option("--no-browser", is_flag=True, help="Only print the address; open no browser.")
def web(port: int | None, no_browser: bool) -> None:
    """Open the page: the same questions and projects, in a browser.

    It is served on this machine, for this machine alone, and works without a network; Ctrl-C
    ends it.

    \b
    Examples:
      kerasmith web
      kerasmith web --port 8000 --no-browser
    """
    import webbrowser

    from kerasmith.web.server import page_folder, served

    with served(page_folder(), port) as server:
        echo(f"The page is at {server.address} (Ctrl-C ends it)")
        if not no_browser:
            webbrowser.open(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            echo("Stopped.", err=True)
