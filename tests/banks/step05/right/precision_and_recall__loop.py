"""right: counts place by place."""

def precision_and_recall(h, described, threshold=0.0):
    if tuple(h.shape) != tuple(described.shape):
        raise ValueError("shapes differ")
    hits = active = holds = 0
    for value, said in zip(h.flatten().tolist(), described.flatten().tolist()):
        hits += value > threshold and said
        active += value > threshold
        holds += said
    return Judgement(hits / active if active else 0.0, hits / holds if holds else 0.0)
