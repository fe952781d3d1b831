"""The discriminator after training: what it says of real, generated and a person's own pictures."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from pages.autoencoder_exhibits.sources import dreamt, own_picture, pick_data, pick_seed
from pages.gan_exhibits.pictures_models import METHODS, generated, latents, model_of, published
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall, wall_array

PICTURES = 100
EXTREMES = 12
REAL_SEED = 7
BINS = np.linspace(0, 1, 26)
CRITICS = {"wgan-gp"}
RELATIVE = {"r3"}


@dataclass(frozen=True)
class Group:
    """Pictures (N, 28, 28) of one origin and the discriminator's verdicts: logits (N,), and σ of them."""

    title: str
    colour: str
    pictures: np.ndarray
    logits: np.ndarray
    probability: np.ndarray

    @property
    def order(self) -> np.ndarray:
        """The pictures from the most to the least real."""
        return np.argsort(-self.logits)


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        data = pick_data()
        methods = published(data)
        if not methods:
            st.info(f"No discriminator is published yet: `make train NAME={model_of('ns', data)}` makes one.")
            return
        method = st.selectbox(
            "Discriminator of", methods, methods.index("ns") if "ns" in methods else 0, key=f"d-of-{data}",
            bind="query-params", format_func=METHODS.get,
        )  # fmt: skip
        others = ["itself", *(other for other in methods if other != method)]
        rival = st.selectbox(
            "Fakes by", others, key=f"d-fakes-{data}", bind="query-params",
            format_func=lambda name: METHODS.get(name, "its own generator"),
        )  # fmt: skip
        seed = int(pick_seed())
        st.markdown("**Your own picture**")
        own = own_picture(data, "d-own")
    rival = method if rival == "itself" else rival
    model = model_of(method, data)
    with timed():
        groups = judge(model, data, rival, seed)
        mine = None if own is None else scored(model, "yours", roles.TEXT, own[None].astype(np.float32))
    with exhibit:
        st.plotly_chart(histogram(groups, mine, method), key="d-histogram", config={"displayModeBar": False})
        verdicts(groups, mine)
        for group in groups:
            extremes(group)
        downloads(f"{model}-seed{seed}", groups)
    lesson(method, groups)
    meanings(method, model)


def judge(model: str, data: str, rival: str, seed: int) -> list[Group]:
    """What the discriminator says of as many real and generated pictures."""
    real = dreamt(data, tuple(range(len(CLASSES[data]))) * (PICTURES // len(CLASSES[data])), REAL_SEED)
    fakes = generated(model_of(rival, data), latents(model_of(rival, data), PICTURES, seed))
    return [
        scored(model, "real, as dreamt", roles.REAL, real),
        scored(model, f"generated, {METHODS[rival]}", roles.GENERATED, fakes),
    ]


@st.cache_data(max_entries=64, show_spinner=False)
def verdict(model: str, pictures: np.ndarray) -> dict[str, np.ndarray]:
    """The logits (N,) of pictures (N, 28, 28) in 0…1, and the probabilities."""
    return client.engine().call(model, "discriminate", x=pictures[:, None].astype(np.float32))


def scored(model: str, title: str, colour: str, pictures: np.ndarray) -> Group:
    """A group with its verdicts."""
    answer = verdict(model, pictures)
    return Group(title, colour, pictures, answer["logit"], answer["probability"])


def histogram(groups: list[Group], mine: Group | None, method: str) -> go.Figure:
    """D(x) of each group; for a critic, whose verdict is no probability, the plain number."""
    critic = method in CRITICS | RELATIVE
    figure = go.Figure()
    values = [group.logits if critic else group.probability for group in groups]
    bins = edges(np.concatenate(values)) if critic else BINS
    for group, value in zip(groups, values, strict=True):
        shares = np.histogram(np.clip(value, bins[0], bins[-1]), bins)[0] / len(value)
        figure.add_bar(
            x=(bins[1:] + bins[:-1]) / 2, y=shares, width=np.diff(bins), name=group.title, opacity=0.7,
            marker={"color": group.colour}, hovertemplate="%{x:.2f}: %{y:.0%}<extra></extra>",
        )  # fmt: skip
    if not critic:
        figure.add_vline(0.5, line={"color": roles.NOISE, "width": 2, "dash": "dash"}, annotation_text="½")
    if mine is not None:
        place = float((mine.logits if critic else mine.probability)[0])
        figure.add_vline(place, line={"color": mine.colour, "width": 4}, annotation_text="yours")
    unit = "any real number" if critic else "the probability of being real; ½: cannot tell"
    figure.update_xaxes(title=f"D(x), {unit}", range=[bins[0], bins[-1]])
    figure.update_yaxes(title="share of the group", tickformat=".0%")
    return figure.update_layout(
        barmode="overlay", height=330, margin={"l": 0, "r": 0, "t": 30, "b": 0},
        legend={"orientation": "h", "y": 1.15},
    )  # fmt: skip


def edges(values: np.ndarray) -> np.ndarray:
    """Bins over the middle 98 % of the values; what lies beyond is counted at the ends."""
    low, high = np.percentile(values, [1, 99])
    return np.linspace(low, max(high, low + 1e-3), len(BINS))


def verdicts(groups: list[Group], mine: Group | None) -> None:
    """How each group fared, in numbers."""
    rows = ["| | pictures | mean σ(D) | mean logit | taken for real |", "|:--|--:|--:|--:|--:|"]
    for group in [*groups, *([mine] if mine else [])]:
        real = (group.logits > 0).mean()
        rows.append(
            f"| {group.title} | {len(group.logits)} | **{group.probability.mean():.2f}** | "
            f"{group.logits.mean():+.2f} | {real:.0%} |"
        )
    st.markdown("\n".join(rows))


def extremes(group: Group) -> None:
    """The pictures that the discriminator finds most and least real."""
    order = group.order
    chosen = np.concatenate([order[:EXTREMES], order[-EXTREMES:]])
    span = [f"σ(D) {group.probability[i]:.2f}" for i in (order[0], order[-1])]
    st.markdown(
        f"**{group.title[0].upper()}{group.title[1:]}**: the {EXTREMES} it finds most real, and the {EXTREMES} least"
    )
    wall(group.pictures[chosen], EXTREMES, [f"most · {span[0]}", f"least · {span[1]}"], group.title, group.colour)


def downloads(name: str, groups: list[Group]) -> None:
    """The verdicts to take home."""
    with st.container(horizontal=True):
        for group in groups:
            png_button(
                f"{group.title.split(',')[0].capitalize()} PNG", wall_array(group.pictures[group.order], 16), name, 3
            )
        npz_button(
            "NPZ", name, **{f"{part}_{i}": getattr(group, part) for i, group in enumerate(groups)
                            for part in ("pictures", "logits")},
        )  # fmt: skip


def lesson(method: str, groups: list[Group]) -> None:
    """One half for everything, and why it is seldom reached."""
    left, right = st.columns([5, 4], gap="large")
    real, fake = groups
    told = auc(real.logits, fake.logits)
    with left:
        st.markdown(
            "#### “About ½ for everything”\n"
            "If the generator had become the data, $p_g = p_{\\text{data}}$, the best discriminator would say ½ to "
            f"whatever it is shown. Here it says {real.probability.mean():.2f} to what stands for real and "
            f"{fake.probability.mean():.2f} to the fakes, and ranks a random pair of the two rightly in "
            f"**{told:.0%}** of the cases; 50 % would be guessing. It stays ahead because it is trained on, step by "
            "step, with a generator that is never quite done."
        )
        st.latex(
            r"D^\ast(x) = \frac{p_{\text{data}}(x)}{p_{\text{data}}(x) + p_g(x)}"
            r"\;\xrightarrow{\;p_g = p_{\text{data}}\;}\; \tfrac12"
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Look at the fakes that fool it most: would they fool you?\n"
            "2. Show it fakes of another generator: a discriminator knows the faults of its own, not of others.\n"
            "3. Draw a digit, then upload a face. What does it say of something that is neither real nor its own fake? "
            "Nobody trained it for that.\n"
            "4. Compare the discriminator of a collapsed training with a cured one."
        )
        show_code("gans/losses.py", "cross_entropy")


def auc(real: np.ndarray, fake: np.ndarray) -> float:
    """How often a random real picture gets the higher verdict than a random fake one; a tie counts half."""
    difference = real[:, None] - fake[None]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def meanings(method: str, model: str) -> None:
    """What this loss's verdict means, what the card measured, and what stands for real here."""
    if method in CRITICS:
        st.caption("A critic gives no probability: only differences of its numbers mean something, so there is no ½.")
    if method in RELATIVE:
        st.caption("A relativistic discriminator only learns D(real) − D(fake): its numbers have no zero, so no ½.")
    metrics = cards.read(model).metrics
    if "d_real" in metrics and "d_fake" in metrics:
        st.caption(
            f"Measured on {metrics['d_real'].samples:,} held-out pictures and as many fakes: mean σ(D) is "
            f"{metrics['d_real'].value:.2f} and {metrics['d_fake'].value:.2f}."
        )
    st.caption(
        "No data set is shipped: pictures that the VQ-VAE and its prior dream stand for real. The discriminator may "
        "notice; so draw or upload your own."
    )
