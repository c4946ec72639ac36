"""wrong: adds. Fails: 02.subtraction_clock."""

def subtraction_clock(p: int, frequencies: Int64[Tensor, "key"]) -> Weights:
    return _clock(p, frequencies, turn=1.0)
