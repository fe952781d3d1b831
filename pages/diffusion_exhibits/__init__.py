"""The exhibits of /diffusion, one a file; each has a `render()`."""
