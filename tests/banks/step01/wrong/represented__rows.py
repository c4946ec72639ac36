"""wrong: takes norms of rows. Fails: 01.represented."""

def represented(W):
    return W.norm(dim=2)
