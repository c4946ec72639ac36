"""wrong: divides the number of features. Fails: 01.dimensions_per_feature."""

def dimensions_per_feature(W):
    return W.shape[2] / W.square().sum((1, 2))
