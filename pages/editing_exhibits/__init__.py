"""The exhibits of /editing."""
