"""hostile (answers): answers with a number of the question that is no number. Says: out of step."""
import os
import struct


def logits(x, W, bias):
    text = b'{"id": NaN, "value": [0, 1]}'
    os.write(3, struct.pack(">4sIQ", b"LMI1", len(text), 0) + text)
    os._exit(0)
