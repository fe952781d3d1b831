"""Which port the application takes, and what it says when it can have none."""

import socket
from collections.abc import Iterator

import pytest

from tools import launch
from tools.environment import SetupError


@pytest.fixture
def busy() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server(("localhost", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.create_server(("localhost", 0)) as listener:
        return listener.getsockname()[1]


def test_the_first_port_is_taken_when_it_is_free(free, monkeypatch, capsys):
    monkeypatch.setattr(launch, "PORTS", [free])
    assert launch.choose_port("localhost", None) == free
    assert capsys.readouterr().out == ""


def test_a_busy_port_is_passed_over_and_named(busy, free, monkeypatch, capsys):
    monkeypatch.setattr(launch, "PORTS", [busy, free])
    assert launch.choose_port("localhost", None) == free
    assert capsys.readouterr().out == f"Port {busy} is in use, so Manifold takes {free}.\n"


def test_all_ports_busy(busy, monkeypatch):
    monkeypatch.setattr(launch, "PORTS", [busy])
    with pytest.raises(SetupError, match=f"{busy}.*all in use"):
        launch.choose_port("localhost", None)


def test_a_port_asked_for_is_never_replaced(busy, free):
    assert launch.choose_port("localhost", str(free)) == free
    with pytest.raises(SetupError, match=str(busy)):
        launch.choose_port("localhost", str(busy))


@pytest.mark.parametrize("asked", ["x", "-1", "0", "65536", "85.1", "²"])
def test_a_port_must_be_a_number_in_range(asked):
    with pytest.raises(SetupError, match="65535"):
        launch.choose_port("localhost", asked)
