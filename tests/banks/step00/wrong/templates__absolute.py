"""wrong: drops the sign. Fails: 00.templates."""

def templates(W):
    return (W - W.mean(0)).abs().reshape(10, 28, 28)
