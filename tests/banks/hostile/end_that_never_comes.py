"""hostile (time): leaves something to be done at the end of the process that takes for ever."""
import atexit
import time

atexit.register(time.sleep, 10**6)


def logits(x, W, bias):
    return None
