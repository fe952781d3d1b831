"""The noise of a picture: DDIM run backwards, forwards again, and forwards as another class."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from engine.pictures import to_uint8
from pages.autoencoder_exhibits.sources import dreamt, own_picture
from pages.components.diffusion_film import diffusion_film
from pages.diffusion_exhibits.choices import pick_data
from pages.diffusion_exhibits.live import live_result
from pages.diffusion_exhibits.runs import MODELS, Run, without_margin
from pages.diffusion_exhibits.shelf import Exhibit, shelf, signed
from pages.diffusion_exhibits.verdicts import Verdicts, judged, verdict_table
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.guard import guard
from pages.kit.walls import wall_array

STANDS_IN = 5
NOISE_LIMIT = 3.0
START = 950
"""Where the noise is looked for: at t = T nothing is left of the picture to come back from (ᾱ = 2 · 10⁻⁹)."""
UNLIMITED = 1e6
"""No clipping of x̂₀, which could not be undone."""


@dataclass(frozen=True)
class FromNoise(Run):
    """A run whose pictures all start from one given noise, float32 bytes."""

    found: bytes = b""

    def start(self) -> np.ndarray:
        config = cards.read(self.model).config
        x = np.frombuffer(self.found, np.float32).reshape(1, config["channels"], config["side"], config["side"])
        return np.repeat(x, self.pictures, 0)


def render() -> None:
    """The view."""
    exhibit, controls = st.columns([7, 3], gap="large")
    with controls:
        data, steps, rounds, w = choose()
        with guard():
            own = own_picture(data, "invert")
        seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Of the one that stands in.")
        picture = dreamt(data, (STANDS_IN,), int(seed))[0] if own is None else own
        label = which_class(data, picture)
    with exhibit:
        stage = st.empty()
        with timed(), stage.container(), st.spinner("Looking for the noise"):
            found = inverted(MODELS[data], picture, label, steps, rounds)
        again = live_result(run(data, (label,), steps, 1.0, found), stage, "invert-again", False)
        others = live_result(run(data, tuple(range(10)), steps, w, found), stage, "invert-others", False)
        error = float(np.sqrt(np.square(without_margin(again.pictures)[0] - picture).mean()))
        show(picture, found, without_margin(again.pictures)[0], CLASSES[data][label], error, own is not None)
        images = without_margin(others.pictures)
        row = Verdicts("same hand", images, tuple(range(10)), judged(data, images))
        verdict_table(data, CLASSES[data], [row], [f"{row.right.sum()}/10 right"], "")
        diffusion_film(key="invert-film", film=others.film, height=330, label="One noise as every class")
        with st.container(horizontal=True):
            png_button("All classes PNG", wall_array(images, 10), f"same-hand-{data}", 8)
            npz_button("NPZ", f"same-hand-{data}", picture=picture, noise=found, pictures=images)
    lesson(found, error, steps, rounds)


def choose() -> tuple[str, int, int, float]:
    """Which model, how many steps, how often each is corrected, how strongly another class."""
    data = pick_data("judge-")
    steps = st.slider("Steps there and back", 10, 200, 30, 10, key="invert-steps", bind="query-params")
    rounds = st.slider(
        "Corrections of each step", 0, 5, 3, key="invert-rounds", bind="query-params",
        help="0 is plain DDIM inversion; each further round asks the network about the noisier picture just found.",
    )  # fmt: skip
    w = st.slider("Guidance w of the other classes", 0.0, 8.0, 1.0, 0.5, key="invert-w", bind="query-params")
    return data, steps, rounds, w


def which_class(data: str, picture: np.ndarray) -> int:
    """The class of the picture: what the judge reads, unless the person knows better."""
    names = CLASSES[data]
    read = int(judged(data, picture[None]).argmax())
    told = st.selectbox("It is", [f"what the judge reads: {names[read]}", *names], key=f"invert-class-{data}")
    return names.index(told) if told in names else read


@st.cache_data(max_entries=32, show_spinner=False)
def inverted(model: str, picture: np.ndarray, label: int, steps: int, rounds: int) -> np.ndarray:
    """The noise (1, C, side, side) from which DDIM paints a picture (28, 28) in 0…1 of a class."""
    x, classes = picture[None, None].astype(np.float32), np.array([label], np.int64)
    return client.engine().call(model, "invert_pictures", x=x, classes=classes, steps=steps, rounds=rounds, start=START)


def run(data: str, classes: tuple[int, ...], steps: int, w: float, found: np.ndarray) -> Run:
    """DDIM from the found noise, as these classes."""
    start = np.ascontiguousarray(found, np.float32).tobytes()
    options = (("start", START), ("limit", UNLIMITED))
    return FromNoise(MODELS[data], classes, len(classes), 0, steps, "ddim", w, options, found=start)


def show(picture: np.ndarray, found: np.ndarray, again: np.ndarray, name: str, error: float, own: bool) -> None:
    """The picture, its noise, and what the noise becomes."""
    noise = signed(without_margin(found[:, 0])[0], roles.NOISE, NOISE_LIMIT)
    ends, clean = (-NOISE_LIMIT, NOISE_LIMIT), {"ends": (-1, 1), "signed": False}
    shelf(
        [
            Exhibit("x₀", "yours" if own else "dreamt, until you draw", to_uint8(picture), roles.REAL, **clean),
            Exhibit("x<sub>t</sub>", f"its noise, spread {found.std():.2f}", noise, roles.NOISE, ends),
            Exhibit("x₀", f"again, as {name}: off by {error:.4f}", to_uint8(again), roles.GENERATED, **clean),
        ]
    )


def lesson(found: np.ndarray, error: float, steps: int, rounds: int) -> None:
    """Why DDIM can be run backwards, and what the noise holds."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### A path that can be walked both ways\n"
            "DDIM adds no noise, so each step can be undone if one knows the noise that the network will see in the "
            "picture *ahead*. At first it is asked about the picture at hand; each correction asks again about "
            "what came of it. What is found looks like noise but is the picture's own: painted again it comes back. "
            "Told another class, the network must explain the same noise differently; slant, "
            "width and place tend to stay: they are in the noise, not in the class."
        )
        st.latex(
            r"\begin{gathered}\hat\varepsilon \leftarrow \varepsilon_\theta(x_t, t),\quad"
            r"\hat x_0 \leftarrow \frac{x_s-\sqrt{1-\bar\alpha_s}\,\hat\varepsilon}{\sqrt{\bar\alpha_s}} \\"
            r"x_t \leftarrow \sqrt{\bar\alpha_t}\,\hat x_0 + \sqrt{1-\bar\alpha_t}\,\hat\varepsilon,\quad s < t"
            r"\end{gathered}"
        )
        st.markdown(
            f"With {steps} steps and {rounds} corrections of each it comes back with an error of **{error:.4f}**. "
            f"A true noise has the length √d = {found.size**0.5:.1f}; this one, at t = {START}, has "
            f"{np.linalg.norm(found):.1f}. A picture unlike any in training comes from a noise unlike noise."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. No corrections, then one, then three: how does the error fall? Do more steps do the same?\n"
            "2. Draw a slanted 7: do the other digits slant too?\n"
            "3. Draw something that is no digit. Does it come back? And what is its noise like?\n"
            "4. Say that it is another class than it is: what does painting it again cost now?\n"
            "5. Raise w: the class grows clearer, and your hand fades."
        )
        show_code("diffusion/samplers.py", "invert")
