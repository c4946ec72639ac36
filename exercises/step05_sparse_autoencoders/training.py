"""Training sparse autoencoders: the loop, and what to do about features that have died.

What the loop is made of: `from .autoencoder import normalize_decoder_, remove_parallel_gradient_, sae_loss`.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from .autoencoder import SparseAutoencoder


def scale_activations(x: Float[Tensor, "batch d"]) -> tuple[Float[Tensor, "batch d"], float]:
    """Multiply all activations by one number, so that their mean squared norm is 1; returns them and the number.

    The mean over the batch of ‖x‖² becomes 1: not the mean norm, and nothing is centred, no column has its own
    factor. The error of x̂ = 0 is then 1 whatever the model, so that λ means the same elsewhere. Takes float32
    [batch, d]; returns float32 [batch, d] and a float. Raises ValueError when all activations are zero. Source:
    Conerly et al. 2024, "Update on how we train SAEs" (who make the mean norm √d).
    """
    raise NotImplementedError("Return x times a number, and the number, so that the mean squared norm is 1")


def train_sae(
    sae: SparseAutoencoder | nn.Module,
    x: Float[Tensor, "sample instance d"],
    l1: Float[Tensor, "instance"],
    *,
    steps: int,
    batch_size: int = 1024,
    learning_rate: float = 1e-3,
    seed: int = 0,
    resample_at: tuple[int, ...] = (),
) -> SparseAutoencoder | nn.Module:
    """Train all instances at once, in place, each with its own λ; returns the autoencoder it was given.

    Each of `steps` steps takes `batch_size` samples of `x`, drawn anew, and lowers the sum of `sae_loss` over
    instances with `torch.optim.Adam`: backward, `remove_parallel_gradient_`, step, `normalize_decoder_`. The
    learning rate stays for the first four fifths of the steps, then falls linearly towards 0. After each of the
    steps in `resample_at` (step 100: after 100 steps) features that fired for none of the samples since the last
    time, or since the start, are given to `resample_dead_features` together with that step's batch. Draws come from
    a generator seeded with `seed`: the same seed gives the same weights. With 0 steps `sae` stays as it is. Uses
    nothing of `sae` but calling it (x̂ and h) and its four weights, so that other architectures train too. Judged by
    what is learned: other schedules that get there are welcome. Takes float32 [sample, instance, d] and [instance];
    where the samples are the same for all instances, an expanded tensor does. Source: Bricken et al. 2023, "Sparse
    Autoencoder Training".
    """
    raise NotImplementedError("Return sae, trained for as many steps as asked, its dead resampled when asked")


@torch.no_grad()
def resample_dead_features(
    sae: SparseAutoencoder | nn.Module,
    optimiser: torch.optim.Optimizer,
    x: Float[Tensor, "batch instance d"],
    dead: Bool[Tensor, "instance latent"],
    generator: torch.Generator | None = None,
    power: int | float = 2,
) -> None:
    """Give every dead feature a new direction, in place: towards an example that is reconstructed badly.

    For each feature that `dead` marks, draw one of the examples `x`, float32 [batch, instance, d], of its instance,
    with probability proportional to its squared error ‖x − x̂‖² to the power of `power` (2: Bricken et al.'s squared
    loss; 1: the squared error itself; 0: all alike). Its row of W_dec becomes the unit vector of x − b_dec; its column
    of W_enc the same, times 0.2 and the mean norm of the encoder columns of its instance's live features (1 where there
    are none); its b_enc 0. The optimiser's moments (`exp_avg`, `exp_avg_sq`) of just these entries become 0; there are
    none before its first step. Errors are those before any change. Draws are with replacement and come from `generator`
    (PyTorch's global one where it is None). Live features, b_dec and their moments stay as they are. Returns nothing.
    Source: Bricken et al. 2023, "Neuron Resampling" (who do not take away b_dec).
    """
    raise NotImplementedError("Change weights and moments of each dead feature to those of a new one")
