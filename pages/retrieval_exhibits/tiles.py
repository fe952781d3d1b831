"""Pictures of a gallery as URLs, each encoded once."""

from base64 import b64encode
from functools import lru_cache

from pages.retrieval_exhibits.galleries import Gallery
from pages.retrieval_exhibits.shelf import Shelf


def source_url(gallery: Gallery | Shelf, id: str) -> str:
    """A picture as a `data:` URL."""
    return jpeg_url(gallery.image(id))


@lru_cache(maxsize=2048)
def jpeg_url(jpeg: bytes) -> str:
    """A JPEG file as a `data:` URL."""
    return "data:image/jpeg;base64," + b64encode(jpeg).decode()
