"""wrong: has the default of feature_recovery. Fails: 05.seed_agreement."""

def seed_agreement(a, b, threshold=0.95):
    return (match_features(a, b).cosine >= threshold).float().mean().item()
