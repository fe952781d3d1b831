"""Train it now: a tiny U-Net learns to find the shapes in drawn scenes, and its masks form while one watches."""

from collections import OrderedDict

import streamlit as st

from engine import client
from pages.kit.code import show_code
from pages.kit.guard import guard
from pages.segmentation_exhibits.train_now_run import MOST, Training
from pages.segmentation_exhibits.train_now_view import downloads, film, show

KEPT = "train-masks"
UPS = {"bilinear": "Bilinear", "transposed": "Transposed", "nearest": "Nearest"}


@st.cache_resource
def finished() -> OrderedDict[tuple, Training]:
    """Trainings that somebody has watched to the end, by their settings: the same settings learn the same."""
    return OrderedDict()


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        settings, again = choose()
    with view:
        stage = st.empty()
    asked = tuple(settings.values())
    training = finished().get(asked, st.session_state.get(KEPT))
    if again or training is None or training.record is None:
        with view, guard():
            training = run(settings, stage)
    else:
        show(training, stage)
    if training and training.record:
        with view:
            film(training)
        with controls:
            if training.settings != asked:
                st.caption("On show is the last training. Press Train for these settings.")
            downloads(training)
        lesson(training)


def choose() -> tuple[dict, bool]:
    """The controls: settings of the training, and whether to begin it."""
    bound = {"bind": "query-params"}
    steps = st.slider("Steps", 10, 4000, 800, 10, key="train-steps", **bound)
    skips = st.toggle("Skips", True, key="train-skips", help="Off breaks it: nothing comes over from above.", **bound)
    up = st.selectbox("Up-sampling", list(UPS), key="train-up", format_func=UPS.get, **bound)
    with st.expander("The network and how it learns", icon=":material/tune:"):
        width = st.slider("Channels at the top", 4, 32, 12, 4, key="train-width", **bound)
        depth = st.slider("Poolings", 1, 4, 3, key="train-depth", **bound)
        dice = st.slider("Weight of the Dice loss", 0.0, 5.0, 1.0, 0.5, key="train-dice", **bound)
        rates = [3e-4, 1e-3, 3e-3, 1e-2, 1e-1]
        lr = st.select_slider("Learning rate", rates, 1e-2, key="train-lr", format_func="{:g}".format)
    seed = st.number_input("Seed", 0, 9999, 0, key="train-seed", help="Of the scenes and the weights.", **bound)
    again = st.button("Train", "train-again", type="primary", icon=":material/play_arrow:", width="stretch")
    st.button("Stop and look", icon=":material/stop_circle:", width="stretch")
    settings = {"steps": steps, "seed": int(seed), "lr": lr, "width": width, "depth": depth, "up": up, "dice": dice}
    return settings | {"skips": skips}, again


def run(settings: dict, stage) -> Training:
    """Read the stream and draw each record. Any control ends it; what there is stays."""
    stage.progress(0.0, "Drawing 1,500 scenes to learn from …")
    training = st.session_state[KEPT] = Training(tuple(settings.values()))
    for record in client.engine().stream("segmentation", "train_scenes", **settings):
        training.take(record)
        show(training, stage)
    shelf = finished()
    shelf[training.settings] = training
    while len(shelf) > MOST:
        shelf.popitem(last=False)
    return training


def lesson(training: Training) -> None:
    """What to look for, with this training's numbers."""
    left, right = st.columns(2, gap="large")
    record = training.record
    with left:
        st.markdown(
            "#### First the ground, then blobs, then corners\n"
            "Most pixels are background, so the fastest way down is to say *background* everywhere: the cross-entropy "
            "falls, and not a single shape is found. Then colours against a plain ground give blobs, and only at the "
            "end does the network tell a ring from a disc. The masks are of scenes that training never shows."
        )
        st.latex(
            r"\text{IoU} = \frac{|\text{found} \cap \text{true}|}{|\text{found} \cup \text{true}|},\qquad"
            r"\text{mean} = %.3f" % record.miou
        )
        st.caption(
            "Accuracy would already be high for an empty mask. The mean of the IoU asks every class alike, however few "
            "pixels it has; soft Dice in the loss asks the same of the probabilities."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. **Break it**: skips off, the same seed. The places are right, the corners are gone. Why does it still "
            "find anything at all?\n"
            "2. Dice 0, then 5: which of the two finds small shapes earlier?\n"
            "3. One pooling instead of three: how far can a value see now? Large shapes get holes.\n"
            "4. *Transposed* against *bilinear*: look for the checkerboard in early masks.\n"
            "5. Learning rate 0.1: what does the loss do, and does it recover?"
        )
        show_code("segmentation/live.py", "train_scenes")
        show_code("segmentation/objectives.py", "Segment")
