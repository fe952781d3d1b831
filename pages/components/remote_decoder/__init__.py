"""What components share that fetch a picture from an app route while a hand moves; remote_decoder.js does it."""

PARTS = ("remote_decoder",)
"""For `assets.component(…, parts=PARTS)`: the script, and the style of its `.timing` and `.notice`."""
