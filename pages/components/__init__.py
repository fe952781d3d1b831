"""Browser-side parts: Streamlit v2 components, one folder each with its Python door, script and style."""
