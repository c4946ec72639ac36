"""What step 05 gives: a toy whose true features are known, neurons of the language model, a trained autoencoder."""

from pathlib import Path
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int64
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from exercises.kit import shipped
from exercises.kit.shipped import ShippedModelError
from exercises.kit.step05.model import Weights, run_code_model
from exercises.kit.step05.python_source import FOLDER

TOY = FOLDER / "toy"
AUTOENCODER = FOLDER / "autoencoder"


class Toy(NamedTuple):
    """Step 01's kind of model: more features than dimensions, each present with a small probability."""

    features: Float[Tensor, "feature d"]  # the true directions, not of unit length
    probability: float


class ShippedAutoencoder(NamedTuple):
    """One trained autoencoder, for `x = scale * neurons`: weights with an instance axis of 1, and the scale."""

    W_enc: Float[Tensor, "1 neuron latent"]
    b_enc: Float[Tensor, "1 latent"]
    W_dec: Float[Tensor, "1 latent neuron"]
    b_dec: Float[Tensor, "1 neuron"]
    scale: float


def load_toy(folder: Path = TOY) -> Toy:
    """The shipped toy model's features. Raises ShippedModelError when a file is missing or damaged."""
    manifest = shipped.read_manifest(folder, ["probability"])
    return Toy(_tensors(folder, manifest, ["W"])[0].T.contiguous(), float(manifest["probability"]))


def toy_activations(toy: Toy, count: int, seed: int) -> Float[Tensor, "sample d"]:
    """Hidden activations of the toy model: sums of few features, each uniform in [0, 1] where it is present.

    Samples in which no feature is present are left out: there is nothing in them to explain.
    """
    generator = torch.Generator().manual_seed(seed)
    n = len(toy.features)
    kept: list[Tensor] = []
    while sum(map(len, kept)) < count:
        present = torch.rand(count, n, generator=generator) < toy.probability
        values = present * torch.rand(count, n, generator=generator)
        kept.append(values[present.any(1)])
    return torch.cat(kept)[:count] @ toy.features


def load_autoencoder(folder: Path = AUTOENCODER) -> ShippedAutoencoder:
    """The shipped autoencoder of the language model's neurons, float32. Raises ShippedModelError as the others do."""
    manifest = shipped.read_manifest(folder, ["scale"])
    W_enc, b_enc, W_dec, b_dec = _tensors(folder, manifest, ["W_enc", "b_enc", "W_dec", "b_dec"])
    return ShippedAutoencoder(W_enc, b_enc, W_dec, b_dec, float(manifest["scale"]))


@torch.no_grad()
def collect_neurons(weights: Weights, rows: Int64[Tensor, "row position"]) -> Float[Tensor, "row position neuron"]:
    """The language model's MLP activations on rows of text, at every position, BOS too."""
    return torch.cat([run_code_model(weights, part).neurons for part in torch.split(rows, 64)])


def _tensors(folder: Path, manifest: dict[str, Any], names: list[str]) -> list[Tensor]:
    content = shipped.read_weights(folder, manifest)
    try:
        tensors = load(content)
        return [tensors[name].float() for name in names]
    except (KeyError, SafetensorError) as problem:
        raise ShippedModelError(
            f"{folder / manifest['file']} cannot be read as {', '.join(names)}: {problem!r}"
        ) from None
