"""wrong: returns one answer for each pair. Fails: 05.seed_agreement."""

def seed_agreement(a, b, threshold=0.7):
    return (match_features(a, b).cosine >= threshold).float()
