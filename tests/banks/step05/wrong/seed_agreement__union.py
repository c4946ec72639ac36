"""wrong: divides by all features of both. Fails: 05.seed_agreement."""

def seed_agreement(a, b, threshold=0.7):
    same = (match_features(a, b).cosine >= threshold).sum().item()
    return same / (len(a) + len(b) - same)
