"""The exhibits of /retrieval."""
