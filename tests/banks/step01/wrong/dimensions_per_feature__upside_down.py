"""wrong: features for each dimension. Fails: 01.dimensions_per_feature."""

def dimensions_per_feature(W):
    return W.square().sum((1, 2)) / W.shape[1]
