"""hostile (time): matches a regular expression that never comes to an end. Says: Took too long."""
import re


def logits(x, W, bias):
    return re.match(r"(a+)+$", "a" * 60 + "b")
