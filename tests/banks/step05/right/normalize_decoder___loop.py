"""right: goes through the rows one by one."""

import torch


def normalize_decoder_(sae):
    with torch.no_grad():
        for rows in sae.W_dec:
            for row in rows:
                size = (row @ row).sqrt().item()
                if size > 0:
                    row.copy_(row / size)
    return sae
