"""Without the ReLU there is no superposition: the best linear model is principal component analysis."""

import torch
from jaxtyping import Float
from torch import Tensor


def linear_solution(
    x: Float[Tensor, "sample feature"], hidden: int
) -> tuple[Float[Tensor, "hidden feature"], Float[Tensor, "feature"]]:
    """The (W, b) for which x̂ = WᵀW x + b has the least mean squared error on `x`, in closed form.

    The rows of `W` are orthonormal: the `hidden` directions of greatest variance of the centred samples (any signs,
    any rotation among them). WᵀW projects onto them, and b = mean − WᵀW mean puts back what the projection loses of
    the mean. Takes float [sample, feature] with hidden ≤ feature ≤ sample, and an int; returns float tensors of the
    same dtype. Source: Baldi and Hornik 1989, "Neural networks and principal component analysis"; Elhage et al. 2022,
    "Demonstrating superposition".
    """
    # region solution: return the W and the b for which the linear model's error on x is least
    mean = x.mean(0)
    W = torch.linalg.svd(x - mean, full_matrices=False).Vh[:hidden]
    return W, mean - W.T @ W @ mean
    # endregion
