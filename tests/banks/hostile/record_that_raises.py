"""hostile (objects): returns a record whose fields cannot be read. Says: Raised an exception."""
from typing import NamedTuple


class Weights(NamedTuple):
    W: int

    def __getattribute__(self, name):
        raise SystemError(name)


def logits(x, W, bias):
    return Weights(1)
