"""right: NumPy's SVD of examples as columns, signs turned."""

import numpy as np


def principal_components(x):
    mean = x.numpy().mean(axis=0)
    U, _, _ = np.linalg.svd((x.numpy() - mean).T)
    U = -U
    return Basis(torch.tensor(mean), torch.tensor(U), torch.tensor(U.T.copy()))
