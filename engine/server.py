"""The engine as a process of its own: a small ASGI application around `host.Host`.

`POST /call/{target}/{operation}` answers with one packed value, `POST /stream/…` with packed records one after another;
closing the connection cancels the stream within a step. Errors are packed sentences with the status of `engine.errors`.
Run it with `python -m engine.server --port 8600`; pages find it through `MANIFOLD_ENGINE=http://host:8600`.
"""

import argparse
import asyncio
import gc
import hmac
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import Any

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from engine.devices import cores, limit_threads
from engine.errors import BadRequest, EngineError
from engine.host import END, Host
from engine.protocol import MEDIA_TYPE, pack, unpack

SECRET_HEADER = "x-manifold-secret"
SECONDS_TO_KEEP_ALIVE = 24 * 3600  # the client must not send on a connection that is just being closed for idleness


def application(host: Host, secret: str = "") -> Starlette:
    """The routes around one host. With a `secret`, every request must carry it."""

    def packed(value: Any, status: int = 200) -> Response:
        return Response(pack(value), status, media_type=MEDIA_TYPE)

    def check_secret(request: Request) -> None:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            raise BadRequest("The engine's secret is wrong.")

    async def arguments(request: Request) -> dict[str, Any]:
        check_secret(request)
        try:
            received = unpack(await request.body())
        except Exception:
            received = None
        if not isinstance(received, dict) or not all(isinstance(name, str) for name in received):
            raise BadRequest("The request could not be read.")
        return received

    async def call(request: Request) -> Response:
        names, slot = request.path_params, request.headers.get("x-manifold-slot")
        future = host.submit(names["target"], names["operation"], await arguments(request), slot)
        return packed(await asyncio.wrap_future(future))

    async def stream(request: Request) -> Response:
        names = request.path_params
        records = host.stream(names["target"], names["operation"], await arguments(request))
        first = await run_in_threadpool(next, records, END)
        return StreamingResponse(_packed_records(first, records), media_type=MEDIA_TYPE)

    async def status(request: Request) -> Response:
        check_secret(request)
        return packed(host.status())

    async def sentence(request: Request, error: EngineError) -> Response:
        return packed(str(error), error.status)

    routes = [
        Route("/call/{target}/{operation}", call, methods=["POST"]),
        Route("/stream/{target}/{operation}", stream, methods=["POST"]),
        Route("/status", status),
    ]
    return Starlette(routes=routes, exception_handlers={EngineError: sentence})


async def _packed_records(first: Any, records: Iterator[Any]) -> AsyncIterator[bytes]:
    """Packed records until the stream ends, fails (the last record is then the error) or the reader goes away."""
    try:
        record = first
        while record is not END:
            yield pack(record)
            record = await run_in_threadpool(next, records, END)
    except EngineError as error:
        yield pack({"error": str(error), "status": error.status})
    finally:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(records.close)


def _end_with_parent() -> None:
    """Leave when the process that holds the other end of our standard input is gone."""
    sys.stdin.buffer.read()
    os._exit(0)


def _import_what_training_needs(after: float = 15.0) -> None:
    """Import, once the first pages are served, what takes seconds: the first person to train should not wait for it."""
    time.sleep(after)
    for name in ("torch._dynamo", "sklearn.datasets", "torchvision.datasets"):
        import_module(name)
    gc.collect()
    gc.freeze()


def main() -> None:
    """The command line; the secret comes from the environment, where no process listing shows it."""
    parser = argparse.ArgumentParser(prog="python -m engine.server")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8600)
    parser.add_argument("--child", action="store_true", help="end when standard input closes")
    parser.add_argument(
        "--no-batching", action="store_true", default=os.environ.get("MANIFOLD_BATCHING") == "0",
        help="run every call by itself, for comparison; so does MANIFOLD_BATCHING=0",
    )  # fmt: skip
    options = parser.parse_args()
    if options.child:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    limit_threads(max(1, cores() // 2))  # threads that share a core with the pages wait for each other
    app = application(Host(batching=not options.no_batching), os.environ.get("MANIFOLD_ENGINE_SECRET", ""))
    threading.Thread(target=_import_what_training_needs, daemon=True).start()
    uvicorn.run(
        app, host=options.address, port=options.port, log_level="warning", access_log=False,
        timeout_keep_alive=SECONDS_TO_KEEP_ALIVE,
    )  # fmt: skip


if __name__ == "__main__":
    main()
