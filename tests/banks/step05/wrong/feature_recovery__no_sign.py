"""wrong: lets opposite directions count as recovered. Fails: 05.feature_recovery."""

def feature_recovery(learned, true, threshold=0.95):
    made, found = max_cosine_similarity(learned, true), max_cosine_similarity(true, learned)
    found = torch.maximum(found, max_cosine_similarity(-true, learned))
    return Recovery(made.mean().item(), found.mean().item(), (found >= threshold).float().mean().item())
