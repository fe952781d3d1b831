"""The exhibits of /blocks, one a file; each has a `render()`."""
