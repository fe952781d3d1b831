"""Pictures → scenes."""

from torch import Tensor

from engine import checkpoints
from engine.editing.scene_judge import SceneJudge
from engine.scenes import Scene

JUDGE = "judge-scenes"


def scenes_in(x: Tensor, judge: SceneJudge | str = JUDGE) -> list[Scene]:
    """What the judge, or the published judge of that name, reads in pictures (B, 3, 64, 64) in 0…1."""
    judge = checkpoints.companion(judge, x.device) if isinstance(judge, str) else judge
    return [scene for part in x.split(250) for scene in judge.read(part)]
