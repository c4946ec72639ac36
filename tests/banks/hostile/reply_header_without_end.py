"""hostile (answers): announces tensors with a header of a terabyte. Says: too many tensors."""
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
    send(json.dumps({"id": my_id(), "value": 1}).encode(), (2**40).to_bytes(8, "little") + b"{}")
    os._exit(0)
