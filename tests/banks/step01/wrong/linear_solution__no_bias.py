"""wrong: leaves b at zero. Fails: 01.linear_solution."""

import torch



def linear_solution(x, hidden):
    W = torch.linalg.svd(x - x.mean(0), full_matrices=False).Vh[:hidden]
    return W, torch.zeros(x.shape[1])
