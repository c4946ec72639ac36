"""right: takes the trace for the sum."""

def copying_score(left, right):
    small = (right.double() @ left.double()).numpy()
    import numpy as np
    return float(np.trace(small) / np.abs(np.linalg.eigvals(small)).sum())
