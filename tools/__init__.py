"""Set Manifold up, start it and test it, with nothing but Python's standard library."""
