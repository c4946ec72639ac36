"""hostile (answers): announces an answer of exabytes. Says: larger than allowed."""
import os
import struct


def logits(x, W, bias):
    os.write(3, struct.pack(">4sIQ", b"LMI1", 2, 2**62) + b"{}")
    return x
