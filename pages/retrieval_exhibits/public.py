"""Public models: any that open_clip knows, fetched when a person asks for it and then used like ours."""

import re

import streamlit as st

from engine import client
from engine.clip.public_names import CAN, CANNOT, PUBLIC
from pages.kit.fetching import watch
from pages.kit.guard import guard

NAME = re.compile(r"[\w.-]{1,80}/[\w.-]{1,80}")


def offer() -> None:
    """A fold with the suggested models and a field for any other; nothing is fetched before the button is pressed."""
    with st.expander("A public model", icon=":material/cloud_download:"):
        names = {f"{choice.name}/{choice.tag}": choice for choice in PUBLIC}
        chosen = st.selectbox(
            "Architecture / weights", list(names), key="public-clip", accept_new_options=True,
            help="Any pair that open_clip lists, such as ViT-B-32/openai.",
        )  # fmt: skip
        if choice := names.get(chosen):
            st.caption(
                f"About {choice.megabytes} MB, once. {choice.imagenet:.1%} of ImageNet without having been shown its "
                f"classes, say its publishers. Licence: {choice.licence}."
            )
        st.caption(f"{CAN} {CANNOT}")
        if st.button("Fetch", icon=":material/download:", width="stretch", key="public-fetch"):
            with guard():
                fetch(chosen)


def fetch(chosen: str) -> None:
    """Wait until a model is on this machine, with a bar; any click stops it. Raises `EngineError`."""
    if not NAME.fullmatch(chosen or ""):
        st.warning("Write it as ARCHITECTURE/WEIGHTS, such as ViT-B-32/laion2b_s34b_b79k.", icon=":material/edit:")
        return
    name, tag = chosen.split("/")
    watch(client.engine().stream("clip", "fetch_public", name=name, tag=tag), f"Looking for {name} …")
    st.toast("It is here: choose it under Model.", icon=":material/check:")
    st.rerun()
