"""hostile (time): returns an object that takes for ever when it is let go."""
import time


class Slow:
    def __del__(self):
        time.sleep(10**6)


def logits(x, W, bias):
    return [Slow() for _ in range(3)]
