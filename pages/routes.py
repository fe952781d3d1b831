"""The hot path: what components in the browser fetch while a hand moves, and large files by URL with a long life."""

import time
from collections.abc import Callable

import numpy as np
from safetensors.numpy import save
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from engine import cards, client
from engine.cards import CheckpointError
from engine.errors import EngineError
from pages.gan_exhibits import race_films
from pages.kit import kept, live_weights, shown

FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
ONE_PERSONS = {"cache-control": "private, max-age=31536000, immutable"}
BODY_LIMIT = 4096
GONE = "This race is no longer kept. Reload the page to begin it anew."


def decoder(request: Request) -> Response:
    """A model's decoder weights as safetensors, for components that decode in the browser."""
    weights = cards.weights(request.path_params["model"])
    return _file(save({name: array for name, array in weights.items() if name.startswith("decoder.")}))


def codes(request: Request) -> Response:
    """The test set's latent codes and the other derived arrays of a model, as safetensors."""
    return _file(save(cards.derived(request.path_params["model"])))


def kept_file(request: Request) -> Response:
    """A file of a model that was trained in the page and kept."""
    data = kept.file(request.path_params["token"], request.path_params["part"])
    return PlainTextResponse("This model is no longer kept.", 404) if data is None else _file(data)


def shown_file(request: Request) -> Response:
    """A picture or an array that some session shows; the token is made from its bytes."""
    file = shown.find(request.path_params["token"])
    if file is None:
        return PlainTextResponse("This picture is no longer kept. Reload the page.", 404)
    return Response(file.data, media_type=file.media_type, headers=ONE_PERSONS)


def newest_weights(request: Request) -> Response:
    """A network that is being trained in the page, as it is now; no content before the first record."""
    weights = live_weights.get(request.path_params["token"])
    if weights is None:
        return Response(status_code=204)
    return _fresh(weights)


def race(request: Request) -> Response:
    """What is new in the film of a race: `known` records are there already. With a `goal`, it goes on to that step."""
    film = race_films.find(request.path_params["token"])
    if film is None:
        return PlainTextResponse(GONE, 404)
    asked = request.query_params
    film.watch(asked.get("watcher", "")[:32], _number(asked.get("goal")))
    return _fresh(film.news(_number(asked.get("known"))))


async def race_update(request: Request) -> Response:
    """One update of one player, on a film of one's own; its token is in the answer."""
    film, side = race_films.find(request.path_params["token"]), request.path_params["side"]
    if film is None or side not in race_films.SIDES:
        return PlainTextResponse(GONE, 404)
    return await _in_thread(_race_update, film, side, _number(request.query_params.get("known")))


def _race_update(film: race_films.Film, side: str, known: int) -> Response:
    film = race_films.own(film)
    film.update(side)
    return _fresh(film.news(known))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0


async def decode(request: Request) -> Response:
    """One code → 28×28 grey pixels, uint8. The body is raw float32 (d,), or int32 (49,) indices for a VQ-VAE."""
    body = await request.body()
    if not 0 < len(body) <= BODY_LIMIT or len(body) % 4:
        return PlainTextResponse("A code is expected: 4 bytes a number.", 400)
    return await _in_thread(_decode, request.path_params["model"], body, request.query_params.get("codes") == "indices")


async def generate(request: Request) -> Response:
    """One latent → a generator's 28×28 grey pixels, uint8. The body is raw float32 (d,)."""
    body = await request.body()
    if not 0 < len(body) <= BODY_LIMIT or len(body) % 4:
        return PlainTextResponse("A latent is expected: 4 bytes a number.", 400)
    return await _in_thread(_painted, request.path_params["model"], "generate", np.frombuffer(body, "<f4")[None])


def _decode(model: str, body: bytes, indices: bool) -> Response:
    z = np.frombuffer(body, "<i4").astype(np.int64).reshape(1, 7, 7) if indices else np.frombuffer(body, "<f4")[None]
    return _painted(model, "decode", z)


def _painted(model: str, operation: str, z: np.ndarray) -> Response:
    """What a model paints at one code; the header says how long the engine took."""
    if not np.isfinite(z).all():
        return PlainTextResponse("A code must be finite.", 400)
    started = time.perf_counter()
    picture = client.engine().call(model, operation, z=z)
    milliseconds = 1000 * (time.perf_counter() - started)
    pixels = (255 * np.clip(picture[0, 0], 0, 1)).round().astype(np.uint8)
    return Response(
        pixels.tobytes(), media_type="application/octet-stream", headers={"x-milliseconds": f"{milliseconds:.1f}"}
    )


async def _in_thread(work, *arguments) -> Response:
    """Run blocking work off the event loop; an engine error becomes its sentence."""
    try:
        return await run_in_threadpool(work, *arguments)
    except EngineError as error:
        return PlainTextResponse(str(error), error.status)


def _fresh(data: bytes) -> Response:
    return Response(data, media_type="application/octet-stream", headers={"cache-control": "no-store"})


def _file(data: bytes) -> Response:
    return Response(data, media_type="application/octet-stream", headers=FOREVER)


def explained(read: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """A damaged or missing checkpoint is answered with its sentence."""

    def answer(request: Request) -> Response:
        try:
            return read(request)
        except CheckpointError as error:
            return PlainTextResponse(str(error), 404)

    return answer


ROUTES = [
    Route("/api/decoder/{model}", explained(decoder)),
    Route("/api/codes/{model}", explained(codes)),
    Route("/api/kept/{token}/{part}", kept_file),
    Route("/api/shown/{token}", shown_file),
    Route("/api/live/{token}", newest_weights),
    Route("/api/race/{token}", race),
    Route("/api/race/{token}/{side}", race_update, methods=["POST"]),
    Route("/api/decode/{model}", decode, methods=["POST"]),
    Route("/api/generate/{model}", generate, methods=["POST"]),
]
