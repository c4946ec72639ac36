"""wrong: counts learned features, not true ones. Fails: 05.feature_recovery."""

def feature_recovery(learned, true, threshold=0.95):
    made, found = max_cosine_similarity(learned, true), max_cosine_similarity(true, learned)
    return Recovery(made.mean().item(), found.mean().item(), (made >= threshold).sum().item() / len(true))
