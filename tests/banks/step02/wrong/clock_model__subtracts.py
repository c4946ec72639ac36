"""wrong: turns b backwards. Fails: 02.clock_model."""

def clock_model(p: int, frequencies: Int64[Tensor, "key"]) -> Weights:
    return _clock(p, frequencies, turn=-1.0)
