"""The exhibits of /segmentation, each a module with a `render()`."""
