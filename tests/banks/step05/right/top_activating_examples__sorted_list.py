"""right: plain Python: a list of tuples, sorted."""

import torch


def top_activating_examples(h, count):
    places = []
    for row, values in enumerate(h.tolist()):
        if max(values) > 0:
            places.append((max(values), row, values.index(max(values))))
    places = sorted(places, reverse=True)[:count]
    rows, positions = ([place[i] for place in places] for i in (1, 2))
    return Examples(
        torch.tensor(rows, dtype=torch.int64),
        torch.tensor(positions, dtype=torch.int64),
        torch.tensor([place[0] for place in places], dtype=torch.float32),
    )
