"""The templates that come with step 00: softmax regression trained on MNIST, for its live experiment."""

from pathlib import Path

from jaxtyping import Float32
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from exercises.kit import shipped
from exercises.kit.shipped import ShippedModelError

FOLDER = shipped.MODELS / "step00"


def load_templates(folder: Path = FOLDER) -> tuple[Float32[Tensor, "10 784"], Float32[Tensor, "10"]]:
    """The shipped W and bias, not centred. Raises ShippedModelError when a file is missing or damaged."""
    content = shipped.read_weights(folder, shipped.read_manifest(folder))
    try:
        tensors = load(content)
        return tensors["W"], tensors["bias"]
    except (KeyError, SafetensorError) as problem:
        raise ShippedModelError(f"{folder} cannot be read as templates: {problem!r}") from None
