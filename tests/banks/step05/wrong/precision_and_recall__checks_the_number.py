"""wrong: refuses another number of places only, not a transposed mask. Fails: 05.precision_and_recall."""

def precision_and_recall(h, described, threshold=0.0):
    if h.numel() != described.numel():
        raise ValueError("different shapes")
    active = h > threshold
    both = (active & described).sum().item()
    active_count, described_count = max(active.sum().item(), 1), max(described.sum().item(), 1)
    return Judgement(both / active_count, both / described_count)
