"""The ideal shapes that features in superposition settle in, as weights [hidden, feature]: one column a feature."""

import math

import torch
from jaxtyping import Float
from torch import Tensor


def regular_polygon(corners: int) -> Float[Tensor, "2 corner"]:
    """Unit vectors from the centre of a regular polygon to its corners; three make a triangle, five a pentagon."""
    angles = torch.arange(corners) * (2 * math.pi / corners)
    return torch.stack([angles.cos(), angles.sin()])


def antipodal_pair() -> Float[Tensor, "1 2"]:
    """Two opposite features in one dimension."""
    return torch.tensor([[1.0, -1.0]])


def tetrahedron() -> Float[Tensor, "3 4"]:
    """Four unit vectors in three dimensions, all at the same angle."""
    return torch.tensor([[1.0, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]]) / math.sqrt(3)


def square_antiprism() -> Float[Tensor, "3 8"]:
    """Two squares of unit vectors above each other, one turned by 45°, at heights ±1/√3."""
    angles = torch.arange(8) * (math.pi / 4)
    heights = torch.tensor([1.0, -1.0]).repeat(4) / math.sqrt(3)
    return torch.stack([angles.cos() * math.sqrt(2 / 3), angles.sin() * math.sqrt(2 / 3), heights])


def side_by_side(*shapes: Float[Tensor, "hidden feature"]) -> Float[Tensor, "hidden feature"]:
    """Several shapes in one model, each in dimensions of its own (a block-diagonal matrix)."""
    whole = torch.zeros(sum(len(shape) for shape in shapes), sum(shape.shape[1] for shape in shapes))
    row = column = 0
    for shape in shapes:
        whole[row : row + len(shape), column : column + shape.shape[1]] = shape
        row, column = row + len(shape), column + shape.shape[1]
    return whole


SHAPES = {
    "own dimension": (torch.ones(1, 1), 1.0),
    "tetrahedron": (tetrahedron(), 3 / 4),
    "triangle": (regular_polygon(3), 2 / 3),
    "antipodal pair": (antipodal_pair(), 1 / 2),
    "pentagon": (regular_polygon(5), 2 / 5),
    "square antiprism": (square_antiprism(), 3 / 8),
}
"""Name → (weights, the fraction of a dimension that each feature of it has)."""
