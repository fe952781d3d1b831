"""What all films share: buttons, slider and speed as markup; film_transport.js is the clock that they move."""

PARTS = ("film_transport",)
"""For `assets.component(…, parts=PARTS)`: the script and the style that belong to this markup."""

SPEEDS = {
    "0.25": ("¼×", "A quarter of the speed"),
    "0.5": ("½×", "Half the speed"),
    "1": ("1×", "Normal speed"),
    "2": ("2×", "Twice the speed"),
    "4": ("4×", "Four times the speed"),
}
ENDINGS = {"once": "Play once", "loop": "Start again at the end", "bounce": "Turn round at the ends"}


def slider(prefix: str) -> str:
    """The slider over the frames; like all markup here, its test id begins with `prefix`."""
    return f"""
    <input class="scrub" type="range" min="0" step="1" aria-label="Frame" data-testid="{prefix}-scrub">"""


def buttons(prefix: str) -> str:
    """Back, play and forward."""
    return f"""
    <div class="segments transport">
      <button type="button" class="back" data-testid="{prefix}-back" aria-label="Previous frame"
        title="Previous frame (←)">
        <svg viewBox="0 0 24 24"><path d="M17 6l-8 6 8 6z M6 6v12"/></svg></button>
      <button type="button" class="play" data-testid="{prefix}-play">
        <svg viewBox="0 0 24 24">
          <path class="start" d="M8 5l11 7-11 7z"/><path class="stop" d="M8 5v14 M16 5v14"/></svg></button>
      <button type="button" class="forward" data-testid="{prefix}-forward" aria-label="Next frame"
        title="Next frame (→)">
        <svg viewBox="0 0 24 24"><path d="M7 6l8 6-8 6z M18 6v12"/></svg></button>
    </div>"""


def pace(prefix: str) -> str:
    """How fast, and what happens at the end."""
    button = '<button type="button" data-{} data-testid="{}" title="{}">{}</button>'
    speeds = "".join(
        button.format(f'speed="{speed}"', f"{prefix}-speed-{speed}", title, name)
        for speed, (name, title) in SPEEDS.items()
    )
    endings = "".join(
        button.format(f'ending="{name}"', f"{prefix}-{name}", title, name) for name, title in ENDINGS.items()
    )
    return f"""
    <div class="segments speeds" role="group" aria-label="Speed">{speeds}</div>
    <div class="segments endings" role="group" aria-label="At the end">{endings}</div>"""


def saving(name: str, testid: str, text: str, title: str) -> str:
    """A button of the class `name` that downloads something."""
    return f"""
    <button type="button" class="save {name}" data-testid="{testid}" aria-label="{title}" title="{title}">
      <svg viewBox="0 0 24 24"><path d="M12 4v11 M7 11l5 5 5-5 M5 20h14"/></svg><span>{text}</span></button>"""
