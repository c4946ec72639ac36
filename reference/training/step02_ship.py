"""Makes what step 02 ships from what step02_grokking.py trained: one safetensors file and its manifest."""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor
from tqdm import tqdm

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from reference.step02_grokking.data import modular_addition_data  # noqa: E402
from reference.step02_grokking.embedding import embedding_spectrum, gini  # noqa: E402
from reference.step02_grokking.neurons import neuron_frequencies  # noqa: E402
from reference.step02_grokking.progress import excluded_loss, restricted_loss, weight_norm  # noqa: E402
from reference.step02_grokking.transformer import cross_entropy_high_precision, forward  # noqa: E402
from reference.training.manifest import versions, write_manifest  # noqa: E402

SNAPSHOTS = (250, 1000, 2000, 3000, 4000, 5000, 6000, 6500, 7000, 8000, 10000)  # float16; the last epoch in float32
MEASURE_EVERY = 200
OUT = ROOT / "exercises" / "kit" / "models" / "step02"
NAME = "grokking_p113.safetensors"


def ship(work: Path, settings: dict[str, object], split: tuple[Tensor, Tensor]) -> None:
    """Writes the file and the manifest from the models saved in `work`."""
    saved = {int(path.stem.removeprefix("epoch")): path for path in sorted(work.glob("epoch*.safetensors"))}
    last = max(saved)
    curves = load_file(work / "checkpoint.safetensors")["curves"]
    final = load_file(saved[last])
    tokens, labels = modular_addition_data(int(settings["p"]))  # type: ignore[call-overload]
    frequencies = frequencies_of_neurons(final, tokens)
    measured = {epoch: path for epoch, path in saved.items() if epoch % MEASURE_EVERY == 0 or epoch <= 1000}
    measures = measure(measured, frequencies, split[0])

    tensors = {f"{last:05d}/{name}": weight for name, weight in final.items()}
    for epoch in SNAPSHOTS:
        tensors |= {f"{epoch:05d}/{name}": weight.half() for name, weight in load_file(saved[epoch]).items()}
    tensors |= {"split/train": split[0].int(), "split/test": split[1].int()}
    for i, name in enumerate(["epoch", "train_loss", "test_loss"]):
        tensors[f"curves/{name}"] = curves[:, i].float()
    tensors |= {f"measures/{name}": values.float() for name, values in measures.items()}

    OUT.mkdir(parents=True, exist_ok=True)
    content = save({name: tensor.contiguous() for name, tensor in tensors.items()})
    (OUT / NAME).write_bytes(content)
    said = {
        "made_by": "reference/training/step02_grokking.py train, then ship",
        **settings,
        "epochs": last,
        "snapshots": {"float16": list(SNAPSHOTS), "float32": [last]},
        "versions": versions(),
        "seconds_of_training": round(float(curves[-1, 3])),
        "timing_note": "in two sittings, on two processors shared with other work",
        "choice_of_seeds": "the third of three pairs (data, model): (2, 20) was given up after 8,900 epochs, test loss "
        "still 28 and its circuit forming several times more slowly; (0, 0) and (1, 1) were tried for 1,000 epochs, "
        "and (1, 1), whose logits had more of the cosines by then, went on",
        "key_frequencies": frequencies.tolist(),
        "result": results(final, tokens, labels, split, float(curves[0, 1])),
        "authors_demo": {
            "first_loss": 4.735,
            "train_loss": 9.45e-8,
            "test_loss": 2.03e-7,
            "source": "TransformerLens Grokking demo (Nanda), data seed 598, model seed 999, 25,000 epochs",
        },
    }
    write_manifest(OUT / NAME, said)
    print(json.dumps(said["result"], indent=2), f"\n{len(content):,} bytes in {OUT / NAME}")


def frequencies_of_neurons(weights: dict[str, Tensor], tokens: Tensor) -> Tensor:
    """The frequencies that at least 1 % of neurons keep to (above 85 %)."""
    best = neuron_frequencies(forward(weights, tokens).neurons)
    counts = best.frequency[best.fraction > 0.85].bincount()
    return (counts >= 0.01 * len(best.frequency)).nonzero()[:, 0]


def measure(saved: dict[int, Path], frequencies: Tensor, train: Tensor) -> dict[str, Tensor]:
    """Progress measures of the saved models; excluded loss is the mean over the final model's key frequencies."""
    rows = []
    for epoch, path in tqdm(sorted(saved.items())):
        weights = load_file(path)
        tokens, _ = modular_addition_data(weights["W_U"].shape[1])
        logits = forward(weights, tokens).logits
        excluded = excluded_loss(logits, frequencies, train).mean()
        sparsity = gini(embedding_spectrum(weights["W_E"])[1:])
        rows.append([epoch, restricted_loss(logits, frequencies), excluded, sparsity, weight_norm(weights)])
    names = ["epoch", "restricted_loss", "excluded_loss", "gini", "weight_norm"]
    return dict(zip(names, torch.tensor(rows, dtype=torch.float64).T, strict=True))


def results(
    weights: dict[str, Tensor], tokens: Tensor, labels: Tensor, split: tuple[Tensor, Tensor], first_loss: float
) -> dict[str, object]:
    """The losses; what learners are to measure on the model is recorded elsewhere."""
    logits = forward(weights, tokens).logits
    train, test = (cross_entropy_high_precision(logits[rows], labels[rows]).item() for rows in split)
    return {
        "first_loss": first_loss,
        "train_loss": train,
        "test_loss": test,
        "test_accuracy": (logits.argmax(1) == labels)[split[1]].double().mean().item(),
    }
