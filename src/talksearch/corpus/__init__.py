"""What was obtained and what was said about it, on disk: the truth that the index is made from."""

from talksearch.corpus.sidecars import FeedState, Given, Meta, ShowFile
from talksearch.corpus.signatures import Signature, is_settled
from talksearch.corpus.store import LOOSE, WAIT_S, Corpus, Stored

__all__ = [
    "LOOSE",
    "WAIT_S",
    "Corpus",
    "FeedState",
    "Given",
    "Meta",
    "ShowFile",
    "Signature",
    "Stored",
    "is_settled",
]
