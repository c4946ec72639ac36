"""wrong: lets α weigh the gradient. Fails: 02.grokfast_filter."""

def grokfast_filter(
    gradient: Tensor, average: Tensor | None, alpha: float = 0.98, strength: float = 2.0
) -> tuple[Tensor, Tensor]:
    average = gradient.clone() if average is None else (1 - alpha) * average + alpha * gradient
    return gradient + strength * average, average
