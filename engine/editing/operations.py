"""What the page /editing asks of a model."""
