"""Trains the canonical grokking run that step 02 ships, and writes it to exercises/kit/models/step02.

    python reference/training/step02_grokking.py train    # about an hour on one core; stop and resume at will
    python reference/training/step02_grokking.py ship     # snapshots, curves and manifest from what was trained

One-layer transformer on (a + b) mod 113, as in Nanda et al. 2023, "Progress measures for grokking via mechanistic
interpretability": full batch, AdamW, weight decay 1, no LayerNorm, no biases (as in the authors' later demo). The
logits are the step's `forward`, computed another way: the last position's query is one vector, and keys, values and
scores depend only on the token and its position, so attention is a few small tables and one gather.
"""

import argparse
import math
import time
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

P, D_MODEL, HEADS, D_HEAD, D_MLP = 113, 128, 4, 32, 512
TRAIN_FRACTION, EPOCHS, LEARNING_RATE, WEIGHT_DECAY, BETAS = 0.3, 25_000, 1e-3, 1.0, (0.9, 0.98)
DATA_SEED, MODEL_SEED = 1, 1
EVALUATE_EVERY, SAVE_EVERY = 25, 100
SHAPES = {
    "W_E": (P + 1, D_MODEL),
    "W_pos": (3, D_MODEL),
    "W_Q": (HEADS, D_MODEL, D_HEAD),
    "W_K": (HEADS, D_MODEL, D_HEAD),
    "W_V": (HEADS, D_MODEL, D_HEAD),
    "W_O": (HEADS, D_HEAD, D_MODEL),
    "W_in": (D_MODEL, D_MLP),
    "W_out": (D_MLP, D_MODEL),
    "W_U": (D_MODEL, P),
}


class Run(NamedTuple):
    """Everything that training needs to go on from where it stopped; `flat` holds all weights in SHAPES' order."""

    flat: Tensor
    optimiser: torch.optim.AdamW
    curves: list[tuple[int, float, float, float]]  # epoch, train loss, test loss, seconds so far
    epoch: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["train", "ship"])
    parser.add_argument(
        "--work", type=Path, default=Path("build/step02_grokking"), help="where training keeps its files"
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()
    if options.command == "train":
        train(options.work, options.epochs)
    else:
        from step02_ship import ship

        ship(options.work, settings(), split_pairs())


def settings() -> dict[str, object]:
    """What the manifest says about how the run was trained."""
    return {
        "task": "(a + b) mod p at the last position of [a, b, =]",
        "p": P,
        "model": {"layers": 1, "d_model": D_MODEL, "heads": HEADS, "d_head": D_HEAD, "d_mlp": D_MLP},
        "init": "normal, standard deviation 0.8 / sqrt(d_model); no biases, no LayerNorm",
        "optimiser": {"name": "AdamW", "lr": LEARNING_RATE, "weight_decay": WEIGHT_DECAY, "betas": BETAS},
        "batch": "full; float32, loss in float64",
        "train_fraction": TRAIN_FRACTION,
        "data_seed": DATA_SEED,
        "model_seed": MODEL_SEED,
    }


def train(work: Path, epochs: int) -> None:
    """Trains up to `epochs`, from the newest checkpoint in `work` when there is one."""
    work.mkdir(parents=True, exist_ok=True)
    train_pairs, test_pairs = split_pairs()
    run = resume(work) if (work / "checkpoint.safetensors").exists() else start()
    flat, optimiser, curves = run.flat, run.optimiser, run.curves
    began = time.monotonic() - run.seconds
    bar = tqdm(range(run.epoch, epochs + 1), initial=run.epoch, total=epochs, mininterval=10, dynamic_ncols=False)
    for epoch in bar:
        loss = cross_entropy(fast_logits(unflatten(flat), train_pairs), train_pairs)
        if epoch % EVALUATE_EVERY == 0:
            with torch.no_grad():
                test_loss = cross_entropy(fast_logits(unflatten(flat), test_pairs), test_pairs)
            curves.append((epoch, loss.item(), test_loss.item(), time.monotonic() - began))
            bar.set_postfix(train=f"{loss.item():.2e}", test=f"{test_loss.item():.2e}")
        if epoch % SAVE_EVERY == 0:
            save_atomically(unflatten(flat.detach()), work / f"epoch{epoch:05d}.safetensors")
            checkpoint(work, Run(flat, optimiser, curves, epoch, time.monotonic() - began))
        if epoch == epochs:
            break
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def start() -> Run:
    """Weights are normal with standard deviation 0.8/√d_model, which gives the authors' demo's first loss."""
    generator = torch.Generator().manual_seed(MODEL_SEED)
    size = sum(math.prod(shape) for shape in SHAPES.values())
    flat = (torch.randn(size, generator=generator) * 0.8 / D_MODEL**0.5).requires_grad_()
    return Run(flat, new_optimiser(flat), [], 0, 0.0)


def new_optimiser(flat: Tensor) -> torch.optim.AdamW:
    return torch.optim.AdamW([flat], lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, betas=BETAS, fused=True)


def split_pairs() -> tuple[Tensor, Tensor]:
    """The pairs' numbers a·p + b, shuffled with DATA_SEED: the first 30 % to train on, the rest to test on."""
    order = torch.randperm(P * P, generator=torch.Generator().manual_seed(DATA_SEED))
    n_train = int(TRAIN_FRACTION * P * P)
    return order[:n_train].sort().values, order[n_train:].sort().values


def unflatten(flat: Tensor) -> dict[str, Tensor]:
    pieces = flat.split([math.prod(shape) for shape in SHAPES.values()])
    return {name: piece.view(shape) for (name, shape), piece in zip(SHAPES.items(), pieces, strict=True)}


def fast_logits(w: dict[str, Tensor], pairs: Tensor) -> Tensor:
    """Logits [pairs, p] at the last position, for pairs given as numbers a·p + b."""
    a, b = pairs // P, pairs % P
    number, last = w["W_E"][:P], w["W_E"][P] + w["W_pos"][2]
    query = torch.einsum("d,hde->he", last, w["W_Q"]) / D_HEAD**0.5
    to_score = torch.einsum("hde,he->dh", w["W_K"], query)
    to_value = w["W_V"].transpose(0, 1).reshape(D_MODEL, HEADS * D_HEAD)
    first, second = number + w["W_pos"][0], number + w["W_pos"][1]
    scores = torch.stack([(first @ to_score)[a], (second @ to_score)[b], (last @ to_score).expand(len(a), HEADS)])
    weight = scores.softmax(0).repeat_interleave(D_HEAD, 2)  # [3, pairs, heads·d_head]
    mixed = weight[0] * (first @ to_value)[a] + weight[1] * (second @ to_value)[b] + weight[2] * (last @ to_value)
    W_O = w["W_O"].reshape(HEADS * D_HEAD, D_MODEL)
    neurons = (mixed @ (W_O @ w["W_in"]) + last @ w["W_in"]).relu()
    return neurons @ (w["W_out"] @ w["W_U"]) + mixed @ (W_O @ w["W_U"]) + last @ w["W_U"]


def cross_entropy(logits: Tensor, pairs: Tensor) -> Tensor:
    labels = (pairs // P + pairs % P) % P
    return torch.nn.functional.cross_entropy(logits.double(), labels)


def checkpoint(work: Path, run: Run) -> None:
    state = run.optimiser.state.get(run.flat, {})
    tensors = {f"optimiser.{name}": value for name, value in state.items()}
    tensors |= {"flat": run.flat.detach(), "curves": torch.tensor(run.curves, dtype=torch.float64)}
    save_atomically(tensors, work / "checkpoint.safetensors", {"epoch": str(run.epoch), "seconds": str(run.seconds)})


def resume(work: Path) -> Run:
    saved = load_file(work / "checkpoint.safetensors")
    curves = [(int(row[0]), *row[1:]) for row in saved["curves"].tolist()]
    epoch = curves.pop()[0]  # taken again by the first pass of the loop
    flat = saved["flat"].requires_grad_()
    optimiser = new_optimiser(flat)
    state = {name.removeprefix("optimiser."): value for name, value in saved.items() if name.startswith("optimiser.")}
    if state:
        optimiser.state[flat] = state
    return Run(flat, optimiser, curves, epoch, float(saved["curves"][-1, 3]))


def save_atomically(tensors: dict[str, Tensor], path: Path, metadata: dict[str, str] | None = None) -> None:
    partial = path.with_suffix(".partial")
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, partial, metadata)
    partial.replace(path)


if __name__ == "__main__":
    main()
