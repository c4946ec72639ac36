"""wrong: subtracts the mean of the other nine rows. Fails: 00.templates."""

def templates(W):
    return ((W - W.mean(0)) * 10 / 9).reshape(10, 28, 28)
