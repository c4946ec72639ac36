"""right: trains one autoencoder after the other, each from its instance of the start."""

import torch


def sparsity_fidelity_frontier(
    train_x, test_x, l1, latents, *, steps, seed=0, batch_size=1024, learning_rate=1e-3
):
    start = initial_weights(len(l1), train_x.shape[1], latents, seed, train_x.mean(0))
    points = []
    for i in range(len(l1)):
        sae = SparseAutoencoder(*(weights[i : i + 1].clone() for weights in start))
        settings = dict(steps=steps, batch_size=batch_size, learning_rate=learning_rate, seed=seed)
        sae = train_sae(sae, train_x.unsqueeze(1), l1[i : i + 1], **settings)
        x_hat, h = sae(test_x.unsqueeze(1))
        points.append((l0(h), fraction_of_variance_unexplained(test_x.unsqueeze(1), x_hat).detach()))
    l0s, fvus = zip(*points)
    return Frontier(torch.cat(l0s), torch.cat(fvus))
