"""Race: the same data, noise and first weights under different losses and cures, side by side, while they train."""

from dataclasses import dataclass, replace
from zlib import crc32

import streamlit as st

from engine.gans import toys
from engine.gans.methods import METHODS, Method, Settings
from engine.gans.toys import Toy
from pages.components.gan_race import LaneLabel, Source, gan_race
from pages.components.sketch_pad import sketch_pad
from pages.gan_exhibits import race_films, race_lesson, race_records, race_table
from pages.gan_exhibits.race_films import Film, Race
from pages.gan_exhibits.race_presets import CHOICES, DATA, OPENS_WITH, Preset
from pages.kit import roles

TITLES = {
    "ring": "Ring", "pacgan": "PacGAN's ring", "grid": "Grid", "imbalanced": "Uneven ring", "moons": "Moons",
    "spiral": "Spiral", "drawn": "Draw",
}  # fmt: skip
RATES = (1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2)
STEPS = (300, 600, 1200, 3000, 5000, 10_000)
MOST_LANES = 6
COLOURS = {
    "real": roles.REAL, "generated": roles.GENERATED, "score": roles.GRADIENT, "error": roles.ANOMALY,
}  # fmt: skip
GAMES = ("minimax", "non_saturating")


@dataclass(frozen=True)
class Choice:
    """What races, and how many steps it runs by itself."""

    race: Race
    steps: int


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([10, 3], gap="medium")
    with controls:
        choice = choose()
    if choice is None:
        exhibit.info("Choose at least one method, and draw where the data shall be.", icon=":material/gesture:")
        return
    film = race_films.film_of(choice.race)
    with exhibit:
        show(choice, film)
    with controls:
        downloads(film)
    race_lesson.render(film, choice.steps)
    race_table.render({"pacgan": "ring"}.get(choice.race.name, choice.race.name))


def choose() -> Choice | None:
    """The controls; nothing when there is nothing to race for."""
    presets()
    name, toy = data()
    methods = st.multiselect(
        "Lanes", list(METHODS), OPENS_WITH.lanes, key="race-methods", bind="query-params",
        format_func=lambda method: METHODS[method].title, max_selections=MOST_LANES, wrap=True,
    )  # fmt: skip
    left, right = st.columns(2)
    steps = left.select_slider(
        "Steps", STEPS, OPENS_WITH.steps, key="race-steps", bind="query-params",
        help="So many it runs by itself; then press Train on.",
    )  # fmt: skip
    seed = right.number_input("Seed", 0, 9999, 0, key="race-seed", bind="query-params")
    settings = replace(settings_of(OPENS_WITH.settings, steps), seed=int(seed))
    if toy is None or not methods:
        return None
    return Choice(Race(name, toy, tuple(methods), settings), steps)


def presets() -> None:
    """Buttons that set all of the controls below."""
    with st.container(horizontal=True, gap="small"):
        for name, preset in CHOICES.items():
            st.button(preset.title, key=f"race-preset-{name}", help=preset.what, on_click=apply, args=(preset,))


def apply(preset: Preset) -> None:
    """Set the controls to a preset; the seed stays."""
    settings = preset.settings
    st.session_state.update({
        "race-data": preset.data, "race-methods": list(preset.lanes), "race-steps": preset.steps,
        "race-k": settings.critics, "race-lr-d": settings.lr_d, "race-lr-g": settings.lr_g,
        "race-beta1": settings.beta1, "race-falls": settings.horizon > 0, "race-noise": settings.noise,
        "race-width": settings.width, "race-batch": settings.batch, "race-ema": settings.ema,
    })  # fmt: skip


def data() -> tuple[str, Toy | None]:
    """The points to learn: their name, and the toy unless it is still to be drawn."""
    name = st.selectbox("Data", list(TITLES), key="race-data", bind="query-params", format_func=TITLES.get)
    if name != "drawn":
        return name, DATA[name]()
    ink = sketch_pad(key="race-pad", brush=1.5, label="Draw where the data shall be")
    if ink is None:
        return name, None
    try:
        return f"drawing {crc32(ink.tobytes()):x}", toys.drawn(ink)
    except ValueError as error:
        st.warning(str(error), icon=":material/gesture:")
        return name, None


def settings_of(start: Settings, steps: int) -> Settings:
    """What all lanes share; the controls begin at `start`."""
    bound = {"bind": "query-params"}
    k = st.slider(
        "Discriminator steps k", 1, 20, start.critics, key="race-k",
        help="Updates of the discriminator for one of the generator.", **bound,
    )  # fmt: skip
    rate = {"options": RATES, "format_func": "{:g}".format, **bound}
    left, right = st.columns(2)
    lr_d = left.select_slider("Rate of D", value=start.lr_d, key="race-lr-d", **rate)
    lr_g = right.select_slider("Rate of G", value=start.lr_g, key="race-lr-g", **rate)
    with st.expander("More"):
        noise = st.toggle("Noise z", start.noise, key="race-noise", help="Without it z = 0.", **bound)
        falls = st.toggle(
            "Rates fall",
            start.horizon > 0,
            key="race-falls",
            help="To zero over the second half of the steps.",
            **bound,
        )
        beta1 = choice_of("Adam's β₁", (0.0, 0.5, 0.9), start.beta1, "race-beta1")
        width = choice_of("Width of both networks", (32, 64, 128), start.width, "race-width")
        batch = choice_of("Batch", (64, 128, 256), start.batch, "race-batch")
        ema = choice_of("Average of G's weights", (0.0, 0.95, 0.99, 0.999), start.ema, "race-ema")
    return replace(
        start, critics=k, lr_d=lr_d, lr_g=lr_g, beta1=beta1, noise=noise, horizon=steps if falls else 0, width=width,
        batch=batch, ema=ema,
    )  # fmt: skip


def choice_of(title: str, options: tuple, start: float, key: str) -> float:
    """One of a few numbers."""
    return st.segmented_control(title, options, default=start, required=True, key=key, bind="query-params")


def show(choice: Choice, film: Film) -> None:
    """The lanes."""
    race = choice.race
    gan_race(
        key="race", name=f"race-{race.name.split()[0]}-seed{race.settings.seed}", toy=race.toy,
        sources=[source(film)], steps=choice.steps, critics=race.settings.critics, seed=race.settings.seed,
        colours=COLOURS,
    )  # fmt: skip


def source(film: Film) -> Source:
    """A film for the component."""
    return Source(f"/api/race/{film.token}", [label(METHODS[method]) for method in film.race.methods])


def label(method: Method) -> LaneLabel:
    """What stands over a method's lane."""
    return LaneLabel(method.title, method.source, method.loss in GAMES)


def downloads(film: Film) -> None:
    """The film for a notebook."""

    def npz() -> bytes:
        return race_records.archive(film.records, tuple(METHODS[method].title for method in film.race.methods))

    st.download_button(
        "Film NPZ", npz, f"race-{film.race.name.split()[0]}.npz", "application/octet-stream",
        icon=":material/data_array:", on_click="ignore", width="stretch",
        help="All points, landscapes, arrows, counts and losses so far.",
    )  # fmt: skip
