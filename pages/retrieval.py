"""/retrieval: pictures and words in one space, and what can be done with it: search, sort, explain, fool."""

from pages.kit.exhibits import show_exhibits
from pages.retrieval_exhibits import fooled, matrix, search, space_map, why, zero_shot

EXHIBITS = {
    "Search": search,
    "Zero-shot": zero_shot,
    "Matrix": matrix,
    "Map": space_map,
    "Why this match": why,
    "Break it": fooled,
}

show_exhibits(EXHIBITS)
