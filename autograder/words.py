"""How texts are put."""

from __future__ import annotations


def sentence(text: str) -> str:
    """`text` as a sentence begins: "the loss" → "The loss"; a symbol such as `dW` or `v` stays as it is."""
    first = text.split(" ", 1)[0]
    is_word = first.isalpha() and first.islower() and (len(first) > 1 or first == "a")
    return text[:1].upper() + text[1:] if is_word else text
