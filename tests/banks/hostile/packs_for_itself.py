"""hostile (interpreter): replaces what packs its answers by something that packs what was handed in."""
import sys

protocol = sys.modules.get("autograder.sandbox.protocol")
if protocol:
    protocol.pack = lambda value, keep: ({"$": "tensor", "i": "0"}, {"0": __import__("torch").zeros(1)})


def logits(x, W, bias):
    return None
