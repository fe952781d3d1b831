"""Manifold's engine: everything that computes. It knows no Streamlit and runs without it."""
