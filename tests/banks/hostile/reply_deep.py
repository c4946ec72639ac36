"""hostile (answers): answers with a nest that is deeper than Python goes. Says: malformed."""
import json
import os
import struct
import sys


def my_id():
    frame = sys._getframe()
    while frame and "request" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["request"]["id"]


def send(text, raw=b""):
    data = struct.pack(">4sIQ", b"LMI1", len(text), len(raw)) + text + raw
    while data:
        data = data[os.write(3, data):]


def logits(x, W, bias):
    text = b'{"id": 1, "value": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    send(text, b"")
    os._exit(0)
