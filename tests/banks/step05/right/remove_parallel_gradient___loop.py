"""right: goes through the rows one by one."""

import torch


def remove_parallel_gradient_(sae):
    with torch.no_grad():
        for W, g in zip(sae.W_dec, sae.W_dec.grad):
            for w, row in zip(W, g):
                norm = w.norm()
                if norm > 0:
                    row -= torch.dot(row, w / norm) * (w / norm)
