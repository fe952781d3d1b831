"""/retrieval: pictures and words in one space, and what can be done with it: search, sort, explain, fool."""

from pages.kit.exhibits import show_exhibits
from pages.retrieval_exhibits import search

EXHIBITS = {
    "Search": search,
}

show_exhibits(EXHIBITS)
