"""right: multiplies with the Kronecker product of the basis with itself, p⁴ numbers."""

def fft2d(x):
    p = math.isqrt(len(x))
    if p * p != len(x):
        raise ValueError("not a square")
    basis = fourier_basis(p)
    return (torch.kron(basis, basis) @ x.reshape(p * p, -1)).reshape(p, p, *x.shape[1:])
