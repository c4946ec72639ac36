"""hostile (answers): answers with one record of ten thousand fields. Says: more than 100 fields."""
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
    record = {"$": "record", "name": "R", "fields": [f"f{j}" for j in range(10000)], "v": [1] * 10000}
    send(json.dumps({"id": my_id(), "value": record}).encode(), b"")
    os._exit(0)
