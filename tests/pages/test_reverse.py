"""/diffusion, Reverse: the film that opens, another one, and runs that make no sense."""

import numpy as np

PAGE = "diffusion.py"


def kept(app) -> dict:
    """The last good run and its result."""
    return app.session_state["reverse:kept"]


def healthy(app) -> bool:
    return not app.exception and not app.error


def test_it_opens_on_a_finished_film(visit):
    app = visit(PAGE, exhibit="Reverse")
    assert healthy(app)
    film = kept(app)["result"].film
    assert film.t[0] == 1000
    assert film.t[-1] == 0
    assert film.x_t.shape == film.x0_hat.shape == film.eps_hat.shape == (41, 12, 32, 32)
    assert film.distance[-1].max() == 0
    assert film.distance[0, 0] > 0.5


def test_another_seed_is_another_film_and_the_same_seed_the_same(visit):
    first, again = (kept(visit(PAGE, exhibit="Reverse"))["result"] for _ in range(2))
    other = kept(visit(PAGE, exhibit="Reverse", seed="8"))["result"]
    assert np.array_equal(first.pictures, again.pictures)
    assert not np.array_equal(first.pictures, other.pictures)


def test_every_sampler_plays(visit):
    for sampler in ("DDIM", "DPM-Solver++ (2M)", "Annealed Langevin"):
        app = visit(PAGE, exhibit="Reverse", sampler=sampler, steps="5")
        assert healthy(app)
        assert app.selectbox(key="sampler").value != "ddpm"
        assert len(kept(app)["result"].film.t) == 6


def test_a_run_that_fails_says_so_and_the_last_good_film_stays(visit, monkeypatch):
    from engine.diffusion import operations

    app = visit(PAGE, exhibit="Reverse", steps="5")
    before = kept(app)["result"]
    monkeypatch.setattr(operations, "check", lambda *_: (_ for _ in ()).throw(ValueError("That makes no sense.")))
    app.number_input(key="seed").set_value(9).run()
    assert not app.exception
    assert "That makes no sense. The last good film stays." in app.warning[0].value
    assert kept(app)["result"] is before


def test_junk_in_the_address_is_ignored(visit):
    app = visit(PAGE, exhibit="?", steps="0", w="abc", sampler="magic", seed="-1", data="🙂")
    assert healthy(app)
    assert app.number_input(key="steps").value == 40
