"""A notebook's file without what its cells put out: pictures and tables may be many times as large as the code."""

from __future__ import annotations

import re

MAX_TOKENS = 3_000_000  # strings and brackets looked at

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{}]', re.S)
_VALUE = re.compile(rb"[ \t\r\n]{0,80}:[ \t\r\n]{0,80}(?=[\[{])")
# key → how deep it lies: a cell's in format 4 and 3, pictures in text, the state of widgets
_LEFT_OUT = {b'"outputs"': (3, 5), b'"attachments"': (3,), b'"widgets"': (2,)}


def without_outputs(data: bytes) -> bytes:
    """The notebook's JSON with its outputs, pictures in text and widgets' state empty; as it is where it is no JSON."""
    kept: list[bytes] = []
    copied, depth, skipping = 0, 0, 0  # `skipping`: the depth that ends what is left out
    tokens = _TOKEN.finditer(data)
    for _, token in zip(range(MAX_TOKENS), tokens, strict=False):
        text = token[0]
        if text in b"[{":
            depth += 1
        elif text in b"]}":
            depth -= 1
            if skipping and depth == skipping:
                kept.append(b"[]" if text == b"]" else b"{}")
                copied, skipping = token.end(), 0
        elif text == b'"':  # a string that does not end
            return data
        elif not skipping and depth in _LEFT_OUT.get(text, ()) and (value := _VALUE.match(data, token.end())):
            kept.append(data[copied : value.end()])
            copied, skipping = value.end(), depth
    return data if skipping else b"".join([*kept, data[copied:]])
