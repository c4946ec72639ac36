"""right: takes the top eigenvectors of the covariance, in another sign and rotation."""

import torch



def linear_solution(x, hidden):
    mean = x.mean(0, keepdim=True)
    _, vectors = torch.linalg.eigh((x - mean).T @ (x - mean))
    top = vectors[:, -hidden:]
    rotation = torch.linalg.qr(torch.randn(hidden, hidden))[0]
    W = rotation @ top.T
    return W, (mean @ (torch.eye(x.shape[1]) - top @ top.T))[0]
