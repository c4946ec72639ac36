"""wrong: returns lists of numbers. Fails: 05.feature_splitting."""

def feature_splitting(small, large, threshold=0.5):
    cosines = nn.functional.normalize(large, dim=-1) @ nn.functional.normalize(small, dim=-1).T
    best, parent = cosines.max(1)
    order = best.argsort(descending=True)
    order = order[best[order] >= threshold]
    return [order[parent[order] == feature].tolist() for feature in range(len(small))]
