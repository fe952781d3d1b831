"""Race: the same data, noise and first weights under different losses and cures, side by side, while they train."""

from dataclasses import dataclass, replace
from zlib import crc32

import streamlit as st

from engine.gans import toys
from engine.gans.methods import LANES, METHODS, PRESETS, Settings
from engine.gans.toys import Toy
from pages.components.gan_race import LaneLabel, Source, gan_race
from pages.components.sketch_pad import sketch_pad
from pages.gan_exhibits import race_films, race_lesson, race_records, race_table
from pages.gan_exhibits.race_films import Film, Race
from pages.kit import roles

TITLES = {
    "ring": "Ring", "grid": "Grid", "imbalanced": "Uneven ring", "moons": "Moons", "spiral": "Spiral", "drawn": "Draw",
}  # fmt: skip
PRESET_TITLES = {
    "collapse": ("Collapse and cure", "One loss after another in a setting in which the first GAN collapses"),
    "default": ("Fair race", "Learning rates fall in the second half: what each method can do at its best"),
    "strong discriminator": ("Strong D", "A discriminator that learns too much for each step of the generator"),
    "no noise": ("No noise", "z = 0: each generator can make a single point"),
}
OPENS_WITH = "collapse"
RATES = (1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2)
STEPS = 3000
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
    race_table.render(choice.race.name)


def choose() -> Choice | None:
    """The controls; nothing when there is nothing to race for."""
    presets()
    name, toy = data()
    methods = st.multiselect(
        "Lanes", list(METHODS), LANES[OPENS_WITH], key="race-methods", bind="query-params",
        format_func=lambda method: METHODS[method].title, max_selections=MOST_LANES,
    )  # fmt: skip
    settings = settings_of(PRESETS[OPENS_WITH])
    steps = st.select_slider(
        "Steps", [500, 1000, 2000, 3000, 5000, 10_000], STEPS, key="race-steps", bind="query-params",
        help="So many it runs by itself; then press Train on.",
    )  # fmt: skip
    if toy is None or not methods:
        return None
    return Choice(Race(name, toy, tuple(methods), settings), steps)


def presets() -> None:
    """Buttons that set all of the controls below."""
    with st.container(horizontal=True, gap="small"):
        for name, (title, what) in PRESET_TITLES.items():
            st.button(title, key=f"race-preset-{name}", help=what, on_click=apply, args=(name,))


def apply(preset: str) -> None:
    """Set the controls to a preset; data and seed stay."""
    settings = PRESETS[preset]
    st.session_state |= {
        "race-methods": list(LANES[preset]), "race-k": settings.critics, "race-lr-d": nearest(settings.lr_d),
        "race-lr-g": nearest(settings.lr_g), "race-beta1": settings.beta1, "race-falls": settings.horizon > 0,
        "race-noise": settings.noise,
    }  # fmt: skip


def nearest(rate: float) -> float:
    """The learning rate on the slider that is closest."""
    return min(RATES, key=lambda each: abs(each / rate - 1))


def data() -> tuple[str, Toy | None]:
    """The points to learn: their name, and the toy unless it is still to be drawn."""
    name = st.segmented_control(
        "Data", TITLES, default="ring", required=True, key="race-data", bind="query-params", format_func=TITLES.get
    )
    if name != "drawn":
        return name, toys.TOYS[name]()
    ink = sketch_pad(key="race-pad", brush=1.5, label="Draw where the data shall be")
    if ink is None:
        return name, None
    try:
        return f"drawing {crc32(ink.tobytes()):x}", toys.drawn(ink)
    except ValueError as error:
        st.warning(str(error), icon=":material/gesture:")
        return name, None


def settings_of(start: Settings) -> Settings:
    """What all lanes share; the controls begin at `start`."""
    rate = {"options": RATES, "format_func": "{:g}".format, "bind": "query-params"}
    k = st.slider(
        "Discriminator steps k", 1, 20, start.critics, key="race-k", bind="query-params",
        help="Updates of the discriminator for one of the generator.",
    )  # fmt: skip
    left, right = st.columns(2)
    lr_d = left.select_slider("Rate of D", value=nearest(start.lr_d), key="race-lr-d", **rate)
    lr_g = right.select_slider("Rate of G", value=nearest(start.lr_g), key="race-lr-g", **rate)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input("Seed", 0, 9999, start.seed, key="race-seed", bind="query-params", width=110)
        beta1 = st.selectbox(
            "Adam's β₁", [0.0, 0.5, 0.9], [0.0, 0.5, 0.9].index(start.beta1), key="race-beta1", bind="query-params",
            width=90,
        )  # fmt: skip
    with st.container(horizontal=True):
        noise = st.toggle("Noise z", start.noise, key="race-noise", bind="query-params")
        falls = st.toggle(
            "Rates fall", start.horizon > 0, key="race-falls", bind="query-params",
            help="Learning rates fall to zero between steps 5,000 and 10,000.",
        )  # fmt: skip
    return replace(
        start, critics=k, lr_d=lr_d, lr_g=lr_g, seed=int(seed), beta1=beta1, noise=noise,
        horizon=Settings().horizon if falls else 0,
    )  # fmt: skip


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


def label(method) -> LaneLabel:
    """What stands over a method's lane."""
    return LaneLabel(method.title, method.source, method.loss in GAMES)


def downloads(film: Film) -> None:
    """The film for a notebook."""

    def npz() -> bytes:
        return race_records.archive(film.records, tuple(METHODS[method].title for method in film.race.methods))

    st.download_button(
        "Film NPZ", npz, f"race-{film.race.name.split()[0]}.npz", "application/octet-stream", disabled=not film.records,
        icon=":material/data_array:", on_click="ignore", width="stretch",
        help="All points, landscapes, arrows, counts and losses so far.",
    )  # fmt: skip
