"""What step 05 gives: a toy whose true features are known, neurons of the language model, a trained autoencoder."""

from pathlib import Path
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int64
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn

from exercises.kit import shipped
from exercises.kit.code_model import Weights, run_code_model
from exercises.kit.python_source import FOLDER
from exercises.kit.shipped import ShippedModelError

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


class ReconstructedFrom(NamedTuple):
    """What `Thresholded` makes of its input."""

    x_hat: Float[Tensor, "batch instance d"]
    h: Float[Tensor, "batch instance latent"]


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


def adam_moments(sae: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, dict[str, Tensor]]:
    """Copies of what Adam remembers of each parameter, by its name: `exp_avg`, `exp_avg_sq`; none before a step."""
    return {
        name: {
            key: optimiser.state[parameter][key].clone()
            for key in ("exp_avg", "exp_avg_sq")
            if optimiser.state[parameter]
        }
        for name, parameter in sae.named_parameters()
    }


def adam(sae: nn.Module, learning_rate: float = 1e-3) -> torch.optim.Optimizer:
    """A new Adam for all parameters."""
    return torch.optim.Adam(sae.parameters(), lr=learning_rate)


def put_gradient(sae: nn.Module, name: str, gradient: Tensor) -> None:
    """Make `gradient` the gradient of the parameter of that name."""
    sae.get_parameter(name).grad = gradient.clone()


def gradient(sae: nn.Module, name: str) -> Tensor:
    """A copy of the gradient of the parameter of that name; zeros where there is none."""
    parameter = sae.get_parameter(name)
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.clone()


def run_backward(sae: nn.Module, method: str, x: Tensor) -> None:
    """Call a method, as "encode", with x, and send the sum of what it returns back to the parameters that it needed."""
    total = getattr(sae, method)(x).sum()
    if total.requires_grad:
        total.backward()


def input_after(sae: nn.Module, method: str, x: Tensor) -> Tensor:
    """x, after a method was called with it."""
    getattr(sae, method)(x)
    return x


def with_encode(sae: nn.Module, h: Tensor) -> nn.Module:
    """The same autoencoder, but as of a subclass whose `encode` always returns h."""
    sae.__class__ = type("Subclass", (type(sae),), {"encode": lambda self, x: h})
    return sae


def remember_a_step(sae: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    """One step that lowers every weight: from then on Adam's moments are above 0 everywhere."""
    for parameter in sae.parameters():
        parameter.grad = 1 + parameter.detach().abs()
    optimiser.step()


class Thresholded(nn.Module):
    """Another architecture, made of an autoencoder: latents count only where they are above a threshold.

    It has the four weights and can be called, as `train_sae` asks; there is no `encode` and no `decode`.
    """

    def __init__(self, sae: Any, threshold: float) -> None:
        super().__init__()
        self.W_enc, self.b_enc, self.W_dec, self.b_dec = sae.W_enc, sae.b_enc, sae.W_dec, sae.b_dec
        self._sae, self._threshold = sae, threshold

    def forward(self, x: Float[Tensor, "batch instance d"]) -> ReconstructedFrom:
        h = self._sae.encode(x)
        h = h * (h > self._threshold)
        return ReconstructedFrom(self._sae.decode(h), h)


def _tensors(folder: Path, manifest: dict[str, Any], names: list[str]) -> list[Tensor]:
    content = shipped.read_weights(folder, manifest)
    try:
        tensors = load(content)
        return [tensors[name].float() for name in names]
    except (KeyError, SafetensorError) as problem:
        raise ShippedModelError(
            f"{folder / manifest['file']} cannot be read as {', '.join(names)}: {problem!r}"
        ) from None
