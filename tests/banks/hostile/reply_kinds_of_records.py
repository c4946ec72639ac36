"""hostile (answers): answers with thousands of records, each of a kind of its own. Says: kinds of records."""
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
    records = [{"$": "record", "name": f"R{i}", "fields": [f"f{j}" for j in range(40)], "v": [1] * 40} for i in range(3000)]
    send(json.dumps({"id": my_id(), "value": records}).encode(), b"")
    os._exit(0)
