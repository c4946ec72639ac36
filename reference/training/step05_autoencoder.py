"""Trains the sparse autoencoder that step 05 ships, on the language model's neurons. Half an hour on two cores.

    python reference/training/step05_autoencoder.py

As `train_sae`, with three differences: λ grows from 0 over the first tenth, so that fewer features die; the samples are
all tokens of the training files, a few times over; and it can be stopped: the state is kept every so often
(build/step05_autoencoder) and the next start goes on from there. Writes exercises/kit/models/step05/autoencoder/.
"""

import json
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save, save_file
from torch import Tensor
from tqdm import tqdm

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from exercises.kit.step05.autoencoders import AUTOENCODER, collect_neurons  # noqa: E402
from exercises.kit.step05.model import load_code_model, read_manifest  # noqa: E402
from exercises.kit.step05.python_source import compare_with_training, token_rows  # noqa: E402
from reference.step05_sparse_autoencoders.autoencoder import (  # noqa: E402
    SparseAutoencoder,
    initial_weights,
    normalize_decoder_,
    remove_parallel_gradient_,
    sae_loss,
)
from reference.step05_sparse_autoencoders.effects import loss_recovered  # noqa: E402
from reference.step05_sparse_autoencoders.health import (  # noqa: E402
    dead_fraction,
    fraction_of_variance_unexplained,
    l0,
    shrinkage,
)
from reference.step05_sparse_autoencoders.training import resample_dead_features  # noqa: E402
from reference.training.manifest import versions, write_manifest  # noqa: E402

NAME = "autoencoder.safetensors"
STATE = ROOT / "build" / "step05_autoencoder"
SETTINGS = {
    "input": "the 512 neurons of step 05's language model after the ReLU, times one number: mean squared norm 1",
    "latents": 1536,
    "l1": 0.08,
    "l1_warm_up": 0.1,
    "optimiser": {"name": "Adam", "lr": 3e-3},
    "learning_rate": "constant for four fifths of the steps, then linearly to 0",
    "batch": 1024,
    "steps": 6000,
    "resample_at": [1200, 2400, 3600],
    "keep_every": 600,
    "seed": 0,
}


def main() -> None:
    print(compare_with_training().message)
    weights = load_code_model()
    neurons = gather(weights, token_rows("train"))
    scale = neurons[:: len(neurons) // 100_000 + 1].float().square().sum(1).mean().item() ** -0.5
    print(f"{len(neurons):,} samples, scale {scale:.5f}")
    sae, seconds = train(neurons, scale)
    ship(weights, sae, scale, len(neurons), seconds)


def gather(weights: dict[str, Tensor], rows: Tensor) -> Tensor:
    """Neurons at every position but BOS, as [sample, neuron], in half precision: 2.4 GB."""
    parts = [collect_neurons(weights, part)[:, 1:].flatten(0, 1).half() for part in rows.split(512)]
    return torch.cat(parts)


def train(neurons: Tensor, scale: float) -> tuple[SparseAutoencoder, float]:
    """The trained autoencoder, and the seconds it took."""
    chosen, steps = SETTINGS, SETTINGS["steps"]
    mean = scale * neurons[:: len(neurons) // 100_000 + 1].float().mean(0)
    sae = SparseAutoencoder(*initial_weights(1, neurons.shape[1], chosen["latents"], chosen["seed"], mean))
    optimiser = torch.optim.Adam(sae.parameters(), lr=chosen["optimiser"]["lr"])
    fired = torch.zeros_like(sae.b_enc, dtype=torch.bool)
    begun, seconds = restore(sae, optimiser, fired)
    start = time.perf_counter()
    bar = tqdm(range(begun + 1, steps + 1), initial=begun, total=steps, mininterval=10)
    for step in bar:
        optimiser.param_groups[0]["lr"] = chosen["optimiser"]["lr"] * min(1.0, 5 * (1 - (step - 1) / steps))
        generator = torch.Generator().manual_seed(10**6 * (chosen["seed"] + 1) + step)
        batch = scale * neurons[torch.randint(len(neurons), (chosen["batch"],), generator=generator)].float()[:, None]
        x_hat, h = sae(batch)
        l1 = torch.tensor([chosen["l1"] * min(1.0, step / (chosen["l1_warm_up"] * steps))])
        loss = sae_loss(batch, x_hat, h, l1).sum()
        optimiser.zero_grad()
        loss.backward()
        remove_parallel_gradient_(sae)
        optimiser.step()
        normalize_decoder_(sae)
        fired |= (h > 0).any(0)
        if step in chosen["resample_at"]:
            print(f"\nstep {step}: {(~fired).sum().item()} dead features get a second life")
            resample_dead_features(sae, optimiser, batch, ~fired, generator)
            fired.zero_()
        if step % 100 == 0:
            bar.set_postfix(loss=f"{loss.item():.4f}", l0=f"{(h > 0).sum(-1).float().mean().item():.1f}", refresh=False)
        if step % chosen["keep_every"] == 0:
            keep(sae, optimiser, fired, step, seconds + time.perf_counter() - start)
    return sae, seconds + time.perf_counter() - start


def keep(sae: SparseAutoencoder, optimiser: torch.optim.Adam, fired: Tensor, step: int, seconds: float) -> None:
    """Weights, Adam's moments and who has fired, so that the next start can go on from here."""
    STATE.mkdir(parents=True, exist_ok=True)
    tensors = {"fired": fired.to(torch.uint8)}
    for name, parameter in sae.named_parameters():
        moments = optimiser.state[parameter]
        tensors |= {name: parameter.detach(), **{f"{name}/{key}": value for key, value in moments.items()}}
    save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()}, STATE / "tensors.new")
    (STATE / "tensors.new").replace(STATE / f"{step:06d}.safetensors")
    (STATE / "state.json.new").write_text(json.dumps({"step": step, "seconds": seconds, "settings": SETTINGS}))
    (STATE / "state.json.new").replace(STATE / "state.json")
    for old in sorted(STATE.glob("*.safetensors"))[:-1]:
        old.unlink()


@torch.no_grad()
def restore(sae: SparseAutoencoder, optimiser: torch.optim.Adam, fired: Tensor) -> tuple[int, float]:
    """Puts a kept state back; the steps that are done (0 when nothing is kept), and the seconds they took."""
    if not (STATE / "state.json").exists():
        return 0, 0.0
    state = json.loads((STATE / "state.json").read_text())
    if state["settings"] != SETTINGS:
        raise SystemExit(f"{STATE} holds a training with other settings: remove the folder to begin anew.")
    tensors = load_file(STATE / f"{state['step']:06d}.safetensors")
    fired.copy_(tensors["fired"].bool())
    for name, parameter in sae.named_parameters():
        parameter.copy_(tensors[name])
        optimiser.state[parameter] = {key: tensors[f"{name}/{key}"] for key in ("step", "exp_avg", "exp_avg_sq")}
    print(f"Going on after step {state['step']}.")
    return state["step"], state["seconds"]


@torch.no_grad()
def measure(weights: dict[str, Tensor], sae: SparseAutoencoder, scale: float, rows: Tensor) -> dict[str, float]:
    """The health panel on rows of text, BOS left out, and the loss recovered on the same rows."""
    neurons = collect_neurons(weights, rows)
    x = scale * neurons[:, 1:].reshape(-1, 1, neurons.shape[-1])
    parts = [sae(part) for part in x.split(8192)]
    x_hat, h = torch.cat([part.x_hat for part in parts]), torch.cat([part.h for part in parts])
    put_back = neurons.clone()
    put_back[:, 1:] = (x_hat / scale).view_as(neurons[:, 1:])
    return {
        "l0": l0(h).item(),
        "fraction_of_variance_unexplained": fraction_of_variance_unexplained(x, x_hat).item(),
        "dead_fraction": dead_fraction(h).item(),
        "shrinkage": shrinkage(x, x_hat, sae.b_dec).item(),
        "loss_recovered": loss_recovered(weights, rows, put_back),
    }


def ship(weights: dict[str, Tensor], sae: SparseAutoencoder, scale: float, samples: int, seconds: float) -> None:
    """Writes weights (half precision) and manifest; the measurements are those of the rounded weights."""
    halves = {name: weight.detach().half().contiguous() for name, weight in sae.named_parameters()}
    content = save(halves)
    AUTOENCODER.mkdir(parents=True, exist_ok=True)
    (AUTOENCODER / NAME).write_bytes(content)
    rounded = SparseAutoencoder(*(halves[name].float() for name in ("W_enc", "b_enc", "W_dec", "b_dec")))
    result = measure(weights, rounded, scale, token_rows("held_out"))
    said = {
        "made_by": "python reference/training/step05_autoencoder.py",
        "scale": scale,
        **SETTINGS,
        "samples": samples,
        "language_model": read_manifest()["sha256"],
        "versions": versions(),
        "seconds_of_training": round(seconds),
        "result": {"on": "all held-out rows", **{name: round(value, 2) for name, value in result.items()}},
    }
    write_manifest(AUTOENCODER / NAME, said)
    print(json.dumps(said["result"], indent=2), f"\n{len(content):,} bytes in {AUTOENCODER / NAME}")


if __name__ == "__main__":
    main()
