"""wrong: adds all instances up. Fails: 01.dimensions_per_feature."""

def dimensions_per_feature(W):
    return (W.shape[1] / W.square().sum()).expand(len(W))
