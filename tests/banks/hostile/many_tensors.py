"""hostile (answers): announces a hundred thousand tensors. Says: too many tensors."""
import json
import os
import struct


def logits(x, W, bias):
    entry = {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({str(number): entry for number in range(100_000)}).encode()
    raw, text = struct.pack("<Q", len(header)) + header, b"{}"
    data = struct.pack(">4sIQ", b"LMI1", len(text), len(raw)) + text + raw
    while data:
        data = data[os.write(3, data):]
    os._exit(0)
