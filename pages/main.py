"""The frame around every page: settings, navigation, the projector's style."""

import streamlit as st

from pages.kit.projector import apply_projector

st.set_page_config(page_title="Manifold", page_icon="pages/static/icon.png", layout="wide")
st.logo("pages/static/logo.svg", icon_image="pages/static/icon.png", size="large")

page = st.navigation(
    [
        st.Page("home.py", title="Manifold", icon=":material/hub:", url_path="", default=True),
        st.Page("autoencoders.py", title="Autoencoders", icon=":material/scatter_plot:", url_path="autoencoders"),
        st.Page("diffusion.py", title="Diffusion", icon=":material/blur_on:", url_path="diffusion"),
        st.Page("gans.py", title="GANs", icon=":material/swords:", url_path="gans"),
        st.Page("segmentation.py", title="Segmentation", icon=":material/content_cut:", url_path="segmentation"),
        st.Page("retrieval.py", title="Retrieval", icon=":material/image_search:", url_path="retrieval"),
        st.Page("editing.py", title="Editing", icon=":material/brush:", url_path="editing"),
        st.Page("blocks.py", title="Building blocks", icon=":material/grid_on:", url_path="blocks"),
        st.Page("model_cards.py", title="Model cards", icon=":material/badge:", url_path="model-cards"),
    ],
    position="top",
)
apply_projector()
page.run()
