"""wrong: takes each row's best. Fails: 05.seed_agreement."""

def seed_agreement(a, b, threshold=0.7):
    return (max_cosine_similarity(a, b) >= threshold).float().mean().item()
