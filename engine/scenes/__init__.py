"""Our own captioned scenes: coloured shapes with masks, captions, hard negatives and edit pairs, endless and free.

`scene(seed, n)` is always the same scene, whatever else is asked for; `draw` makes its picture and masks, `caption` a
true sentence, `negative` a false one, `edit(seed, n)` a scene before and after an instruction. NumPy only: pages use it
too.
"""

from engine.scenes.captions import Caption, caption
from engine.scenes.claims import Claim, Ground, Phrase
from engine.scenes.composing import scene
from engine.scenes.drawing import Drawing, draw, draw_all
from engine.scenes.edits import Edit, edit, edit_of, may_change
from engine.scenes.negatives import negative
from engine.scenes.truth import CLASSES, HELD_OUT, PAIRS, SEEN, Background, Scene, Thing
from engine.scenes.vocabulary import VOCABULARY, words

__all__ = [
    "CLASSES",
    "HELD_OUT",
    "PAIRS",
    "SEEN",
    "VOCABULARY",
    "Background",
    "Caption",
    "Claim",
    "Drawing",
    "Edit",
    "Ground",
    "Phrase",
    "Scene",
    "Thing",
    "caption",
    "draw",
    "draw_all",
    "edit",
    "edit_of",
    "may_change",
    "negative",
    "scene",
    "words",
]
