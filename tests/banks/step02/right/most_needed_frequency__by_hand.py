"""right: solves for the two directions of each frequency itself, in float64."""

import math

import torch


def most_needed_frequency(logits, frequencies):
    logits, p = logits.detach().double(), logits.shape[1]
    pair = torch.arange(p * p)
    total, labels = pair // p + pair % p, (pair // p + pair % p) % p
    rows = []
    for k in frequencies.tolist():
        angle = 2 * math.pi * k * total.double() / p
        waves = torch.stack([angle.cos(), angle.sin()], 1)
        part = waves @ torch.linalg.lstsq(waves, logits).solution

        def loss(x):
            return float(-x.log_softmax(1)[pair, labels].mean())

        rows.append((loss(logits - part), loss(part + (logits - part).mean(0)), k))
    without, alone, k = max(rows, key=lambda row: row[0])
    return Needed(frequency=k, without=without, alone=alone, enough=without > alone)
