"""Features of the shipped autoencoder that somebody has looked at, each with a description that a program can test."""

import json
from pathlib import Path
from typing import NamedTuple

from exercises.kit import shipped
from exercises.kit.shipped import ShippedModelError
from exercises.kit.step05.autoencoders import AUTOENCODER
from exercises.kit.step05.labels import Rule


class DescribedFeature(NamedTuple):
    """One latent: what it is about in words, and as a rule; it counts as active above `threshold`."""

    number: int
    description: str
    rule: Rule
    threshold: float
    precision: float  # measured on all held-out rows, with the library of the Python that the model was trained on
    recall: float


def described_features(folder: Path = AUTOENCODER) -> list[DescribedFeature]:
    """What features.json lists. Raises ShippedModelError when it is missing or damaged."""
    path = folder / "features.json"
    try:
        return [DescribedFeature(**entry | {"rule": Rule(**entry["rule"])}) for entry in json.loads(shipped.read(path))]
    except (ValueError, KeyError, TypeError) as problem:
        raise ShippedModelError(f"{path} cannot be read: {problem!r}.\n  {shipped.GET_IT_AGAIN}") from None
