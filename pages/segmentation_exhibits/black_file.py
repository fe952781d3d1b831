"""A mask that somebody saved and that looks black: what is really in it."""

import numpy as np
import streamlit as st

from engine.images import open_upload
from engine.segmentation.diagnosis import of_file
from pages.kit.downloads import png_button
from pages.kit.guard import guard


def own_mask(names: tuple[str, ...]) -> None:
    """A fold that takes a mask file and says what its values are."""
    with st.expander("A black mask of your own?", icon=":material/frame_inspect:"):
        file = st.file_uploader("Its file", ["png", "bmp", "tif", "tiff", "gif"], key="black-file", max_upload_size=20)
        if file is None:
            st.caption("Bring the file: what looks black is often not.")
            return
        with guard():
            mask = np.asarray(open_upload(file))
            finding = of_file(mask, names)
            st.markdown(f"**{finding.name.capitalize()}.** {finding.text} {finding.cure}")
            bright = stretched(mask)
            st.image(bright, "Stretched to 0…255")
            png_button("Stretched PNG", bright, "mask", factor=1)


def stretched(mask: np.ndarray) -> np.ndarray:
    """The same with its largest value at 255."""
    return np.rint(mask * (255 / max(1, int(mask.max())))).astype(np.uint8)
