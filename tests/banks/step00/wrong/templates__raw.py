"""wrong: does not centre. Fails: 00.templates."""

def templates(W):
    return W.reshape(10, 28, 28)
