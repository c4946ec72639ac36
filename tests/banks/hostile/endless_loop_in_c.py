"""hostile (time): never returns, inside a call that holds the interpreter. Says: Took too long."""


def logits(x, W, bias):
    return sum(range(10**13))
