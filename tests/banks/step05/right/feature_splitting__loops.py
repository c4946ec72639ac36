"""right: one large feature after another, in lists."""

def feature_splitting(small, large, threshold=0.5):
    import torch

    families = [[] for _ in small]
    for row in range(len(large)):
        cosines = torch.cosine_similarity(small, large[row : row + 1]).tolist()
        best = max(cosines)
        if best >= threshold:
            families[cosines.index(best)].append((best, row))
    return [
        torch.tensor([row for _, row in sorted(family, reverse=True)], dtype=torch.long) for family in families
    ]
