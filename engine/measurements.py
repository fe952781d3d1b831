"""What can be measured of the engine alone: start, memory, calls a second, and the ELBO table of the cards."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from engine import cards
from engine.cards import Card, CheckpointError
from engine.client import RemoteEngine
from engine.errors import EngineError
from engine.library_speed import library as library
from engine.sampler_speed import samplers as samplers
from engine.supervisor import Supervisor
from engine.timing import MIB, LeftOut, at_once, repetitions, resident_mib

THREADS = (1, 20, 50)
CALLS = 1000
CALLED = ("vae20-mnist", "vqvae-mnist")
SECONDS_TO_SETTLE = 25


@contextmanager
def child(*options: str) -> Iterator[tuple[Supervisor, RemoteEngine]]:
    """A fresh engine process with these command line options, and a client that speaks to it."""
    supervisor = Supervisor(*options)
    try:
        yield supervisor, RemoteEngine(supervisor.address, supervisor.secret)
    finally:
        supervisor.stop()
        supervisor.process.wait()


def settle(engine: RemoteEngine) -> None:
    """Wait until the engine has imported what it puts off until its first pages are served."""
    time.sleep(max(0.0, SECONDS_TO_SETTLE - engine.status()["seconds"]))


def start(effort: float = 1.0) -> dict[str, Any]:
    """Seconds from the command to an engine that answers, and to its first decoded picture; medians."""
    card = _first_of(CALLED)
    runs = []
    for _ in range(repetitions(3, effort)):
        started = time.perf_counter()
        with child() as (_, engine):
            engine.status()
            answered = time.perf_counter() - started
            engine.call(card.name, "decode", z=code(card))
            runs.append((answered, time.perf_counter() - started))
    answers, pictures = (round(statistics.median(column), 2) for column in zip(*runs, strict=True))
    return {"runs": len(runs), "answers_s": answers, "first_picture_s": pictures, "model": card.name}


def memory(effort: float = 1.0) -> dict[str, Any]:
    """Resident memory of the engine process before any checkpoint is loaded, with all of them, and once settled."""
    with child() as (supervisor, engine):
        engine.status()
        empty = resident_mib(supervisor.process.pid)
        troubles = [trouble for name in cards.names() if (trouble := _trouble_of_loading(engine, name))]
        loaded, status = resident_mib(supervisor.process.pid), engine.status()
        settle(engine)
        return {
            "empty_mib": empty,
            "loaded_mib": loaded,
            "settled_mib": resident_mib(supervisor.process.pid),
            "weights_mib": round(status["model_bytes"] / MIB, 1),
            "pretrained_mib": round(sum(p.stat().st_size for p in cards.PRETRAINED.rglob("*") if p.is_file()) / MIB, 1),
            "models": len(status["models"]),
            "not_loaded": troubles,
        }


def calls(effort: float = 1.0) -> list[dict[str, Any]]:
    """Decodes of one picture from 1, 20 and 50 threads, merged into batches and one at a time."""
    load = []
    chosen = [card for card in map(_card, CALLED) if card]
    for batching in (True, False):
        with child(*([] if batching else ["--no-batching"])) as (_, engine):
            settle(engine)
            for card in chosen or [_first_of(CALLED)]:
                decode = partial(engine.call, card.name, "decode", z=code(card))
                at_once(decode, 1, 20)
                load += [
                    {"model": card.name, "batching": batching} | _counted(engine, decode, threads, effort)
                    for threads in THREADS
                ]
    return load


def elbo(effort: float = 1.0) -> list[dict[str, Any]]:
    """The cards' −ELBO in nats a picture on held-out data, beside the published figure and the gap between them."""
    known = [card for card in map(_card, cards.names()) if card and "neg_elbo" in card.metrics]
    return [_elbo_row(card) for card in sorted(known, key=lambda card: (card.dataset, card.config["d"], card.name))]


def _elbo_row(card: Card) -> dict[str, Any]:
    ours = card.metrics["neg_elbo"]
    reference = next((reference for reference in card.published if reference.metric == "neg_elbo"), None)
    row = {"model": card.name, "data": card.dataset, "d": card.config["d"]}
    row |= {term: card.metrics[term].value for term in ("neg_elbo", "reconstruction", "kl")}
    row |= {"samples": ours.samples, "seeds": ours.seeds, "steps_done": card.steps_done, "steps_full": card.steps_full}
    if reference:
        gap = round(ours.value - reference.value, 2)
        row |= {"published": reference.value, "gap": gap, "source": reference.source}
    return row


def code(card: Card) -> np.ndarray:
    """One code that the model of a card can decode: (1, d) normal numbers, or (1, 7, 7) indices."""
    rng = np.random.default_rng(0)
    if card.kind == "vqvae":
        return rng.integers(card.config["codes"], size=(1, 7, 7))
    return rng.normal(size=(1, card.config.get("d") or card.config["code"])).astype(np.float32)


def _counted(engine: RemoteEngine, work: partial, threads: int, effort: float) -> dict[str, Any]:
    """One load of `work`, with how many calls the engine merged into a batch on average."""
    before = engine.status()
    load = at_once(work, threads, repetitions(CALLS, effort) // threads or 1)
    after = engine.status()
    merged = (after["calls"] - before["calls"]) / max(1, after["batches"] - before["batches"])
    return load | {"calls_per_batch": round(merged, 1)}


def _trouble_of_loading(engine: RemoteEngine, name: str) -> str | None:
    """Let the engine load a model; the sentence that says why it could not."""
    try:
        engine.call(name, "parameters")
    except EngineError as error:
        return str(error)
    return None


def _card(name: str) -> Card | None:
    try:
        return cards.read(name)
    except CheckpointError:
        return None


def _first_of(names: tuple[str, ...]) -> Card:
    """The card of the first of these models that is there."""
    known = [card for card in map(_card, names) if card]
    if not known:
        raise LeftOut("No checkpoint is in pretrained/: restore them with `git checkout pretrained`.")
    return known[0]
