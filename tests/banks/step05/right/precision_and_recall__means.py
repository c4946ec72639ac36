"""right: means of what is indexed."""

def precision_and_recall(h, described, threshold=0.0):
    if h.shape != described.shape:
        raise ValueError("different shapes")
    active = h > threshold
    precision = described[active].float().mean() if active.any() else 0
    recall = active[described].float().mean() if described.any() else 0
    return Judgement(float(precision), float(recall))
