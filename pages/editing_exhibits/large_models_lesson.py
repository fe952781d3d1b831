"""The lesson under a large model: what is guided, what it costs, and what is put back."""

import numpy as np
import streamlit as st

from pages.editing_exhibits.kept import kept_or
from pages.editing_exhibits.large_models_choices import Request
from pages.editing_exhibits.large_models_run import Editing, looked_at
from pages.editing_exhibits.photos import Photo
from pages.kit import roles
from pages.kit.code import show_code

CODE = 8
"""A place of the code stands for so many pixels a side."""
FOLLOW = (
    r"\begin{aligned}\tilde\varepsilon = {} & \varepsilon(\varnothing,\varnothing)\\"
    r"& + %s\,\big(\varepsilon(\textcolor{%s}{I},\varnothing)-\varepsilon(\varnothing,\varnothing)\big)\\"
    r"& + %s\,\big(\varepsilon(\textcolor{%s}{I},\textcolor{%s}{T})-\varepsilon(\textcolor{%s}{I},\varnothing)\big)"
    r"\end{aligned}"
)
FILL = (
    r"\begin{aligned}\tilde\varepsilon = {} & \varepsilon(m, \textcolor{%s}{I_{\bar m}}, \varnothing)\\"
    r"& + %s\,\big(\varepsilon(m, \textcolor{%s}{I_{\bar m}}, \textcolor{%s}{T})"
    r"-\varepsilon(m, \textcolor{%s}{I_{\bar m}}, \varnothing)\big)\end{aligned}"
)


def lesson(request: Request, photo: Photo, editing: Editing | None) -> None:
    """Both guidances, with this request's numbers."""
    left, right = st.columns(2, gap="large")
    with left:
        if request.task == "follow":
            follow(request)
        else:
            fill(request)
        st.markdown(cost(request, photo))
        if request.strokes:
            st.markdown(kept_share(request, photo, editing))
    with right:
        tries(request.task)
        show_code("editing/public.py", "instructed" if request.task == "follow" else "filled")
        show_code("editing/placing.py", "put_back")


def follow(request: Request) -> None:
    """Equation 3 of InstructPix2Pix."""
    st.markdown(
        "#### Two things to listen to\n"
        "The network was trained with the photo or the instruction hidden now and then. So it can be asked three times "
        "a step: knowing nothing, knowing the photo I, knowing photo and instruction T. One step leads towards *this* "
        "photo, another towards what is *said*; each has its own length."
    )
    st.latex(FOLLOW % (f"{request.w_picture:g}", roles.REAL, f"{request.w:g}", roles.REAL, roles.TEXT, roles.REAL))


def fill(request: Request) -> None:
    """Guidance of a network that sees the hole and what is around it."""
    st.markdown(
        "#### A network that was trained with holes\n"
        "*Fill a hole* makes a model paint around what it never learned to look at. This one was trained for it: "
        "beside the noise it is given the hole m and the photo around it, so it needs no rounds. Twice a step it is "
        "asked, without the words T and with them."
    )
    st.latex(FILL % (roles.REAL, f"{request.w:g}", roles.REAL, roles.TEXT, roles.REAL))


def cost(request: Request, photo: Photo) -> str:
    """What is computed for one picture."""
    rows, columns = (side.stop - side.start for side in window_of(request, photo))
    share = request.side / max(rows, columns)
    tall, wide = (max(1, round(share * length)) for length in (rows, columns))
    places = -(-tall // CODE) * -(-wide // CODE)
    asked = 3 if request.task == "follow" else 2
    return (
        f"The model sees **{columns:,} × {rows:,}** of the photo's {photo.full.shape[1]:,} × {photo.full.shape[0]:,} "
        f"pixels and paints {wide} × {tall}, in a code of 4 × {places:,} numbers: {3 * tall * wide / 4 / places:.0f} "
        f"times fewer. In {request.steps} steps its U-Net is asked **{asked * request.steps}** times; that of Stable "
        f"Diffusion 1 has 860 million weights."
    )


def window_of(request: Request, photo: Photo) -> tuple[slice, slice]:
    """What of the photo at full size the model sees."""
    return looked_at(request, request.opacity(photo.full.shape[:2]))


def kept_share(request: Request, photo: Photo, editing: Editing | None) -> str:
    """How much of the photo cannot change, and that it did not."""
    opacity = request.opacity(photo.small.picture.shape[:2])
    text = f"**{100 * (opacity == 0).mean():.1f} %** of the photo lies outside the mask"
    if editing is None or editing.request.strokes != request.strokes:
        return text + " and will stay as it is."
    key = (editing.request, editing.moments[-1].step)
    outside, inside = kept_or("large-change", key, lambda: changes(editing, photo.full))
    return f"{text}; there the largest change is {outside} of 255 levels, inside the mean is {inside:.0f}."


def changes(editing: Editing, photo: np.ndarray) -> tuple[int, float]:
    """In grey levels: the largest change outside the mask and the mean one inside."""
    there = editing.request.opacity(photo.shape[:2]) > 0
    change = np.abs(editing.result(photo).astype(np.int16) - photo).max(-1)
    return int(change[~there].max(initial=0)), float(change[there].mean())


def tries(task: str) -> None:
    """What to do with it."""
    st.markdown("#### Try this\n" + "\n".join(f"{i}. {text}" for i, text in enumerate(TRIES[task], 1)))


TRIES = {
    "follow": (
        "*Recolour*, then brush over the suit and do it again: what else had the model changed?",
        "Guidance by the photo 1.0, then 2.5. When does it forget whose photo it is, when does it refuse?",
        "**Break it**: w = 25. Which colours burn out first, and why?",
        "Something that is not in the photo: *make the dog red*. Our small model says that nothing matches; this one?",
        "Three seeds: what is alike in all of them belongs to the words, what differs to the noise.",
    ),
    "fill": (
        "Say what should be there, then say *nothing*: plain cloth. Compare with the smoothest surface.",
        "A hole larger than the thing you name: what does the model put around it?",
        "Brush over a face. Whose does it become? Others may not like theirs to be changed.",
        "**Break it**: w = 25. What does the light in the hole have to do with that around it?",
        "The same hole in *Restore*: a network that has seen no other picture. What does each of them know?",
    ),
}
