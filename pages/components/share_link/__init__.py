"""A button that copies the page's address: whoever opens the link sees the same view."""

from pages.components.assets import component

HTML = '<button type="button" data-testid="share-link" title="Copy the link to this view">Copy link</button>'


def share_link(key: str = "share-link") -> None:
    """Show the button."""
    component("share_link", HTML)(key=key, width="content")
