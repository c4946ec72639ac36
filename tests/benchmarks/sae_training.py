"""How fast sparse autoencoders train: `python tests/benchmarks/sae_training.py [ROUNDS]`.

Side by side in one process, on the same activations with the same sizes (512 neurons, 1,024 latents, batches of 1,024,
two threads), medians of activations per second and autoencoder, of
- the reference's `train_sae`, one autoencoder, and four λ at once as instances;
- the plain loop that one would write first: two `nn.Linear`, Adam, one autoencoder after the other; here with the parts
  of the recipe that cost something (unit decoder rows, gradients at right angles to them), and without;
- `dictionary_learning`'s StandardTrainer, the same recipe, where it is installed: `pip install dictionary-learning`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from reference.step05_sparse_autoencoders.autoencoder import SparseAutoencoder, initial_weights  # noqa: E402
from reference.step05_sparse_autoencoders.training import train_sae  # noqa: E402

D, LATENTS, BATCH, STEPS, L1 = 512, 1024, 1024, 60, 0.1


def reference(x: torch.Tensor, instances: int) -> int:
    sae = SparseAutoencoder(*initial_weights(instances, D, LATENTS, seed=0))
    l1 = torch.full((instances,), L1)
    train_sae(sae, x[:, None].expand(-1, instances, -1), l1, steps=STEPS, batch_size=BATCH, seed=0)
    return instances


def plain_loop(x: torch.Tensor, recipe: bool) -> int:
    """One autoencoder, as one would write it first."""
    torch.manual_seed(0)
    encoder, decoder = nn.Linear(D, LATENTS), nn.Linear(LATENTS, D, bias=False)
    b_dec = nn.Parameter(torch.zeros(D))
    optimiser = torch.optim.Adam([*encoder.parameters(), *decoder.parameters(), b_dec], lr=1e-3)
    for _ in range(STEPS):
        batch = x[torch.randint(len(x), (BATCH,))]
        h = torch.relu(encoder(batch - b_dec))
        x_hat = decoder(h) + b_dec
        loss = ((batch - x_hat) ** 2).sum(-1).mean() + L1 * h.abs().sum(-1).mean()
        optimiser.zero_grad()
        loss.backward()
        if recipe:
            with torch.no_grad():
                unit = decoder.weight / decoder.weight.norm(dim=0)
                decoder.weight.grad -= (decoder.weight.grad * unit).sum(0) * unit
        optimiser.step()
        if recipe:
            with torch.no_grad():
                decoder.weight /= decoder.weight.norm(dim=0)
    return 1


def dictionary_learning(x: torch.Tensor, trainer_class: type) -> int:
    trainer = trainer_class(
        steps=STEPS, activation_dim=D, dict_size=LATENTS, layer=0, lm_name="", lr=1e-3, l1_penalty=L1, warmup_steps=0,
        sparsity_warmup_steps=None, device="cpu", seed=0,
    )  # fmt: skip
    for step in range(STEPS):
        trainer.update(step, x[torch.randint(len(x), (BATCH,))])
    return 1


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    torch.set_num_threads(2)
    x = torch.randn(20_000, D).relu() / (D / 2) ** 0.5
    runs: dict[str, Callable[[], int]] = {
        "train_sae, one": lambda: reference(x, 1),
        "train_sae, four at once": lambda: reference(x, 4),
        "plain loop, same recipe": lambda: plain_loop(x, True),
        "plain loop, no norms": lambda: plain_loop(x, False),
    }
    try:
        from dictionary_learning.trainers.standard import StandardTrainer

        runs["dictionary_learning"] = lambda: dictionary_learning(x, StandardTrainer)
    except ImportError as problem:
        print(f"dictionary_learning is left out: {problem}")
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 1):  # the first round warms up and does not count
        for name, run in runs.items():
            begun = time.perf_counter()
            count = run()
            seconds[name].append((time.perf_counter() - begun) / count)
    for name, all_seconds in seconds.items():
        rate = STEPS * BATCH / statistics.median(all_seconds[1:])
        print(f"{name:<26}{rate:>10,.0f} activations a second and autoencoder (median of {rounds})")


if __name__ == "__main__":
    main()
