"""Words → numbers: byte pairs learned from captions (Sennrich et al. 2016), any text of any script."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from engine.clip.towers import PADDING

VOCABULARIES = Path(__file__).parent / "vocabularies"
PAD, END = "<pad>", "<end>"
LONGEST = 2_000
"""What stands behind this many characters of a text lies far beyond every context and is not even split."""


class Tokens(NamedTuple):
    """Texts as numbers (B, L) with padding, the pieces that they stand for, and which texts were cut off."""

    numbers: Tensor
    pieces: list[list[str]]
    cut: list[bool]


class Tokenizer:
    """The vocabulary `vocabularies/NAME.json`: texts → at most `context` tokens, the last one the end of the text."""

    def __init__(self, name: str, context: int):
        self.name, self.context = name, context
        self._split = _vocabulary(name)

    def __len__(self) -> int:
        return self._split.get_vocab_size()

    def __call__(self, texts: Sequence[str]) -> Tokens:
        found = [split.ids for split in self._split.encode_batch([" ".join(text[:LONGEST].split()) for text in texts])]
        kept = [numbers[: self.context - 1] for numbers in found]
        end, longest = self._split.token_to_id(END), max(map(len, kept), default=0) + 1
        rows = [[*numbers, end] + [PADDING] * (longest - 1 - len(numbers)) for numbers in kept]
        pieces = [[self._split.decode([number]).strip() or "␣" for number in numbers] for numbers in kept]
        return Tokens(torch.tensor(rows), pieces, [len(numbers) >= self.context for numbers in found])


@cache
def _vocabulary(name: str):
    from tokenizers import Tokenizer as Split

    return Split.from_file(str(VOCABULARIES / f"{name}.json"))


def learn(texts: Iterable[str], size: int, name: str) -> None:
    """Learn `size` tokens from texts, without regard to case, and write `vocabularies/NAME.json`."""
    from tokenizers import Tokenizer as Split
    from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

    split = Split(models.BPE())
    split.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    split.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    split.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=[PAD, END], initial_alphabet=alphabet, min_frequency=3, show_progress=False
    )
    split.train_from_iterator(texts, trainer)
    split.save(str(VOCABULARIES / f"{name}.json"), pretty=False)
