"""Trains the templates that step 00's live experiment shows. Ten seconds.

    LMI_DATA=… python reference/training/step00_templates.py

It is step 00's own training, on MNIST. Writes exercises/kit/models/step00/templates.safetensors and manifest.json.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from exercises.kit.shipped import MODELS  # noqa: E402
from exercises.kit.step00.data import load_mnist  # noqa: E402
from reference.step00_mnist_templates.images import flatten_images  # noqa: E402
from reference.step00_mnist_templates.softmax_regression import logits, train_softmax_regression  # noqa: E402
from reference.training.manifest import versions, write_manifest  # noqa: E402

FOLDER, NAME = MODELS / "step00", "templates.safetensors"
TRAINING = {"epochs": 10, "batch_size": 50, "learning_rate": 0.1, "seed": 0}


def main() -> None:
    torch.set_num_threads(1)
    data = load_mnist()
    W, bias = train_softmax_regression(flatten_images(data.train_images), data.train_labels, **TRAINING)
    right = logits(flatten_images(data.test_images), W, bias).argmax(1) == data.test_labels
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / NAME).write_bytes(save({"W": W, "bias": bias}))
    said = {
        "made_by": "python reference/training/step00_templates.py",
        "task": "which digit an image shows: logits = images @ W.T + bias",
        "data": data.source.split(" (")[0],
        "optimiser": "gradient descent on mini-batches, without momentum",
        **TRAINING,
        "versions": versions(),
        "choice_of_seed": "the first that was tried",
        "result": {"accuracy": round(right.float().mean().item(), 3)},
    }
    write_manifest(FOLDER / NAME, said)
    print(json.dumps(said["result"], indent=2))


if __name__ == "__main__":
    main()
