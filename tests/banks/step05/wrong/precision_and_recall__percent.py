"""wrong: gives percentages. Fails: 05.precision_and_recall."""

def precision_and_recall(h, described, threshold=0.0):
    if h.shape != described.shape:
        raise ValueError("different shapes")
    active = h > threshold
    both = (active & described).sum().item()
    active_count, described_count = max(active.sum().item(), 1), max(described.sum().item(), 1)
    return Judgement(100 * both / active_count, 100 * both / described_count)
