"""wrong: does not centre the samples. Fails: 01.linear_solution."""

import torch



def linear_solution(x, hidden):
    W = torch.linalg.svd(x, full_matrices=False).Vh[:hidden]
    return W, x.mean(0) - W.T @ W @ x.mean(0)
