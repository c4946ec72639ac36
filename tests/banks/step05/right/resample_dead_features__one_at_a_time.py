"""right: draws for one feature after the other, by the inverse of the distribution."""

import torch


def resample_dead_features(sae, optimiser, x, dead, generator=None, power=2):
    with torch.no_grad():
        x_hat, _ = sae(x)
        error = torch.linalg.vector_norm(x - x_hat, dim=-1).double() ** (2 * power)
        below = error.cumsum(0)
        sizes = []
        for i in range(len(dead)):
            alive = (~dead[i]).nonzero().flatten()
            sizes.append(0.2 * sae.W_enc[i, :, alive].pow(2).sum(0).sqrt().mean() if len(alive) else torch.tensor(0.2))
        for i, j in dead.nonzero().tolist():
            at = torch.rand(1, generator=generator).double() * below[-1, i]
            example = x[min(int(torch.searchsorted(below[:, i].contiguous(), at)), len(x) - 1), i] - sae.b_dec[i]
            example = example / example.norm()
            sae.W_dec[i, j] = example
            sae.W_enc[i, :, j] = sizes[i] * example
            sae.b_enc[i, j] = 0.0
            for parameter, place in ((sae.W_dec, (i, j)), (sae.W_enc, (i, slice(None), j)), (sae.b_enc, (i, j))):
                state = optimiser.state.get(parameter, {})
                for moment in ("exp_avg", "exp_avg_sq"):
                    if moment in state:
                        state[moment][place] = 0.0
