"""wrong: starts b_dec at 0, not at the samples' mean. Fails: 05.sparsity_fidelity_frontier."""

import torch


def sparsity_fidelity_frontier(
    train_x, test_x, l1, latents, *, steps, seed=0, batch_size=1024, learning_rate=1e-3
):
    count = len(l1)
    sae = SparseAutoencoder(*initial_weights(count, train_x.shape[1], latents, seed))
    shared = train_x[:, None].expand(-1, count, -1)
    train_sae(sae, shared, l1, steps=steps, batch_size=batch_size, learning_rate=learning_rate, seed=seed)
    with torch.no_grad():
        x = test_x[:, None].expand(-1, count, -1)
        x_hat, h = sae(x)
        return Frontier(l0(h), fraction_of_variance_unexplained(x, x_hat))
