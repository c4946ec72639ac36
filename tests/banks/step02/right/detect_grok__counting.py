"""right: counts records in a row."""

def detect_grok(epochs, train_accuracy, test_accuracy, threshold=0.99, patience=3):
    if len({len(epochs), len(train_accuracy), len(test_accuracy)}) > 1:
        raise ValueError("lengths differ")
    found = []
    for curve in (train_accuracy.tolist(), test_accuracy.tolist()):
        streak, when = 0, None
        for i, value in enumerate(curve):
            streak = streak + 1 if value >= threshold else 0
            if streak == patience:
                when = epochs[i - patience + 1].item()
                break
        found.append(when)
    return Grok(*found, found[1] - found[0] if None not in found else None)
