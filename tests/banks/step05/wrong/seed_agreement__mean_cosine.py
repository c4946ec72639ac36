"""wrong: returns the mean cosine. Fails: 05.seed_agreement."""

def seed_agreement(a, b, threshold=0.7):
    return match_features(a, b).cosine.mean().item()
