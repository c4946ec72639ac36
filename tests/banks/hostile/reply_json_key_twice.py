"""hostile (answers): answers with two values, in the hope that one reader takes the first and another the second. Says: malformed."""
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
    text = f'{{"id": {my_id()}, "value": 1, "value": 2}}'.encode()
    send(text, b"")
    os._exit(0)
