"""wrong: returns the coefficients flat. Fails: 02.fft2d."""

def fft2d(x: Float32[Tensor, "pairs *rest"]) -> Float32[Tensor, "p p *rest"]:
    p = math.isqrt(x.shape[0])
    if p * p != x.shape[0]:
        raise ValueError(f"The first axis must be p squared, not {x.shape[0]}.")
    basis = fourier_basis(p)
    grid = x.reshape(p, p, *x.shape[1:])
    return torch.einsum("jb,ib...->ij...", basis, torch.einsum("ia,ab...->ib...", basis, grid)).flatten(0, 1)
