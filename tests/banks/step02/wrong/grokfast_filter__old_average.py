"""wrong: adds the old average. Fails: 02.grokfast_filter."""

def grokfast_filter(
    gradient: Tensor, average: Tensor | None, alpha: float = 0.98, strength: float = 2.0
) -> tuple[Tensor, Tensor]:
    old = gradient if average is None else average
    average = gradient.clone() if average is None else alpha * average + (1 - alpha) * gradient
    return gradient + strength * old, average
