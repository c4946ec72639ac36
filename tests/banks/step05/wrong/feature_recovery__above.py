"""wrong: asks for more than the threshold. Fails: 05.feature_recovery."""

def feature_recovery(learned, true, threshold=0.95):
    made, found = max_cosine_similarity(learned, true), max_cosine_similarity(true, learned)
    return Recovery(made.mean().item(), found.mean().item(), (found > threshold).float().mean().item())
