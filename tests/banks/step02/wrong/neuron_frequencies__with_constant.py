"""wrong: keeps the constant in the variance. Fails: 02.neuron_frequencies."""

def neuron_frequencies(neurons: Float32[Tensor, "pairs neuron"]) -> NeuronFrequencies:
    centred = neurons - neurons.mean(0)
    energy = fft2d(centred).square()  # [p, p, neuron]
    blocks = []
    for k in range(1, energy.shape[0] // 2 + 1):
        rows = torch.tensor([0, 2 * k - 1, 2 * k])
        blocks.append(energy[rows][:, rows].sum((0, 1)) - energy[0, 0])
    by_frequency, total = torch.stack(blocks), neurons.square().sum(0)
    silent = centred.abs().amax(0) <= 1e-6 * neurons.abs().amax(0)
    best = by_frequency.max(0)
    return NeuronFrequencies(
        torch.where(silent, 0, best.indices + 1), torch.where(silent, 0.0, best.values / total.where(~silent, 1.0))
    )
