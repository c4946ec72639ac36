"""wrong: subtracts late from early. Fails: 03.in_context_learning_score."""

def in_context_learning_score(loss: Float[Tensor, "batch position-1"], early: int, late: int) -> float:
    return (loss[:, early].mean() - loss[:, late].mean()).item()
