"""right: draws with numpy."""

def composition_baseline(d_model, d_head, samples, seed):
    import numpy as np
    dice = np.random.default_rng(seed)
    total = 0.0
    for _ in range(samples):
        a, c = (torch.from_numpy(dice.standard_normal((d_model, d_head))) for _ in range(2))
        b, d = (torch.from_numpy(dice.standard_normal((d_head, d_model))) for _ in range(2))
        total += composition_score((a, b), (c, d))
    return total / samples
