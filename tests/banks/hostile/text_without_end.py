"""hostile (text): raises exceptions whose text, chain and notes have no end. Says: Raised an exception."""
def logits(x, W, bias):
    error = ValueError("x" * 10**7)
    for number in range(500):
        error.add_note("y" * 10**4)
    raise error from ExceptionGroup("z" * 10**6, [ValueError(n) for n in range(1000)])
