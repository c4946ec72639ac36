"""hostile (answers): answers with a whole number of a thousand digits, by hand. Says: beyond the range of floats."""
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
    send(json.dumps({"id": my_id(), "value": 10**1000}).encode(), b"")
    os._exit(0)
