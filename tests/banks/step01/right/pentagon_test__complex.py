"""right: uses complex angles and a plain tuple."""

import torch


def pentagon_test(W, degrees=8.0, relative=0.15):
    if W.ndim != 2 or W.shape[0] != 2:
        raise ValueError(W.shape)
    z = torch.complex(W[0], W[1])
    angles = torch.rad2deg(z.angle()) % 360
    angles = angles[torch.argsort(angles)]
    gaps = torch.roll(angles, -1) - angles
    gaps[-1] += 360
    lengths = z.abs()
    mean = lengths.mean()
    ok = len(angles) == 5
    ok = ok and all(abs(float(gap) - 72) <= degrees for gap in gaps)
    ok = ok and all(abs(float(length - mean)) <= relative * float(mean) for length in lengths)
    return torch.sort(gaps)[0], torch.sort(lengths)[0], ok
