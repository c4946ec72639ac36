"""right: averages the differences of the rows."""

def in_context_learning_score(loss, early, late):
    return float((loss[:, late] - loss[:, early]).double().mean())
