"""The explorer on the command line: `python -m figures.explorer [--port N]`, and `bench`, which times every slider."""

from __future__ import annotations

import socket
import sys
from typing import Annotated

import typer
import uvicorn

from figures.explorer import EXPLORATIONS, bench
from figures.explorer.serve import HOST, application

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context, port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 2718
) -> None:
    """Serve the pages on 127.0.0.1 until interrupted; exit code 2 when the port is taken."""
    if context.invoked_subcommand is not None:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            print(f"--port {port}: {error.strerror}; choose another one", file=sys.stderr)
            raise typer.Exit(2) from None
    print(f"http://{HOST}:{port}/ (stop with Ctrl-C)", flush=True)
    uvicorn.run(application(), host=HOST, port=port, log_level="warning")


@app.command("bench")
def benchmark(repeats: Annotated[int, typer.Option(help="Moves per control.", min=1)] = 5) -> None:
    """Print how long the answer to a moved control takes on this machine, per exploration, in milliseconds."""
    for line in bench.table(EXPLORATIONS, repeats):
        print(line)


if __name__ == "__main__":
    app()
