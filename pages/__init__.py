"""What a person sees. No mathematics and no torch here: pages speak to `engine.client`."""
