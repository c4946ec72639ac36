"""right: scikit-learn's scores."""

from sklearn.metrics import precision_score, recall_score


def precision_and_recall(h, described, threshold=0.0):
    if h.shape != described.shape:
        raise ValueError(f"{h.shape} and {described.shape}")
    truth, predicted = described.flatten().numpy(), (h > threshold).flatten().numpy()
    scores = (score(truth, predicted, zero_division=0) for score in (precision_score, recall_score))
    return Judgement(*map(float, scores))
