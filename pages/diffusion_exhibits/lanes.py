"""Lanes: the same noise under several samplers, step counts, guidance scales and schedules, in step."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.datasets import CLASSES
from engine.diffusion.schedules import SCHEDULES
from engine.errors import EngineError
from pages.components.frame_player import frame_player
from pages.diffusion_exhibits import quality
from pages.diffusion_exhibits.choices import pick_data
from pages.diffusion_exhibits.in_step import MOMENTS, computed, in_step, read_as_told
from pages.diffusion_exhibits.reverse import SAMPLERS
from pages.diffusion_exhibits.runs import MODELS, TITLES, Result, Run
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.walls import wall, wall_array

OPENING = (("ddim", 20), ("dpm_solver", 10), ("ddpm", 40), ("langevin", 10))
PICTURES = 6
COLUMNS = 3


@dataclass(frozen=True)
class Start:
    """What all lanes share: the model, the class of each picture, the seed of their noise."""

    data: str
    classes: tuple[int, ...]
    seed: int

    def lane(self, sampler: str, steps: int, w: float, eta: float, schedule: str) -> Run:
        """A run from here."""
        options = (("schedule", schedule),) if schedule != "cosine" else ()
        if sampler == "ddim" and eta:
            options += (("eta", eta),)
        return Run(MODELS[self.data], self.classes, PICTURES, self.seed, steps, sampler, w, options)


def render() -> None:
    """The exhibit."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = choose_start()
        lanes = st.segmented_control("Lanes", [2, 3, 4], default=3, required=True, key="lanes", bind="query-params")
        view = st.segmented_control(
            "Film of", ["x_t", "x0_hat"], default="x_t", required=True, key="lanes-view", bind="query-params",
            format_func={"x_t": "xₜ", "x0_hat": "x̂₀"}.get,
        )  # fmt: skip
    film = st.container()
    places = st.columns(lanes, gap="small")
    runs, stages = [], []
    for i, place in enumerate(places):
        with place.container(border=True):
            runs.append(choose_lane(i, start))
            stages.append(st.empty())
    results = [finished(run, stage, i) for i, (run, stage) in enumerate(zip(runs, stages, strict=True))]
    show(runs, results, view, film, places)
    lesson(runs, results)


def choose_start() -> Start:
    """The controls of what the lanes share."""
    data = pick_data(among=TITLES)
    label = st.selectbox(
        "Class", ["the first six", *CLASSES[data]], key=f"lanes-class-{data}", bind="query-params", width=160
    )
    seed = st.number_input(
        "Seed", 0, 9999, 7, key="seed", bind="query-params", width=120, help="Same seed, same noise in all lanes."
    )
    one = None if label == "the first six" else CLASSES[data].index(label)
    return Start(data, tuple(range(PICTURES)) if one is None else (one,) * PICTURES, int(seed))


def choose_lane(i: int, start: Start) -> Run:
    """The settings of a lane."""
    sampler, steps = OPENING[i]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        sampler = st.selectbox(
            f"Lane {i + 1}", list(SAMPLERS), list(SAMPLERS).index(sampler), key=f"lane{i + 1}", bind="query-params",
            format_func=SAMPLERS.get, width=190,
        )  # fmt: skip
        steps = st.number_input("Steps", 1, 1000, steps, key=f"lane{i + 1}-steps", bind="query-params", width=110)
        w = st.number_input("w", 0.0, 20.0, 1.0, 0.5, "%.1f", key=f"lane{i + 1}-w", bind="query-params", width=100)
        eta = st.number_input(
            "η", 0.0, 1.0, 0.0, 0.25, "%.2f", key=f"lane{i + 1}-eta", bind="query-params", width=100,
            disabled=sampler != "ddim", help="How much noise DDIM adds: 0 none, 1 as much as DDPM.",
        )  # fmt: skip
        schedule = st.selectbox(
            "Schedule", ["cosine", "linear"], key=f"lane{i + 1}-schedule", bind="query-params", width=110
        )
    return start.lane(sampler, int(steps), w, eta, schedule)


def finished(run: Run, stage, i: int) -> Result | None:
    """The result of a lane; a lane that fails says why in its place, and the others go on."""
    try:
        return computed(run, stage, f"lane{i + 1}-run")
    except EngineError as error:
        stage.warning(str(error), icon=":material/error:")
        return None


def show(runs: list[Run], results: list[Result | None], view: str, film, places: list) -> None:
    """The film of all lanes, and under each lane what it cost and what came out."""
    done = [result for result in results if result]
    if not done:
        return
    with film:
        frames = in_step([result.film for result in done], COLUMNS, view)
        frame_player(
            key="lanes-film", frames=frames, fps=15, height=360, hold=2,
            caption=[f"t = {t}" for t in MOMENTS], label="All lanes from the same noise",
        )  # fmt: skip
    for run, result, place in zip(runs, results, places, strict=True):
        if result:
            with place:
                wall(result.pictures, PICTURES, alt=f"{SAMPLERS[run.sampler]}, {run.steps} steps", role=roles.GENERATED)
                st.caption(account(run, result, done[0]))
    with st.container(horizontal=True):
        gif_button("Film GIF", frames, f"lanes-seed{runs[0].seed}", fps=15, bounce=False)
        every = np.concatenate([result.pictures for result in done])
        png_button("Wall PNG", wall_array(every, PICTURES), f"lanes-seed{runs[0].seed}", 4)
        npz_button("Pictures NPZ", f"lanes-seed{runs[0].seed}", pictures=every, x_T=runs[0].start())


def account(run: Run, result: Result, first: Result) -> str:
    """What a lane cost, how far it ended from the first one, and what the judge says."""
    parts = [f"{result.calls // run.pictures} network calls a picture", f"{result.seconds:.2f} s"]
    right = read_as_told(run, result.pictures)
    if right is not None:
        parts.append(f"{right.sum()} of {len(right)} read as told")
    if result is not first:
        apart = float(np.sqrt(np.square(result.pictures - first.pictures).mean()))
        parts.append(f"RMS to lane 1: {apart:.2f}")
    return " · ".join(parts)


def lesson(runs: list[Run], results: list[Result | None]) -> None:
    """What steps buy, measured, and what to try."""
    left, right = st.columns(2, gap="large")
    with left:
        quality.show(runs[0].model, [run.steps for run in runs])
    with right:
        calls = " : ".join(str(result.calls // PICTURES) for result in results if result)
        st.markdown(
            "#### One road, many vehicles\n"
            "Without fresh noise, a sampler follows a road that the noise alone decides: an ordinary differential "
            "equation. **DDIM** and **DPM-Solver++** only differ in how they cut its curves, so from one noise they "
            "come to nearly the same picture. **DDPM** and **Langevin** throw dice at every step and end elsewhere. "
            f"Network calls a picture in these lanes: {calls}."
        )
        first = runs[0]
        t, s = SCHEDULES["cosine"].visits(first.steps)[:2]
        st.latex(
            r"\begin{gathered}x_{s} = \sqrt{\bar\alpha_s}\,\hat x_0 + \sqrt{1-\bar\alpha_s-\sigma^2}\,\hat\varepsilon "
            r"+ \sigma z \\ t = %d \to s = %d\text{: step 1 of %d in lane 1}\end{gathered}" % (t, s, first.steps)
        )
        st.markdown(
            "#### Try this\n"
            "1. DDIM with 5, 10, 20 and 100 steps: from where on does nothing change any more?\n"
            "2. Lane 1 DDIM with η = 0, lane 2 with η = 1, and few steps: which bears it better?\n"
            "3. Two DDPM lanes with 20 and 200 steps: dice need time.\n"
            "4. w = 0, 1, 3 and 10 in four lanes: what does guidance take away?\n"
            "5. Cosine against linear at 10 steps: the steps are the same, the noise they remove is not."
        )
        show_code("diffusion/samplers.py", *dict.fromkeys(run.sampler for run in runs))
