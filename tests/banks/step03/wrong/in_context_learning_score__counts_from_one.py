"""wrong: counts entries from one. Fails: 03.in_context_learning_score."""

def in_context_learning_score(loss: Float[Tensor, "batch position-1"], early: int, late: int) -> float:
    return (loss[:, late - 1].mean() - loss[:, early - 1].mean()).item()
