"""Trains the toy model of step 05, act (a): 32 features in 12 dimensions. Half a minute.

    python reference/training/step05_toy.py

It is step 01's model and training. Writes exercises/kit/models/step05/toy/toy.safetensors and manifest.json.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from exercises.kit.step05.autoencoders import TOY  # noqa: E402
from reference.step01_superposition.geometry import feature_dimensionality  # noqa: E402
from reference.step01_superposition.toy_model import train_toy_models  # noqa: E402
from reference.training.manifest import versions, write_manifest  # noqa: E402

NAME = "toy.safetensors"
FEATURES, HIDDEN, PROBABILITY, SEED = 32, 12, 0.01, 0
TRAINING = {"steps": 4000, "batch_size": 512, "learning_rate": 0.01, "seed": SEED}


def main() -> None:
    torch.set_num_threads(1)
    model = train_toy_models(torch.full((1, FEATURES), PROBABILITY), torch.ones(1, FEATURES), HIDDEN, **TRAINING)
    W = model.W.detach()[0].contiguous()
    unit = W / W.norm(dim=0)
    cosines = (unit.T @ unit).fill_diagonal_(-1)
    content = save({"W": W, "b": model.b.detach()[0].contiguous()})
    TOY.mkdir(parents=True, exist_ok=True)
    (TOY / NAME).write_bytes(content)
    said = {
        "made_by": "python reference/training/step05_toy.py",
        "probability": PROBABILITY,
        "importance": 1,
        "optimiser": "Adam, rate constant for half of the steps, then linearly to 0",
        **TRAINING,
        "versions": versions(),
        "choice_of_seed": "the first that was tried",
        "result": {
            "represented": int((W.norm(dim=0) > 0.5).sum()),
            "norms": [round(x, 3) for x in (W.norm(dim=0).min().item(), W.norm(dim=0).max().item())],
            "dimensionality": round(feature_dimensionality(W[None]).mean().item(), 3),
            "nearest_pair_cosine": round(cosines.max().item(), 3),
        },
    }
    write_manifest(TOY / NAME, said)
    print(json.dumps(said["result"], indent=2))


if __name__ == "__main__":
    main()
