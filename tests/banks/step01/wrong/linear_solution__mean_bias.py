"""wrong: takes the mean for b. Fails: 01.linear_solution."""

import torch



def linear_solution(x, hidden):
    mean = x.mean(0)
    return torch.linalg.svd(x - mean, full_matrices=False).Vh[:hidden], mean
