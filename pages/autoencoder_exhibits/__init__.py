"""The exhibits of /autoencoders, one a file; each has a `render()`."""
