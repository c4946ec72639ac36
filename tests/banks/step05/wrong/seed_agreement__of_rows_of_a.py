"""wrong: divides by the rows of a. Fails: 05.seed_agreement."""

def seed_agreement(a, b, threshold=0.7):
    return (match_features(a, b).cosine >= threshold).sum().item() / len(a)
