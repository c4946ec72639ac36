"""hostile (time): raises an exception whose text takes for ever. Says: Took too long."""
class Slow(Exception):
    def __str__(self):
        while True:
            pass


def logits(x, W, bias):
    raise Slow
