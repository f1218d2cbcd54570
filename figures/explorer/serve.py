"""The explorer as a web application on this machine: one page per topic, an entrance, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

import marimo
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from figures.explorer import EXPLORATIONS, markup

HOST = "127.0.0.1"
PAGE = Path(__file__).with_name("page.py")


def _told(app: ASGIApp) -> ASGIApp:
    """Tells the page which topic it shows: the place of its mount. marimo makes one application of one file, wherever
    it is mounted, so that a middleware per mount would be that of the first.
    """

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        scope["meta"] = {"topic": scope.get("root_path", "").rsplit("/", 1)[-1]}
        await app(scope, receive, send)

    return told


def application() -> Starlette:
    """The entrance and the pages; requests that name another host than this machine are refused."""
    pages = marimo.create_asgi_app(quiet=True, include_code=False, html_head=markup.STYLE)
    topics = list(dict.fromkeys(one.topic for one in EXPLORATIONS))
    for topic in topics:
        pages = pages.with_app(path=f"/{topic}", root=str(PAGE), middleware=[_told])
    with_slash = [Route(f"/{topic}", _with_slash) for topic in topics]
    only_here = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    return Starlette(routes=[Route("/", _entrance), *with_slash, Mount("/", pages.build())], middleware=[only_here])


async def _entrance(request: Request) -> HTMLResponse:
    return HTMLResponse(markup.contents(EXPLORATIONS))


async def _with_slash(request: Request) -> RedirectResponse:
    # marimo's own redirect would lose the query, which holds the positions of the controls
    return RedirectResponse(str(request.url.replace(path=request.url.path + "/")))
