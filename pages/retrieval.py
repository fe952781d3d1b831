"""/retrieval: pictures and words in one space, and what can be done with it: search, sort, explain, fool."""

from pages.kit.exhibits import show_exhibits
from pages.retrieval_exhibits import matrix, search, zero_shot

EXHIBITS = {
    "Search": search,
    "Zero-shot": zero_shot,
    "Matrix": matrix,
}

show_exhibits(EXHIBITS)
