"""wrong: returns squared norms. Fails: 01.represented."""

def represented(W):
    return W.square().sum(1)
