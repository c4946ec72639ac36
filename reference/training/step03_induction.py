"""Trains what step 03 ships: a two-layer model that learns induction, and its one-layer control. A minute on two cores.

    python reference/training/step03_induction.py

As `train_induction_model`, with two differences: the norm of every head's W_O costs a little (a group lasso), so that
heads which are not needed fade away and those that are stand out; and the learning rate falls in the second half.
Writes exercises/kit/models/step03/induction.safetensors and manifest.json.
"""

import json
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from reference.step03_induction_heads.causal import phase_change  # noqa: E402
from reference.step03_induction_heads.data import repeated_tokens, training_batches  # noqa: E402
from reference.step03_induction_heads.losses import half_losses, per_position_loss  # noqa: E402
from reference.step03_induction_heads.transformer import attention_only_forward, initial_weights  # noqa: E402
from reference.training.manifest import versions, write_manifest  # noqa: E402

OUT = ROOT / "exercises" / "kit" / "models" / "step03"
NAME = "induction.safetensors"
VOCAB, LENGTH, HALF, STEPS, SEED = 64, 49, 16, 1200, 0
SETTINGS = {
    "task": "next token of BOS and a period of different random tokens, repeated",
    "vocab": VOCAB,
    "half": HALF,
    "model": {"layers": [2, 1], "d_model": 64, "heads": 4, "d_head": 16, "positions": LENGTH},
    "init": "normal, standard deviation 1 / sqrt(d_model); W_pos sinusoidal with norm 1; all of them trained",
    "optimiser": {"name": "AdamW", "lr": 5e-3, "weight_decay": 0.1, "betas": [0.9, 0.99]},
    "learning_rate": "constant for half of the steps, then linearly to 0",
    "head_penalty": 0.01,
    "batch": 32,
    "periods": [4, 24],
    "steps": STEPS,
    "seed": SEED,
    "record_every": 10,
}
SNAPSHOTS = (0, 50, 100, 150, 200, 250, 300, 325, 350, 375, 400, 425, 450, 500, 600, 700, 800, 1000)


def main() -> None:
    torch.set_num_threads(1)
    test = repeated_tokens(64, HALF, VOCAB, seed=10**6)
    tensors, seconds, results = {"test": test.short()}, {}, {}
    for name, layers in (("two_layers", 2), ("one_layer", 1)):
        begun = time.perf_counter()
        snapshots, curves = train(layers, test)
        seconds[name] = round(time.perf_counter() - begun)
        results[name] = result(snapshots[STEPS], test)
        for step, weights in snapshots.items():
            kept = weights if step == STEPS else {key: weight.half() for key, weight in weights.items()}
            tensors |= {f"{name}/{step:05d}/{key}": weight for key, weight in kept.items()}
        tensors |= {f"{name}/curves/{key}": curve.float() for key, curve in curves.items()}
    ship(tensors, seconds, results)


def train(layers: int, test: Tensor) -> tuple[dict[int, dict[str, Tensor]], dict[str, Tensor]]:
    """The model at every step of SNAPSHOTS and at the end, and the losses on `test` along the way."""
    weights = initial_weights(VOCAB, LENGTH, SEED, layers=layers)
    for weight in weights.values():
        weight.requires_grad_()
    chosen = SETTINGS["optimiser"]
    optimiser = torch.optim.AdamW(
        weights.values(), lr=chosen["lr"], weight_decay=chosen["weight_decay"], betas=chosen["betas"]
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1.0, 2 * (1 - step / STEPS)))
    batches = training_batches(STEPS, SETTINGS["batch"], LENGTH, tuple(SETTINGS["periods"]), VOCAB, SEED)
    snapshots, records = {}, []
    for step in range(STEPS + 1):
        if step in (*SNAPSHOTS, STEPS):
            snapshots[step] = {name: weight.detach().clone() for name, weight in weights.items()}
        if step % SETTINGS["record_every"] == 0:
            with torch.no_grad():
                loss = per_position_loss(attention_only_forward(weights, test).logits, test)
            records.append([step, *half_losses(loss, HALF)])
        if step < STEPS:
            tokens = batches[step]
            loss = per_position_loss(attention_only_forward(weights, tokens).logits, tokens).mean()
            penalty = weights["W_O"].flatten(2).norm(dim=2).sum()
            optimiser.zero_grad()
            (loss + SETTINGS["head_penalty"] * penalty).backward()
            optimiser.step()
            schedule.step()
    curves = dict(zip(("step", "first_half", "second_half"), torch.tensor(records, dtype=torch.float64).T, strict=True))
    return snapshots, curves


def result(weights: dict[str, Tensor], test: Tensor) -> dict[str, object]:
    """Losses and head scores of the final model."""
    found = phase_change([weights], test)
    return {
        "first_half": round(found.first_half.item(), 3),
        "second_half": round(found.second_half.item(), 3),
        "previous_token": _rounded(found.previous_token[0]),
        "prefix_matching": _rounded(found.prefix_matching[0]),
    }


def _rounded(scores: Tensor) -> list[list[float]]:
    return [[round(score, 3) for score in layer] for layer in scores.tolist()]


def ship(tensors: dict[str, Tensor], seconds: dict[str, int], results: dict[str, object]) -> None:
    """Writes the file and its manifest."""
    content = save({name: tensor.contiguous() for name, tensor in tensors.items()})
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / NAME).write_bytes(content)
    said = {
        "made_by": "python reference/training/step03_induction.py",
        **SETTINGS,
        "snapshots": {"float16": list(SNAPSHOTS), "float32": [STEPS]},
        "versions": versions(),
        "seconds_of_training": seconds,
        "choice_of_seed": "the first that was tried",
        "result": results,
    }
    write_manifest(OUT / NAME, said)
    print(json.dumps(results, indent=2), f"\n{len(content):,} bytes in {OUT / NAME}")


if __name__ == "__main__":
    main()
