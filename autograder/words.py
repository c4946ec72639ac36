"""How texts are put, and how a command says that it could not do its work."""

from __future__ import annotations

import sys

COULD_NOT = 2  # exit status: it could not be done, and a line on stderr says why


def could_not(message: str) -> int:
    """Say why a command could not do its work; its exit status."""
    print(message, file=sys.stderr)
    return COULD_NOT


def sentence(text: str) -> str:
    """`text` as a sentence begins: "the loss" → "The loss"; a symbol such as `dW` or `v` stays as it is."""
    first = text.split(" ", 1)[0]
    is_word = first.isalpha() and first.islower() and (len(first) > 1 or first == "a")
    return text[:1].upper() + text[1:] if is_word else text
