"""wrong: adds absolute values up. Fails: 01.represented."""

def represented(W):
    return W.abs().sum(1)
