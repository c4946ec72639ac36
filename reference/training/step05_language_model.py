"""Trains step 05's language model on the source of Python's standard library. Some forty minutes on two cores.

    python reference/training/step05_language_model.py [--epochs N]

Writes exercises/kit/models/step05/: tokenizer.json, corpus.json (the files, with their hashes), code_model.safetensors
and manifest.json. It can be stopped: the state is kept after every epoch (build/step05_language_model) and the next
start goes on from there.
"""

import argparse
import hashlib
import json
import math
import platform
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor
from tqdm import tqdm

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from exercises.kit.step05 import python_source  # noqa: E402
from exercises.kit.step05.model import Weights, next_token_loss, run_code_model  # noqa: E402
from exercises.kit.step05.python_source import (  # noqa: E402
    ROW,
    fingerprints,
    rows_of,
    source_files,
    token_rows,
    token_stream,
)
from reference.training.manifest import versions, write_manifest  # noqa: E402

OUT = python_source.FOLDER
NAME = "code_model.safetensors"
STATE = ROOT / "build" / "step05_language_model"
SETTINGS = {
    "task": "next token of Python's standard library",
    "model": {"vocab": 1536, "positions": ROW, "d_model": 192, "heads": 6, "d_head": 32, "neurons": 512},
    "init": "normal, standard deviation 0.3 (W_E), 0.1 (W_pos), 1/√(what is summed) elsewhere, W_O and W_out halved",
    "optimiser": {"name": "AdamW", "lr": 3e-3, "weight_decay": 0.1, "betas": [0.9, 0.98], "clip": 1.0},
    "learning_rate": "linearly up for 200 steps, then half a cosine down to a hundredth",
    "batch": 32,
    "epochs": 8,
    "seed": 0,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=SETTINGS["epochs"])
    epochs = parser.parse_args().epochs
    OUT.mkdir(parents=True, exist_ok=True)
    tokenizer = train_tokenizer()
    tokenizer.save(str(OUT / "tokenizer.json"))
    python_source.load_tokenizer.cache_clear()
    files = fingerprints()
    corpus = {"python": platform.python_version(), "files": files}
    (OUT / "corpus.json").write_text(json.dumps(corpus, indent=0) + "\n")
    train_tokens = token_stream("train", tokenizer)
    held_out = token_rows("held_out", tokenizer)
    print(f"{len(train_tokens):,} tokens to train on, {held_out[:, 1:].numel():,} held out")
    weights, seconds = train(train_tokens, held_out, epochs)
    ship(weights, train_tokens, held_out, seconds, epochs, files)


def train_tokenizer() -> Tokenizer:
    """Byte-level BPE on the training files."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SETTINGS["model"]["vocab"],
        special_tokens=["<|bos|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([file.text for file in source_files("train")], trainer)
    return tokenizer


def initial_weights() -> Weights:
    generator = torch.Generator().manual_seed(SETTINGS["seed"])
    size = SETTINGS["model"]
    v, t, d, h, e, n = (size[key] for key in ("vocab", "positions", "d_model", "heads", "d_head", "neurons"))
    scales = {
        "W_E": ((v, d), 0.3),
        "W_pos": ((t, d), 0.1),
        **{name: ((h, d, e), d**-0.5) for name in ("W_Q", "W_K", "W_V")},
        "W_O": ((h, e, d), (h * e) ** -0.5 / 2),
        "W_in": ((d, n), d**-0.5),
        "W_out": ((n, d), n**-0.5 / 2),
        "W_U": ((d, v), d**-0.5),
    }
    weights = {name: torch.randn(shape, generator=generator) * scale for name, (shape, scale) in scales.items()}
    return weights | {"b_in": torch.zeros(n), "b_out": torch.zeros(d)}


def train(stream: Tensor, held_out: Tensor, epochs: int) -> tuple[Weights, float]:
    """The final weights, and the seconds it took. Every epoch cuts the text into rows at another place."""
    weights = {name: weight.requires_grad_() for name, weight in initial_weights().items()}
    chosen = SETTINGS["optimiser"]
    decayed = [weight for weight in weights.values() if weight.ndim > 1]
    rest = [weight for weight in weights.values() if weight.ndim == 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": chosen["weight_decay"]}, {"params": rest, "weight_decay": 0.0}],
        lr=chosen["lr"],
        betas=chosen["betas"],
    )
    steps_per_epoch = (len(stream) - ROW) // (ROW - 1) // SETTINGS["batch"]
    total = epochs * steps_per_epoch

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / 200) * (0.01 + 0.99 * (1 + math.cos(math.pi * step / total)) / 2)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    begun, seconds = 0, 0.0
    if (STATE / "state.json").exists():
        begun, seconds = restore(weights, optimiser, schedule, steps_per_epoch, total)
    for epoch in range(begun, epochs):
        start = time.perf_counter()
        generator = torch.Generator().manual_seed(1000 + epoch)
        rows = rows_of(stream, int(torch.randint(ROW - 1, (1,), generator=generator)))
        order = torch.randperm(len(rows), generator=generator)[: steps_per_epoch * SETTINGS["batch"]]
        bar = tqdm(order.view(steps_per_epoch, -1), desc=f"epoch {epoch + 1}/{epochs}", mininterval=5)
        for batch in bar:
            tokens = rows[batch]
            loss = next_token_loss(run_code_model(weights, tokens).logits, tokens).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(list(weights.values()), chosen["clip"])
            optimiser.step()
            schedule.step()
            bar.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
        seconds += time.perf_counter() - start
        keep(weights, optimiser, epoch + 1, seconds, total)
        print(f"epoch {epoch + 1}: held out {evaluate(weights, held_out):.4f} nats", flush=True)
    return {name: weight.detach() for name, weight in weights.items()}, seconds


def evaluate(weights: Weights, rows: Tensor) -> float:
    """Mean loss in nats."""
    with torch.no_grad():
        losses = [next_token_loss(run_code_model(weights, part).logits, part) for part in rows.split(64)]
    return torch.cat(losses).mean().item()


def keep(weights: Weights, optimiser: torch.optim.Optimizer, epoch: int, seconds: float, total: int) -> None:
    """Weights and both of Adam's moments, so that the next start can go on from here."""
    STATE.mkdir(parents=True, exist_ok=True)
    tensors = {name: weight.detach() for name, weight in weights.items()}
    for name, weight in weights.items():
        moments = optimiser.state[weight]
        tensors |= {f"{name}/{key}": moments[key] for key in ("exp_avg", "exp_avg_sq", "step")}
    save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()}, STATE / "tensors.new")
    (STATE / "tensors.new").replace(STATE / f"{epoch:03d}.safetensors")
    (STATE / "state.json.new").write_text(json.dumps({"epoch": epoch, "seconds": seconds, "total": total}))
    (STATE / "state.json.new").replace(STATE / "state.json")
    for old in sorted(STATE.glob("*.safetensors"))[:-1]:
        old.unlink()


def restore(
    weights: Weights,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    steps_per_epoch: int,
    total: int,
) -> tuple[int, float]:
    """Puts the kept state back; the epochs that are done, and the seconds they took."""
    state = json.loads((STATE / "state.json").read_text())
    if state["total"] != total:
        raise SystemExit(
            f"{STATE} holds a training of {state['total']} steps, this one has {total}: remove the folder."
        )
    tensors = load_file(STATE / f"{state['epoch']:03d}.safetensors")
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(tensors[name])
            optimiser.state[weight] = {key: tensors[f"{name}/{key}"] for key in ("step", "exp_avg", "exp_avg_sq")}
    done = state["epoch"] * steps_per_epoch
    schedule.last_epoch = done
    for group, base in zip(optimiser.param_groups, schedule.base_lrs, strict=True):
        group["lr"] = base * schedule.lr_lambdas[0](done)
    print(f"Going on after epoch {state['epoch']}.")
    return state["epoch"], state["seconds"]


def baselines(stream: Tensor, held_out: Tensor) -> dict[str, float]:
    """Held-out loss of counting tokens, and of counting pairs."""
    vocab = SETTINGS["model"]["vocab"]
    text = held_out[:, 1:]
    unigram = (torch.bincount(stream, minlength=vocab) + 1).double()
    unigram = unigram / unigram.sum()
    pairs = torch.bincount(stream[:-1] * vocab + stream[1:], minlength=vocab**2).view(vocab, vocab).double()
    strength = 20.0  # the unigram counts for as much as this many observed successors
    bigram = (pairs + strength * unigram) / (pairs.sum(1, keepdim=True) + strength)
    return {
        "unigram": -unigram[text].log().mean().item(),
        "bigram": -bigram[held_out[:, :-1], text].log().mean().item(),
    }


def ship(
    weights: Weights, stream: Tensor, held_out: Tensor, seconds: float, epochs: int, files: dict[str, str]
) -> None:
    """Writes weights (half precision) and manifest; the losses are those of the rounded weights."""
    halves = {name: weight.half().contiguous() for name, weight in weights.items()}
    content = save(halves)
    (OUT / NAME).write_bytes(content)
    rounded = {name: weight.float() for name, weight in halves.items()}
    said = {
        "made_by": "python reference/training/step05_language_model.py",
        **SETTINGS,
        "epochs": epochs,
        "parameters": sum(weight.numel() for weight in weights.values()),
        "corpus": {
            "python": platform.python_version(),
            "files": {split: len(source_files(split)) for split in ("train", "held_out")},
            "sha256": hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest(),
            "tokens": {"train": len(stream), "held_out": held_out[:, 1:].numel()},
        },
        "versions": versions(),
        "seconds_of_training": round(seconds),
        "result": {
            "held_out": round(evaluate(rounded, held_out), 2),
            "train": round(evaluate(rounded, rows_of(stream)[::10]), 2),
            **{name: round(loss, 2) for name, loss in baselines(stream, held_out).items()},
        },
    }
    write_manifest(OUT / NAME, said)
    print(json.dumps(said["result"], indent=2), f"\n{len(content):,} bytes in {OUT / NAME}")


if __name__ == "__main__":
    main()
