"""wrong: gives NaN where there is nothing to divide by. Fails: 05.precision_and_recall."""

def precision_and_recall(h, described, threshold=0.0):
    if h.shape != described.shape:
        raise ValueError("different shapes")
    active = h > threshold
    both = (active & described).sum().item()
    active_count, described_count = active.sum(), described.sum()
    return Judgement((both / active_count).item(), (both / described_count).item())
