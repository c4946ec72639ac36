"""right: goes from head to head in numpy, and knows two lists."""

import numpy as np


def name_writers(attention, logits, least=0.5, share=0.5):
    seen, said = attention.detach().double().numpy(), logits.detach().double().numpy()
    found = []
    for layer, head in np.ndindex(*said.shape[:2]):
        wrote = float(np.mean(said[layer, head, :, 0]) - np.mean(said[layer, head, :, 1]))
        looked = float(np.mean(seen[layer, head, :, 0]))
        if -least < wrote < least:
            continue
        if looked < share:
            role = "other"
        elif wrote < 0:
            role = "negative name mover"
        else:
            role = "name mover"
        found.append((abs(wrote), Writer(role=role, looked=looked, wrote=wrote, head=head, layer=layer)))
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [writer for _, writer in found]
