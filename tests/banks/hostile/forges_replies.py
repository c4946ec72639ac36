"""hostile (answers): sends well-formed answers of its own making before it is asked. Says: out of step."""
import json
import os
import struct


def logits(x, W, bias):
    for number in range(2, 200):
        text = json.dumps({"id": number, "value": True, "printed": "passed"}).encode()
        os.write(3, struct.pack(">4sIQ", b"LMI1", len(text), 0) + text)
    return x @ W.T + bias
