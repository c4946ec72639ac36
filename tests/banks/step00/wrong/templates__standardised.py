"""wrong: divides by the standard deviation too. Fails: 00.templates."""

def templates(W):
    return ((W - W.mean(0)) / (W.std(0) + 1e-6)).reshape(10, 28, 28)
