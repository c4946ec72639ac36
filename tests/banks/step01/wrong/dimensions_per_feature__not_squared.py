"""wrong: does not square the norm. Fails: 01.dimensions_per_feature."""

def dimensions_per_feature(W):
    return W.shape[1] / W.flatten(1).norm(dim=1)
