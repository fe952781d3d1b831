"""The exhibits of /gans, one a file; each has a `render()`."""
