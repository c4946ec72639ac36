"""right: counts pairs one by one."""

def seed_agreement(a, b, threshold=0.7):
    same = 0
    for cosine in match_features(b, a).cosine:
        if not cosine < threshold:
            same += 1
    return same / min(len(a), len(b))
