"""right: finds neighbours by walking round, with math."""

import math

import torch


def pentagon_test(W, degrees=8.0, relative=0.15):
    if W.dim() != 2 or W.size(0) != 2:
        raise ValueError(f"W should be [2, feature], not {tuple(W.shape)}")
    points = W.T.tolist()
    angles = sorted(math.degrees(math.atan2(y, x)) for x, y in points)
    gaps = sorted((after - before) % 360 if len(points) > 1 else 360.0 for before, after in zip(angles, angles[1:] + angles[:1]))
    norms = sorted(math.hypot(x, y) for x, y in points)
    mean = sum(norms) / len(norms)
    even = all(72 - degrees <= gap <= 72 + degrees for gap in gaps)
    alike = all((1 - relative) * mean <= norm <= (1 + relative) * mean for norm in norms)
    return torch.tensor(gaps), torch.tensor(norms), len(points) == 5 and even and alike
