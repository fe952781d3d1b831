"""The entry: `streamlit run app.py`. An ASGI application around the pages, with the routes of the hot path."""

import gc
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine import client
from pages.routes import ROUTES

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; media-src 'self' blob:; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
}


class SecurityHeaders:
    """Adds `SECURITY_HEADERS` to every HTTP response."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *extra]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def answer_without_delay() -> None:
    """Send small answers at once: 45 ms less for every picture that a hand asks for.

    Streamlit binds its socket in a way that leaves Nagle's algorithm on, so that a body waits until the browser has
    acknowledged the headers. Connections inherit this from the listening socket.
    """
    for listener in [thing for thing in gc.get_objects() if type(thing) is socket.socket]:
        internet = listener.family in (socket.AF_INET, socket.AF_INET6)
        if internet and listener.type == socket.SOCK_STREAM and listener.fileno() >= 0:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start the engine beside the app, so that the first page paints while models load, and end it with the app."""
    client.engine()
    answer_without_delay()
    gc.collect()
    gc.freeze()
    yield
    client.stop()


def apologise(error: Exception) -> bool:
    """Show a sentence in place of a traceback, which goes to the log."""
    logging.getLogger("manifold").error("A page failed.", exc_info=error)
    st.error("This page stumbled over a mistake of ours. Reload it, or choose another one.", icon=":material/error:")
    return True


app = st.App(
    "pages/main.py",
    lifespan=lifespan,
    on_script_error=apologise,
    routes=ROUTES,
    middleware=[Middleware(GZipMiddleware, minimum_size=1024), Middleware(SecurityHeaders)],
)
