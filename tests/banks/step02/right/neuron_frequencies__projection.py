"""right: subtracts the mean and projects with the nine waves."""

def neuron_frequencies(neurons):
    p = math.isqrt(len(neurons))
    x = 2 * math.pi / p * torch.arange(p, dtype=torch.float64)
    centred = (neurons - neurons.mean(0)).double()
    grid = centred.reshape(p, p, -1)
    fractions = []
    for k in range(1, (p - 1) // 2 + 1):
        waves = torch.stack([torch.full((p,), 0.5**0.5, dtype=torch.float64), (k * x).cos(), (k * x).sin()]) * (2 / p) ** 0.5
        block = torch.einsum("ia,jb,abn->ijn", waves, waves, grid) if p < 20 else torch.einsum(
            "ia,ajn->ijn", waves, torch.einsum("jb,abn->ajn", waves, grid)
        )
        fractions.append(block.square().sum((0, 1)))
    total = centred.square().sum(0)
    alive = total > 1e-9 * (1 + neurons.double().square().sum(0))
    best = torch.stack(fractions).max(0)
    share = torch.where(alive, best.values / total.clamp(min=1e-30), 0.0)
    return NeuronFrequencies(torch.where(alive, best.indices + 1, 0), share.float())
