"""wrong: lists all near ones under every feature. Fails: 05.feature_splitting."""

def feature_splitting(small, large, threshold=0.5):
    cosines = nn.functional.normalize(large, dim=-1) @ nn.functional.normalize(small, dim=-1).T
    order = cosines.argsort(dim=0, descending=True)
    return [o[c[o] >= threshold] for o, c in zip(order.T, cosines.T, strict=True)]
