"""wrong: subtracts one number, the mean of all weights. Fails: 00.templates."""

def templates(W):
    return (W - W.mean()).reshape(10, 28, 28)
