"""Search: words and pictures in, pictures out, ranked."""

from functools import partial
from html import escape

import numpy as np
import streamlit as st

from engine.clip.queries import unit
from engine.errors import BadRequest
from pages.components.picture_board import Tile, picture_board
from pages.kit.code import show_code
from pages.kit.downloads import csv_button, png_button
from pages.kit.footer import timed
from pages.kit.roles import ANOMALY, TEXT
from pages.kit.walls import wall_array
from pages.retrieval_exhibits import asking, public
from pages.retrieval_exhibits.asking import Part
from pages.retrieval_exhibits.folding import Fold, folded
from pages.retrieval_exhibits.galleries import SUITS, Gallery, choose_source, from_jpeg, in_memory
from pages.retrieval_exhibits.models import choose_encoder
from pages.retrieval_exhibits.shelf import Shelf, open_shelf
from pages.retrieval_exhibits.tiles import source_url

EXAMPLES = {
    "scenes": "four shapes on a lavender background",
    "photos": "a red motorcycle",
    "own": "a dog running on grass",
    "library": "children playing at the water",
}
LOOKED_AT = 120
"""So many of the best are looked through for copies of each other."""


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([7, 2], gap="medium")
    with controls:
        source = choose_source()
        gallery = opened(source)
        taken, shown, fold = settings()
    with view:
        text = words(source)
        plus, minus = more_words()
        if gallery is not None and gallery.size:
            answer(gallery, text, plus, minus, taken, shown, fold)
        elif source == "own":
            st.info("Drop pictures, or a zip of them, into the field beside this: they can be searched at once.",
                    icon=":material/upload:")  # fmt: skip
    lesson()


def opened(source: str) -> Gallery | Shelf | None:
    """The pictures to search, with the model that looks at them."""
    if source == "library":
        shelf = open_shelf()
        if shelf:
            st.caption(f"{shelf.size:,} pictures, embedded by `{shelf.encoder.name}`")
        return shelf
    encoder = choose_encoder(SUITS[source], f"model-{source}")
    gallery = in_memory(source, encoder)
    public.offer()
    return gallery


def settings() -> tuple[float, int, bool]:
    """How strongly things are taken away, how many results are shown, whether copies are folded."""
    shown = st.select_slider("Results", [12, 24, 48, 96], 24, key="shown", bind="query-params")
    fold = st.toggle("Fold duplicates", True, key="fold", bind="query-params", help="Equal pictures show once.")
    taken = st.slider("What is taken away counts", 0.0, 1.5, 0.6, 0.1, key="taken", bind="query-params")
    return taken, shown, fold


def words(source: str) -> str:
    """The words to search for; each kind of pictures begins with an example of its own."""
    key = field(source)
    if key not in st.session_state:
        example = "" if st.query_params.get(asking.PICKS) else EXAMPLES[source]
        st.session_state[key] = st.query_params.get(key, example)
    return st.text_input(
        "Search", key=key, bind="query-params", placeholder="Type words and press Enter",
        label_visibility="collapsed", icon=":material/search:",
    )  # fmt: skip


def field(source: str) -> str:
    """The key of the field for the words."""
    return f"q-{source}"


def more_words() -> tuple[str, str]:
    """Words to add and to take away, and the pictures in the query."""
    left, middle, right = st.columns(3)
    plus = left.text_input("And", key="plus", bind="query-params", placeholder="at night", icon=":material/add:")
    minus = middle.text_input(
        "But not", key="minus", bind="query-params", placeholder="circle", icon=":material/remove:"
    )
    right.text_input(
        "Like these pictures", key=asking.PICKS, bind="query-params", placeholder="click a result",
        icon=":material/image_search:", help="Numbers of pictures, a minus before what is taken away.",
    )  # fmt: skip
    return plus, minus


def answer(gallery: Gallery | Shelf, text: str, plus: str, minus: str, taken: float, shown: int, fold: bool) -> None:
    """The query in its parts, the ranking, and what can be taken home."""
    with timed():
        query = asking.parts(gallery, text, plus, minus, taken)
        if not query:
            st.info("Type what you look for, or click a picture to find others like it.", icon=":material/search:")
        try:
            vector = asking.combined(query) if query else resting(gallery)
        except ValueError as error:
            raise BadRequest(str(error)) from error
        found = gallery.nearest(vector, max(shown, LOOKED_AT) if fold else shown)
    folds = (folded(gallery, found) if fold else [Fold(each) for each in found])[:shown]
    if query:
        st.html(f"<style>{STYLE}</style>{sentence(gallery, text, query, folds)}")
    st.session_state["retrieval-shown"] = [part.weight for part in query] or [1.0], folds[0].best.score
    low, high = found[-1].score, max(found[0].score, found[-1].score + 1e-6)
    tiles = [
        Tile(
            each.best.item.id, source_url(gallery, each.best.item.id), each.best.item.name,
            f"{each.best.score:+.3f}" if query else "", (each.best.score - low) / (high - low) if query else None,
            each.copies,
        )
        for each in folds
    ]  # fmt: skip
    picked = partial(asking.take_pick, field(gallery.source))
    picture_board(key="board", tiles=tiles, on_pick=picked, mixing=True, size=108, label="Results, best first")
    take_home(gallery, folds)


def resting(gallery: Gallery | Shelf) -> np.ndarray:
    """What an empty query stands for: the mean of all pictures, so that the most typical come first."""
    if isinstance(gallery, Gallery):
        return unit(gallery.vectors.mean(0))
    return unit(gallery.store.vectors(100)[0].mean(0))


def sentence(gallery: Gallery | Shelf, text: str, query: list[Part], folds: list[Fold]) -> str:
    """The query's parts as a line: its words, shaded by what they weigh, and what was added or taken away."""
    best = [gallery.vector(each.best.item.id) for each in folds[:5]]
    weights = asking.word_weights(gallery, text, np.stack([v for v in best if v is not None])) if text.strip() else []
    most = max((abs(weight) for _, weight in weights), default=1.0)
    pieces = [_word(word, weight, weight / max(most, 1e-9)) for word, weight in weights]
    rest = query if not weights else query[1:]
    pieces += [_piece(gallery, part) for part in rest]
    help = "A word's shade and number: how much the cosine of the five best falls without it."
    return f'<p class="asked" title="{help}">{"".join(pieces)}</p>'


def _word(word: str, weight: float, share: float) -> str:
    colour = TEXT if weight >= 0 else ANOMALY
    shade = f"color-mix(in srgb, {colour} {75 * abs(share):.0f}%, transparent)"
    return f'<span style="background:{shade}">{escape(word)}<small>{weight:+.3f}</small></span>'


def _piece(gallery: Gallery | Shelf, part: Part) -> str:
    sign = "−" if part.weight < 0 else "+"
    colour = ANOMALY if part.weight < 0 else TEXT
    if part.picture:
        image = f'<img alt="{escape(part.name)}" src="{source_url(gallery, part.picture)}">'
        return f'<span class="part" style="border-color:{colour}">{sign}{image}</span>'
    short = part.name if len(part.name) < 80 else f"{part.name[:77]}…"
    times = f"<small>× {abs(part.weight):g}</small>"
    return f'<span class="part" style="border-color:{colour}">{sign} {escape(short)}{times}</span>'


STYLE = """
.asked { display: flex; flex-wrap: wrap; align-items: stretch; gap: 0.35rem; margin: 0.1rem 0 0.6rem; }
.asked span { display: inline-flex; flex-direction: column; justify-content: center; padding: 0.15rem 0.5rem;
  line-height: 1.2; border-radius: 0.5rem; }
.asked small { font-size: 0.68rem; opacity: 0.75; font-variant-numeric: tabular-nums; }
.asked .part { flex-direction: row; align-items: center; gap: 0.35rem; border: 2px solid; }
.asked img { height: 2.2rem; border-radius: 4px; }
"""


def take_home(gallery: Gallery | Shelf, folds: list[Fold]) -> None:
    """The ranking as a table and as one picture."""
    rows = [
        {"rank": i, "picture": each.best.item.name, "id": each.best.item.id, "cosine": round(each.best.score, 5),
         "copies": each.copies, "also": " | ".join(each.others)}
        for i, each in enumerate(folds, 1)
    ]  # fmt: skip
    squares = np.stack([square(from_jpeg(gallery.image(each.best.item.id))) for each in folds])
    with st.container(horizontal=True):
        csv_button("Ranking CSV", "ranking", rows)
        png_button("Results PNG", wall_array(squares, 8, 4), "results", 1)
    st.caption(f"{len(folds)} of {gallery.size:,} pictures. Hover or focus a picture to add it or to take it away.")


def square(picture: np.ndarray, side: int = 128) -> np.ndarray:
    """The middle of a picture, uint8 (side, side, 3)."""
    height, width = picture.shape[:2]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    middle = picture[top : top + edge, left : left + edge]
    places = np.arange(side) * edge // side
    return middle[places][:, places]


def equation() -> str:
    """The query and its best cosine, with the numbers of the search on show."""
    weights, best = st.session_state.get("retrieval-shown", ((1.0,), 0.0))
    terms = [rf"{_factor(weight)}e_{{{i}}}" for i, weight in enumerate(weights, 1)]
    sum_ = " ".join(terms).removeprefix("+")
    return rf"q = \frac{{{sum_}}}{{\lVert {sum_}\rVert}},\qquad s_1 = q^\top p_1 = {best:.3f}"


def _factor(weight: float) -> str:
    """A weight before its vector: a one needs only its sign."""
    return rf"{weight:+g}\," if abs(weight) != 1 else "+-"[weight < 0]


def lesson() -> None:
    """What happens between words and pictures."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Nothing here is labelled\n"
            "One tower turns a picture into a vector, another one a sentence; training pulled the vectors of a picture "
            "and of *its* sentence together and pushed all others apart. So a search is one multiplication: the "
            "cosines of the query with all pictures, sorted. And since a query is only a vector, queries can be added "
            "and subtracted:"
        )
        st.latex(equation())
        st.caption("Sky blue is text, vermilion what is taken away; the bar below a picture shows its cosine.")
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Which word carries the query? Take it out and see whether its number was right.\n"
            "2. Click a result: now the picture is the query. Add words: this one, but *blue*.\n"
            "3. Take *circle* away. Does it disappear, or does something else come in its place?\n"
            "4. Drop your own holiday photos and look for *water*. Which mistakes does it make with confidence?"
        )
        show_code("clip/queries.py", "mixed", "ranking", "without_each")
