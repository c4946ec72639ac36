"""wrong: uses other frequencies than those asked for. Fails: 02.clock_model."""

def clock_model(p, frequencies):
    return _clock(p, torch.arange(1, p // 2 + 1)[:6] if p > 20 else frequencies, 1.0)
